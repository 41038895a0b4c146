"""The scenario by confluent-kafka: librdkafka, newest and old."""
