"""Data directories go from Apache Kafka to wirebroker and back, as they are."""
