"""The same requests to wirebroker and to Apache Kafka: answers, and what they leave behind, compared field by field.

``python -m compat.differential run --exchanges 10000`` draws scripts; ``--replay FILE`` repeats one that was kept.
See README.md here.
"""
