"""The scenario by aiokafka. Each capability is a coroutine, with an event loop of its own."""
