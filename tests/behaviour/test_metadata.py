"""Metadata: which topics are answered and how, and topics that come into being by being asked for."""

import time
import uuid
from collections.abc import Callable, Sequence

import pytest
from raw_client import RawClient

from kafka_codecs.messages.create_topics import CreatableTopic, CreateTopicsRequest
from kafka_codecs.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from kafka_codecs.messages.describe_configs import DescribeConfigsRequest, DescribeConfigsResource
from kafka_codecs.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseTopic,
)

ZERO = bytes(16)
NOT_ASKED = -0x8000_0000
VERSIONS = range(14)


def ask(
    raw: RawClient,
    topics: list[str] | None,
    *,
    version: int = 12,
    ids: Sequence[bytes] = (),
    create: bool = False,
    topic_operations: bool = False,
    cluster_operations: bool = False,
) -> MetadataResponse:
    wanted = None
    if topics is not None:
        wanted = [MetadataRequestTopic(name=name) for name in topics]
        wanted += [MetadataRequestTopic(name=None, topic_id=topic_id) for topic_id in ids]
    request = MetadataRequest(
        topics=wanted,
        allow_auto_topic_creation=create or version < 4,
        include_topic_authorized_operations=topic_operations,
        include_cluster_authorized_operations=cluster_operations,
    )
    response = raw.call(request, version)
    assert isinstance(response, MetadataResponse)
    return response


def ask_one(raw: RawClient, name: str, **options: object) -> MetadataResponseTopic:
    (topic,) = ask(raw, [name], **options).topics  # type: ignore[arg-type] - handed through
    return topic


def await_topic(raw: RawClient, name: str, seconds: float = 15) -> MetadataResponseTopic:
    """The topic, once the broker shows it with leaders for all its partitions."""
    deadline = time.monotonic() + seconds
    while True:
        topic = ask_one(raw, name)
        if topic.error_code == 0 and all(partition.error_code == 0 for partition in topic.partitions):
            return topic
        assert time.monotonic() < deadline, topic
        time.sleep(0.02)


def await_absence(raw: RawClient, name: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while ask_one(raw, name).error_code != 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def configs_of(raw: RawClient, topic: str) -> dict[str, str | None]:
    """The topic's own settings."""
    resource = DescribeConfigsResource(resource_type=2, resource_name=topic, configuration_keys=None)
    (result,) = raw.call(DescribeConfigsRequest(resources=[resource]), 4).results
    assert result.error_code == 0
    return {entry.name: entry.value for entry in result.configs if entry.config_source == 1}


def test_null_asks_for_all_topics_and_an_empty_list_for_none(raw: RawClient, make_topic: Callable) -> None:
    """S77"""
    topic = make_topic()
    for version in VERSIONS[1:]:
        assert topic.name in {one.name for one in ask(raw, None, version=version).topics}
        assert ask(raw, [], version=version).topics == []


def test_an_empty_list_asks_for_all_topics_in_version_0(raw: RawClient, make_topic: Callable) -> None:
    """S77"""
    topic = make_topic()
    assert topic.name in {one.name for one in ask(raw, [], version=0).topics}


def test_a_null_list_in_version_0_closes_the_connection(raw: RawClient) -> None:
    """S77"""
    header = (3).to_bytes(2) + (0).to_bytes(2) + (1).to_bytes(4) + (3).to_bytes(2) + b"raw"
    raw.send_frame(header + b"\xff\xff\xff\xff")
    assert raw.closed_by_broker()


def test_a_topic_named_twice_is_answered_once(raw: RawClient, make_topic: Callable) -> None:
    """S77"""
    topic = make_topic()
    answer = ask(raw, [topic.name, topic.name])
    assert [one.name for one in answer.topics] == [topic.name]
    by_id = ask(raw, [], ids=[topic.topic_id, topic.topic_id])
    assert [one.name for one in by_id.topics] == [topic.name]


def test_with_one_topic_id_names_do_not_count(raw: RawClient, make_topic: Callable, topic_name: str) -> None:
    """S77"""
    one, other = make_topic(), make_topic()
    answer = ask(raw, [other.name, topic_name], ids=[one.topic_id])
    assert [(topic.name, topic.topic_id) for topic in answer.topics] == [(one.name, one.topic_id)]


def test_partitions_ascend(raw: RawClient, make_topic: Callable) -> None:
    """S77"""
    topic = make_topic(12)
    answer = ask_one(raw, topic.name)
    assert [partition.partition_index for partition in answer.partitions] == list(range(12))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_describes_a_topic_with_the_fields_that_it_has(
    raw: RawClient, make_topic: Callable, version: int
) -> None:
    """S77b"""
    topic = make_topic(2)
    answer = ask(raw, [topic.name], version=version)
    (broker,) = answer.brokers
    (described,) = answer.topics
    assert answer.error_code == 0
    assert (answer.cluster_id is None) == (version < 2)
    assert answer.controller_id == (broker.node_id if version >= 1 else -1)
    assert (described.error_code, described.name, described.is_internal) == (0, topic.name, False)
    assert described.topic_id == (topic.topic_id if version >= 10 else ZERO)
    for partition in described.partitions:
        assert (partition.error_code, partition.leader_id) == (0, broker.node_id)
        assert partition.leader_epoch == (0 if version >= 7 else -1)
        assert partition.replica_nodes == partition.isr_nodes == [broker.node_id]
        assert partition.offline_replicas == []


@pytest.mark.parametrize("version", [12, 13])
def test_an_unknown_id_is_echoed_without_a_name(raw: RawClient, version: int) -> None:
    """S77a"""
    unknown = uuid.uuid4().bytes
    answer = ask(raw, [], ids=[unknown], version=version)
    (topic,) = answer.topics
    assert (topic.error_code, topic.name, topic.topic_id, topic.partitions) == (100, None, unknown, [])
    assert answer.error_code == 0
    assert answer.brokers


def test_unknown_ids_come_first(raw: RawClient, make_topic: Callable) -> None:
    """S77c"""
    topic = make_topic()
    answer = ask(raw, [], ids=[topic.topic_id, unknown := uuid.uuid4().bytes])
    assert [(one.error_code, one.topic_id) for one in answer.topics] == [(100, unknown), (0, topic.topic_id)]


@pytest.mark.parametrize("version", [10, 11])
@pytest.mark.parametrize("by_id", [True, False])
def test_ids_and_null_names_fail_the_whole_request_before_version_12(
    raw: RawClient, make_topic: Callable, version: int, by_id: bool
) -> None:
    """S77a"""
    topic = make_topic()
    bad = MetadataRequestTopic(name="x", topic_id=topic.topic_id) if by_id else MetadataRequestTopic(name=None)
    answer = raw.call(MetadataRequest(topics=[MetadataRequestTopic(name=topic.name), bad]), version)
    assert [one.error_code for one in answer.topics] == [42, 42]
    assert [one.name for one in answer.topics] == [topic.name, "x" if by_id else ""]
    assert [one.topic_id for one in answer.topics] == [ZERO, topic.topic_id if by_id else ZERO]
    assert (answer.brokers, answer.cluster_id, answer.controller_id) == ([], None, -1)


@pytest.mark.parametrize("version", [12, 13])
def test_neither_name_nor_id_fails_the_whole_request(raw: RawClient, make_topic: Callable, version: int) -> None:
    """S77a, S77b"""
    topic = make_topic()
    answer = ask(raw, [topic.name], ids=[ZERO], version=version)
    assert [(one.error_code, one.name) for one in answer.topics] == [(-1, topic.name), (-1, "")]
    assert (answer.brokers, answer.cluster_id, answer.controller_id) == ([], None, -1)
    assert answer.error_code == (-1 if version >= 13 else 0)


def test_an_unknown_topic_is_created_and_first_answered_as_unknown(raw: RawClient, topic_name: str) -> None:
    """S78"""
    first = ask_one(raw, topic_name, create=True)
    assert (first.error_code, first.topic_id, first.partitions, first.is_internal) == (3, ZERO, [], False)
    later = await_topic(raw, topic_name)
    assert later.topic_id != ZERO
    assert later.partitions


@pytest.mark.parametrize("version", range(4))
def test_before_version_4_asking_always_creates(raw: RawClient, topic_name: str, version: int) -> None:
    """S78"""
    assert ask_one(raw, topic_name, version=version).error_code == 3
    await_topic(raw, topic_name)


def test_nothing_is_created_unless_the_request_allows_it(raw: RawClient, topic_name: str) -> None:
    """S78"""
    assert ask_one(raw, topic_name).error_code == 3
    assert ask_one(raw, topic_name).error_code == 3


def test_nothing_is_created_with_auto_creation_off(start_broker: Callable, connect: Callable, topic_name: str) -> None:
    """S78"""
    raw = connect(start_broker({"auto.create.topics.enable": "false"}))
    assert ask_one(raw, topic_name, create=True).error_code == 3
    assert ask_one(raw, topic_name).error_code == 3
    assert ask(raw, None).topics == []


@pytest.mark.parametrize("name", ["", ".", "..", "a b", "ä", "x" * 250, "a/b", "a,b"])
@pytest.mark.parametrize("create", [True, False])
def test_illegal_names_are_refused(raw: RawClient, name: str, create: bool) -> None:
    """S78"""
    topic = ask_one(raw, name, create=create)
    assert (topic.error_code, topic.name, topic.topic_id, topic.partitions) == (17, name, ZERO, [])


def test_good_bad_and_missing_topics_in_one_request(raw: RawClient, make_topic: Callable, topic_name: str) -> None:
    """S78"""
    topic = make_topic()
    answer = ask(raw, [topic.name, "a b", topic_name], create=True)
    assert {one.name: one.error_code for one in answer.topics} == {topic.name: 0, "a b": 17, topic_name: 3}
    await_topic(raw, topic_name)


def test_an_auto_created_topic_has_the_brokers_defaults(raw: RawClient, topic_name: str) -> None:
    """S78a"""
    ask_one(raw, topic_name, create=True)
    topic = await_topic(raw, topic_name)
    (broker,) = raw.call(
        DescribeConfigsRequest(
            resources=[
                DescribeConfigsResource(
                    resource_type=4,
                    resource_name=str(topic.partitions[0].leader_id),
                    configuration_keys=["num.partitions"],
                )
            ]
        ),
        4,
    ).results
    assert len(topic.partitions) == int(broker.configs[0].value or 0)
    assert {len(partition.replica_nodes) for partition in topic.partitions} == {1}
    assert configs_of(raw, topic_name) == {}


def test_auto_created_topics_follow_num_partitions(start_broker: Callable, connect: Callable, topic_name: str) -> None:
    """S78a"""
    raw = connect(start_broker({"num.partitions": "7"}))
    ask_one(raw, topic_name, create=True)
    assert len(await_topic(raw, topic_name).partitions) == 7


def test_a_creation_that_fails_leaves_the_topic_unknown(
    start_broker: Callable, connect: Callable, topic_name: str
) -> None:
    """S78a"""
    raw = connect(start_broker({"default.replication.factor": "3"}))
    assert ask_one(raw, topic_name, create=True).error_code == 3
    assert ask_one(raw, topic_name, create=True).error_code == 3


INTERNAL = {
    "__consumer_offsets": {
        "compression.type": "producer",
        "cleanup.policy": "compact",
        "segment.bytes": "104857600",
    },
    "__transaction_state": {
        "compression.type": "uncompressed",
        "cleanup.policy": "compact",
        "min.insync.replicas": "1",
        "segment.bytes": "104857600",
        "unclean.leader.election.enable": "false",
    },
    "__share_group_state": {
        "compression.type": "producer",
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "min.insync.replicas": "1",
        "segment.bytes": "104857600",
    },
}


@pytest.mark.parametrize("name", INTERNAL)
def test_asking_for_an_internal_topic_creates_it_as_its_coordinator_needs_it(raw: RawClient, name: str) -> None:
    """S78b, S78c"""
    first = ask_one(raw, name, create=True)
    assert first.error_code in {0, 3}
    assert first.is_internal
    topic = await_topic(raw, name)
    assert topic.is_internal
    assert len(topic.partitions) == 50
    assert configs_of(raw, name) == INTERNAL[name]


def test_the_metadata_log_is_no_topic(raw: RawClient) -> None:
    """S78b"""
    for _ in range(2):
        topic = ask_one(raw, "__cluster_metadata", create=True)
        assert (topic.error_code, topic.is_internal, topic.partitions) == (3, False, [])
    assert "__cluster_metadata" not in {topic.name for topic in ask(raw, None).topics}


def test_names_with_two_underscores_are_ordinary(raw: RawClient, topic_name: str) -> None:
    """S78b, S81g"""
    name = f"__{topic_name}"
    assert not ask_one(raw, name, create=True).is_internal
    assert not await_topic(raw, name).is_internal


def test_the_controller_is_a_broker_that_takes_admin_requests(raw: RawClient, topic_name: str) -> None:
    """S79"""
    answer = ask(raw, [])
    assert answer.controller_id in {broker.node_id for broker in answer.brokers}
    topic = CreatableTopic(name=topic_name, num_partitions=1, replication_factor=1)
    (result,) = raw.call(CreateTopicsRequest(topics=[topic]), 7).topics
    assert result.error_code == 0
    await_topic(raw, topic_name)


@pytest.mark.parametrize("version", range(8, 14))
def test_authorized_operations_are_filled_when_asked_for(
    raw: RawClient, make_topic: Callable, topic_name: str, version: int
) -> None:
    """S80"""
    topic = make_topic()
    plain = ask(raw, [topic.name], version=version)
    assert plain.topics[0].topic_authorized_operations == NOT_ASKED
    assert plain.cluster_authorized_operations == NOT_ASKED
    asked = ask(raw, [topic.name, topic_name], version=version, topic_operations=True, cluster_operations=version <= 10)
    assert {one.error_code: one.topic_authorized_operations for one in asked.topics} == {0: 3576, 3: 3576}
    assert asked.cluster_authorized_operations == (8096 if version <= 10 else NOT_ASKED)


def test_authorized_operations_of_unknown_ids_stay_unset(raw: RawClient) -> None:
    """S80"""
    (topic,) = ask(raw, [], ids=[uuid.uuid4().bytes], topic_operations=True).topics
    assert topic.topic_authorized_operations == NOT_ASKED


def test_a_recreated_topic_has_a_fresh_id_and_the_old_one_is_unknown(
    raw: RawClient, make_topic: Callable, topic_name: str
) -> None:
    """S83"""
    old = make_topic(name=topic_name, configs={"retention.ms": "1000"})
    delete = DeleteTopicsRequest(topics=[DeleteTopicState(name=topic_name)], timeout_ms=30_000)
    assert raw.call(delete, 6).responses[0].error_code == 0
    await_absence(raw, topic_name)
    new = make_topic(name=topic_name)
    assert new.topic_id != old.topic_id
    answer = ask(raw, [], ids=[old.topic_id, new.topic_id])
    assert [(one.error_code, one.name) for one in answer.topics] == [(100, None), (0, topic_name)]
    assert configs_of(raw, topic_name) == {}


def test_topic_ids_are_random_uuids(raw: RawClient, make_topic: Callable) -> None:
    """S83"""
    ids = [uuid.UUID(bytes=make_topic().topic_id) for _ in range(3)]
    assert {topic_id.version for topic_id in ids} == {4}
    assert len(set(ids)) == 3


def test_leader_epochs_begin_at_0(raw: RawClient, make_topic: Callable) -> None:
    """S73c"""
    assert [one.leader_epoch for one in ask_one(raw, make_topic(3).name).partitions] == [0, 0, 0]


def test_brokers_are_listed_with_the_address_that_serves_them(raw: RawClient, connect: Callable) -> None:
    """S14"""
    (broker,) = ask(raw, []).brokers
    again = connect(f"{broker.host}:{broker.port}")
    assert [one.node_id for one in ask(again, []).brokers] == [broker.node_id]
