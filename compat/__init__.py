"""What "compatible" means, measured: Apache Kafka itself, every client's own codec, and the two brokers side by side."""
