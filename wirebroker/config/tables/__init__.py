"""The broker's options that have an effect here, by subject; BrokerConfig is all of them together."""
