"""Topics that auto-creation does not make."""

from confluent_kafka.admin import AdminClient, NewTopic
from scenario.expectations import WAIT_SECONDS, wait_until
from scenario.program import Task


def create_topic(task: Task, topic: str, partitions: int = 1, configs: dict[str, str] | None = None) -> str:
    """Create a topic, wait until each of its partitions has a leader, and return its name."""
    admin = AdminClient({"bootstrap.servers": task.bootstrap})
    new = NewTopic(topic, num_partitions=partitions, replication_factor=1, config=configs or {})
    admin.create_topics([new])[topic].result(WAIT_SECONDS)

    def has_leaders() -> bool:
        found = admin.list_topics(topic, timeout=WAIT_SECONDS).topics[topic].partitions
        return sum(partition.leader >= 0 for partition in found.values()) == partitions

    wait_until(has_leaders, f"leaders of {topic}")
    return topic
