"""What counts as a difference, and what does not."""

import pytest

from compat.differential.assigned import Pairs
from compat.differential.compare import differences
from compat.differential.outcome import Ending, Unreadable, outcome_differences
from compat.differential.scene import Scene
from compat.differential.script import Step
from kafka_codecs.api_keys import ApiKey
from kafka_codecs.messages.fetch import FetchableTopicResponse, FetchResponse, PartitionData
from kafka_codecs.messages.heartbeat import HeartbeatResponse
from kafka_codecs.messages.join_group import JoinGroupResponse, JoinGroupResponseMember
from kafka_codecs.messages.list_groups import ListedGroup, ListGroupsResponse
from kafka_codecs.messages.metadata import MetadataResponse, MetadataResponseBroker, MetadataResponseTopic
from kafka_codecs.messages.produce import (
    BatchIndexAndErrorMessage,
    PartitionProduceResponse,
    ProduceResponse,
    TopicProduceResponse,
)
from kafka_codecs.records.batch import Compression, Record, TimestampType, build_batch

NOW = 1_700_000_000_000
OWN = "d-0123456-"
ONE = "client-11111111-1111-1111-1111-111111111111"
OTHER = "client-22222222-2222-2222-2222-222222222222"


@pytest.fixture
def scene():
    return Scene(pairs=Pairs(), prefix="d-0123456-", now_ms=NOW)


def places(kafka, wirebroker, version, scene):
    return [difference.place for difference in differences(kafka, wirebroker, version, scene)]


def test_addresses_may_differ_and_other_fields_not(scene):
    one = MetadataResponse(brokers=[MetadataResponseBroker(1, "a", 1, "rack")], cluster_id="x", controller_id=1)
    other = MetadataResponse(brokers=[MetadataResponseBroker(1, "b", 2, "rack")], cluster_id="y", controller_id=1)
    assert places(one, other, 12, scene) == []
    other.controller_id = 2
    other.brokers[0].rack = None
    assert places(one, other, 12, scene) == ["MetadataResponse.brokers.rack", "MetadataResponse.controller_id"]


def test_fields_that_the_version_lacks_do_not_count(scene):
    assert places(JoinGroupResponse(skip_assignment=True), JoinGroupResponse(), 8, scene) == []


def test_topics_are_compared_by_name(scene):
    def answer(*topics):
        return MetadataResponse(topics=[MetadataResponseTopic(code, name) for name, code in topics])

    assert places(answer((OWN + "a", 0), (OWN + "b", 3)), answer((OWN + "b", 3), (OWN + "a", 0)), 12, scene) == []
    assert places(answer((OWN + "a", 0), (OWN + "b", 3)), answer((OWN + "b", 0), (OWN + "a", 0)), 12, scene) == [
        "MetadataResponse.topics.error_code"
    ]
    assert places(answer((OWN + "a", 0)), answer(), 12, scene) == ["MetadataResponse.topics"]


def test_topics_of_other_scripts_do_not_count(scene):
    def answer(*names):
        return ListGroupsResponse(groups=[ListedGroup(name) for name in names])

    assert places(answer("d-0123456-g", "d-9999999-g"), answer("d-0123456-g"), 5, scene) == []
    assert places(answer("d-0123456-g"), answer(), 5, scene) == ["ListGroupsResponse.groups"]


def test_an_assigned_name_stands_for_one_other(scene):
    def answer(member_id, leader):
        return JoinGroupResponse(member_id=member_id, leader=leader)

    assert places(answer(ONE, ONE), answer(OTHER, OTHER), 9, scene) == []
    assert places(answer(ONE, ""), answer(OTHER, ""), 9, scene) == []
    third = ONE.replace("1", "3")
    assert places(answer(ONE, ""), answer(third, ""), 9, scene) == ["JoinGroupResponse.member_id"]
    assert places(answer(third, ""), answer(OTHER, ""), 9, scene) == ["JoinGroupResponse.member_id"]
    assert places(answer("", ""), answer(third, ""), 9, scene) == ["JoinGroupResponse.member_id"]
    assert places(answer("other" + ONE, ""), answer(third, ""), 9, scene) == ["JoinGroupResponse.member_id"]
    for edited in "\N{REPLACEMENT CHARACTER}", "\1":
        assert places(answer(ONE[:-3] + edited + ONE[-2:], ""), answer(OTHER[:-3] + edited + "22", ""), 9, scene) == []
    assert places(answer("a" * 40, ""), answer("b" * 41, ""), 9, scene) == ["JoinGroupResponse.member_id"]


def test_members_are_compared_by_what_they_are_called_on_each_side(scene):
    scene.pairs.pair("member_id", ONE, OTHER)
    one = JoinGroupResponse(
        members=[JoinGroupResponseMember(ONE, None, b"1"), JoinGroupResponseMember("x", None, b"x")]
    )
    other = JoinGroupResponse(
        members=[JoinGroupResponseMember("x", None, b"x"), JoinGroupResponseMember(OTHER, None, b"1")]
    )
    assert places(one, other, 9, scene) == []


def test_members_whom_nobody_knows_are_paired_by_what_they_offer(scene):
    second, other_second = ONE.replace("1", "3"), OTHER.replace("2", "4")
    one = JoinGroupResponse(
        members=[JoinGroupResponseMember(ONE, None, b"1"), JoinGroupResponseMember(second, None, b"2")]
    )
    other = JoinGroupResponse(
        members=[JoinGroupResponseMember(other_second, None, b"2"), JoinGroupResponseMember(OTHER, None, b"1")]
    )
    assert places(one, other, 9, scene) == []
    assert scene.pairs.counterpart("member_id", ONE) == OTHER


def test_no_session_is_not_a_session(scene):
    assert places(FetchResponse(session_id=7), FetchResponse(session_id=9), 12, scene) == []
    assert places(FetchResponse(session_id=0), FetchResponse(session_id=3), 12, scene) == ["FetchResponse.session_id"]


def produced(**fields):
    return ProduceResponse(
        responses=[TopicProduceResponse("t", partition_responses=[PartitionProduceResponse(**fields)])]
    )


def test_times_of_the_broker_are_those_of_the_script(scene):
    one = produced(log_append_time_ms=NOW + 5)
    assert places(one, produced(log_append_time_ms=NOW + 700), 9, scene) == []
    assert len(places(one, produced(log_append_time_ms=-1), 9, scene)) == 1
    assert len(places(one, produced(log_append_time_ms=NOW - 10_000_000), 9, scene)) == 1


def test_texts_with_times(scene):
    def answer(text):
        return produced(record_errors=[BatchIndexAndErrorMessage(0, text)])

    assert places(answer(f"within [{NOW}, 5]"), answer(f"within [{NOW + 1}, 5]"), 9, scene) == []
    assert len(places(answer(f"within [{NOW}, 5]"), answer(f"within [{NOW}, 6]"), 9, scene)) == 1
    assert len(places(answer("key=-1 bytes"), answer("key=1 bytes"), 9, scene)) == 1


def fetched(*batches):
    records = b"".join(map(bytes, batches))
    return FetchResponse(responses=[FetchableTopicResponse("t", partitions=[PartitionData(0, records=records)])])


def test_record_batches(scene):
    record = Record(value=b"x" * 50)
    batch = build_batch([record], base_timestamp=NOW)
    assert places(fetched(batch), fetched(batch), 12, scene) == []
    assert places(fetched(batch, batch[:30]), fetched(batch), 12, scene) == []
    assert places(fetched(batch, batch), fetched(batch), 12, scene) == [
        "FetchResponse.responses.partitions.records.batch"
    ]
    other = build_batch([Record(value=b"y" * 50)], base_timestamp=NOW)
    assert "FetchResponse.responses.partitions.records.records" in places(fetched(batch), fetched(other), 12, scene)


def test_what_brokers_put_into_batches(scene):
    def appended(time, producer):
        return build_batch(
            [Record()],
            base_timestamp=NOW,
            max_timestamp=time,
            timestamp_type=TimestampType.LOG_APPEND_TIME,
            producer_id=producer,
            producer_epoch=0,
            base_sequence=0,
        )

    assert places(fetched(appended(NOW + 1, 5)), fetched(appended(NOW + 2, 6)), 12, scene) == []
    assert len(places(fetched(appended(NOW + 1, 5)), fetched(appended(NOW + 2, 7)), 12, scene)) == 1
    assert len(places(fetched(appended(NOW + 1, 5)), fetched(appended(3, 6)), 12, scene)) == 1


def test_equal_records_may_be_compressed_to_other_bytes(scene):
    records = [Record(at, value=b"x" * 100) for at in range(5)]
    batch = build_batch(records, compression=Compression.GZIP, base_timestamp=NOW)
    tail = bytearray(batch)
    tail[61 + 9] ^= 0xFF  # the system that gzip's header names
    other = fetched(tail)
    assert places(fetched(batch), other, 12, scene) == []
    fewer = build_batch(records[:4], compression=Compression.GZIP, base_timestamp=NOW)
    assert places(fetched(batch), fetched(fewer), 12, scene) != []


STEP = Step("s", int(ApiKey.HEARTBEAT), 4, {})


@pytest.mark.parametrize(
    ("kafka", "wirebroker", "count"),
    [
        (Ending.CLOSED, Ending.CLOSED, 0),
        (Ending.CLOSED, Ending.SILENT, 1),
        (HeartbeatResponse(), Ending.CLOSED, 1),
        (HeartbeatResponse(error_code=5), HeartbeatResponse(error_code=5), 0),
        (HeartbeatResponse(error_code=5), HeartbeatResponse(error_code=6), 1),
        (Unreadable("x"), Unreadable("x"), 0),
        (Unreadable("x"), Ending.CLOSED, 1),
    ],
)
def test_endings(scene, kafka, wirebroker, count):
    assert len(outcome_differences(STEP, kafka, wirebroker, scene)) == count


def test_signatures_do_not_change_from_run_to_run(scene):
    def signature(prefix, code):
        scene.prefix = prefix
        one, other = MetadataResponse(topics=[MetadataResponseTopic(code, prefix + "t")]), MetadataResponse()
        return [difference.signature() for difference in differences(one, other, 12, scene)]

    assert signature("d-0123456-", 3) == signature("d-abcdef0-", 3)
