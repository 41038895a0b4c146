"""What "compatible" means, measured: Apache Kafka, every client's own codec, the two brokers side by side."""
