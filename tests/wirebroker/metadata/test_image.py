import pytest

from kafka_codecs.internal.cluster_metadata import (
    ConfigRecord,
    FeatureLevelRecord,
    NoOpRecord,
    PartitionChangeRecord,
    PartitionRecord,
    ProducerIdsRecord,
    RemoveTopicRecord,
    TopicRecord,
)
from kafka_codecs.internal.cluster_nodes import (
    BrokerRegistrationChangeRecord,
    RegisterBrokerRecord,
    UnfenceBrokerRecord,
    UnregisterBrokerRecord,
)
from wirebroker.metadata.image import EMPTY_IMAGE, ClusterImage, ResourceType
from wirebroker.metadata.image_builder import ImageBuilder

ID = b"\x01" * 16


def after(*records: object, image: ClusterImage = EMPTY_IMAGE, offset: int = 0) -> ClusterImage:
    builder = ImageBuilder(image)
    for at, record in enumerate(records, offset):
        builder.replay(record, at)
    return builder.build()


def partition(number: int = 0, **fields: object) -> PartitionRecord:
    given = {"replicas": [1], "isr": [1], "leader": 1, "leader_epoch": 0, "partition_epoch": 0} | fields
    return PartitionRecord(partition_id=number, topic_id=ID, **given)


def setting(value: str | None, name: str = "retention.ms", topic: str = "t") -> ConfigRecord:
    return ConfigRecord(resource_type=ResourceType.TOPIC, resource_name=topic, name=name, value=value)


TOPIC = TopicRecord(name="t", topic_id=ID)


def test_a_topic_and_its_partitions_in_order_of_numbers() -> None:
    image = after(TOPIC, partition(1, leader_epoch=7), partition(0))
    topic = image.topics["t"]
    assert topic is image.topics_by_id[ID]
    assert [one.partition for one in topic.partitions] == [0, 1]
    assert [one.leader_epoch for one in topic.partitions] == [0, 7]
    assert image.offset == 2


def test_an_image_is_untouched_by_what_is_built_on_it() -> None:
    old = after(TOPIC, partition(), setting("1"))
    new = after(setting("2"), partition(1), image=old, offset=3)
    assert (old.topic_configs("t"), new.topic_configs("t")) == ({"retention.ms": "1"}, {"retention.ms": "2"})
    assert (len(old.topics["t"].partitions), len(new.topics["t"].partitions)) == (1, 2)
    assert (old.offset, new.offset) == (2, 4)


def test_what_a_commit_left_alone_is_the_same_object() -> None:
    old = after(TOPIC, partition(), setting("1"))
    new = after(ProducerIdsRecord(next_producer_id=1000), image=old, offset=3)
    assert new.topics is old.topics
    assert new.topics_by_id is old.topics_by_id
    assert new.configs is old.configs
    assert new.next_producer_id == 1000


def test_an_image_cannot_be_changed() -> None:
    image = after(TOPIC)
    with pytest.raises(TypeError):
        image.topics["x"] = image.topics["t"]  # type: ignore[index] - that is the point


def test_removing_a_topic_takes_its_partitions_and_settings_with_it() -> None:
    image = after(TOPIC, partition(), setting("1"), RemoveTopicRecord(topic_id=ID))
    assert (dict(image.topics), dict(image.topics_by_id), dict(image.configs)) == ({}, {}, {})


def test_settings_are_set_replaced_and_removed() -> None:
    image = after(setting("1"), setting("2"), setting("x", "cleanup.policy"))
    assert image.topic_configs("t") == {"retention.ms": "2", "cleanup.policy": "x"}
    image = after(setting(None), setting(None, "cleanup.policy"), setting(None, "unset"), image=image)
    assert image.topic_configs("t") == {}
    assert not image.configs


def test_a_change_of_leader_raises_both_epochs_and_another_change_one() -> None:
    image = after(TOPIC, partition())
    image = after(PartitionChangeRecord(partition_id=0, topic_id=ID, leader=-1), image=image)
    (lost,) = image.topics["t"].partitions
    assert (lost.leader, lost.leader_epoch, lost.partition_epoch, lost.isr) == (-1, 1, 1, (1,))
    image = after(PartitionChangeRecord(partition_id=0, topic_id=ID, isr=[1, 2], replicas=[1, 2]), image=image)
    (grown,) = image.topics["t"].partitions
    assert (grown.leader, grown.leader_epoch, grown.partition_epoch) == (-1, 1, 2)
    assert grown.isr == grown.replicas == (1, 2)


def test_brokers_register_are_unfenced_and_leave() -> None:
    image = after(RegisterBrokerRecord(broker_id=1, broker_epoch=5, rack="r", fenced=True, log_dirs=[ID]))
    assert image.alive_brokers() == []
    assert (image.brokers[1].broker_epoch, image.brokers[1].rack, image.brokers[1].log_dirs) == (5, "r", (ID,))
    change = BrokerRegistrationChangeRecord(broker_id=1, broker_epoch=5)
    assert after(change, image=image).brokers[1].fenced
    change.fenced = -1
    image = after(change, image=image)
    assert [broker.broker_id for broker in image.alive_brokers()] == [1]
    change.fenced = 1
    assert after(change, image=image).alive_brokers() == []
    assert not after(UnregisterBrokerRecord(broker_id=1, broker_epoch=5), image=image).brokers


def test_features_at_level_0_are_none() -> None:
    image = after(FeatureLevelRecord(name="group.version", feature_level=1), NoOpRecord())
    assert image.features == {"group.version": 1}
    assert not after(FeatureLevelRecord(name="group.version", feature_level=0), image=image).features


@pytest.mark.parametrize(
    "record",
    [
        partition(),
        PartitionChangeRecord(partition_id=0, topic_id=ID),
        RemoveTopicRecord(topic_id=ID),
        BrokerRegistrationChangeRecord(broker_id=1),
        UnfenceBrokerRecord(id=1),
    ],
)
def test_records_that_contradict_the_image_are_refused(record: object) -> None:
    with pytest.raises(ValueError, match="metadata record"):
        after(record)


def test_a_change_of_an_unknown_partition_is_refused() -> None:
    with pytest.raises(ValueError, match="partition 3"):
        after(TOPIC, partition(), PartitionChangeRecord(partition_id=3, topic_id=ID))
