"""Frames, headers and ApiVersions: what is answered, in which form, and what closes the connection."""

import struct

import pytest
from raw_client import frame_of, response_of

from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.compile import decoder, encode
from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.api_versions import ApiVersionsRequest
from kafka_codecs.messages.describe_cluster import DescribeClusterRequest
from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from kafka_codecs.messages.find_coordinator import FindCoordinatorRequest
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import Record, build_batch
from kafka_codecs.wire import write_unsigned_varint as varint

BATCH = bytes(build_batch([Record(value=b"v")]))
API_VERSIONS = 18
METADATA = 3
ALL_VERSIONS = [0, 1, 2, 3, 4, 5]

# What this broker and Kafka 4.4 both serve: (lowest advertised, highest)
SERVED = {
    ApiKey.PRODUCE: (0, 13),
    ApiKey.FETCH: (4, 18),
    ApiKey.LIST_OFFSETS: (1, 11),
    ApiKey.METADATA: (0, 13),
    ApiKey.OFFSET_COMMIT: (2, 10),
    ApiKey.OFFSET_FETCH: (1, 10),
    ApiKey.FIND_COORDINATOR: (0, 6),
    ApiKey.JOIN_GROUP: (0, 9),
    ApiKey.HEARTBEAT: (0, 4),
    ApiKey.LEAVE_GROUP: (0, 5),
    ApiKey.SYNC_GROUP: (0, 5),
    ApiKey.DESCRIBE_GROUPS: (0, 6),
    ApiKey.LIST_GROUPS: (0, 5),
    ApiKey.API_VERSIONS: (0, 5),
    ApiKey.CREATE_TOPICS: (2, 7),
    ApiKey.DELETE_TOPICS: (1, 6),
    ApiKey.INIT_PRODUCER_ID: (0, 5),
    ApiKey.DESCRIBE_CONFIGS: (1, 4),
    ApiKey.CREATE_PARTITIONS: (0, 3),
    ApiKey.DELETE_GROUPS: (0, 3),
    ApiKey.OFFSET_DELETE: (0, 0),
    ApiKey.DESCRIBE_CLUSTER: (0, 2),
}


def api_versions(**fields):
    return ApiVersionsRequest(**({"client_software_name": "raw", "client_software_version": "1.0"} | fields))


def header(key, version, correlation_id=1, client_id=b"raw", *, length=None, tags=b""):
    """Return a request header of any form: v1 when ``tags`` is empty."""
    length = len(client_id) if length is None else length
    return struct.pack(">hhih", key, version, correlation_id, length) + client_id + tags


def tagged(*fields):
    return varint(len(fields)) + b"".join(varint(tag) + varint(len(data)) + data for tag, data in fields)


def still_answers(client):
    client.send_bytes(frame_of(MetadataRequest(topics=[]), 12, 4711))
    return response_of(client.receive_frame(), METADATA, 12, 4711).topics == []


def closes(client, frame):
    client.send_frame(frame)
    return client.closed_by_broker()


# ---- ApiVersions


@pytest.mark.parametrize("version", [6, 7, 100, 32767])
def test_versions_of_api_versions_to_come(raw, version):
    """S1: the body is not parsed; the answer is error 35 with a v0 body and ApiVersions' own range."""
    raw.send_frame(header(API_VERSIONS, version, 9, tags=b"\0") + b"\xff\xfe nobody parses this")
    answer = response_of(raw.receive_frame(), API_VERSIONS, 0, 9)
    assert answer.error_code == ErrorCode.UNSUPPORTED_VERSION
    assert [(key.api_key, key.min_version, key.max_version) for key in answer.api_keys] == [(API_VERSIONS, 0, 5)]
    assert raw.call(api_versions(), 5).error_code == 0


@pytest.mark.parametrize("version", [-1, -32768])
def test_negative_versions_of_api_versions(raw, version):
    """S1, S1a: the same, behind a header without tags."""
    raw.send_frame(header(API_VERSIONS, version, 9))
    answer = response_of(raw.receive_frame(), API_VERSIONS, 0, 9)
    assert (answer.error_code, len(answer.api_keys)) == (ErrorCode.UNSUPPORTED_VERSION, 1)
    assert still_answers(raw)


def test_a_version_to_come_behind_a_header_without_tags(raw):
    """S1a: from v3 on the header must have its tag section."""
    assert closes(raw, header(API_VERSIONS, 6))


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_answers_to_api_versions_have_header_v0(raw, version):
    """S2: no tag section in the header, whatever the version; the body is flexible from v3."""
    raw.send_bytes(frame_of(api_versions(), version, 77))
    frame = raw.receive_frame()
    assert frame[:6] == struct.pack(">ih", 77, 0)
    if version >= 3:
        assert frame[6] == len(raw.call(api_versions(), 0).api_keys) + 1
    else:
        assert frame[6:10] == struct.pack(">i", len(raw.call(api_versions(), 0).api_keys))


@pytest.mark.parametrize(("name", "software_version"), [("a", "1"), ("A-b.c", "1.0-x"), ("0", "9.9.9")])
@pytest.mark.parametrize("version", [3, 4, 5])
def test_software_names(raw, version, name, software_version):
    """S3: letters, digits, and between them dots and dashes."""
    answer = raw.call(api_versions(client_software_name=name, client_software_version=software_version), version)
    assert answer.error_code == 0
    assert answer.api_keys


@pytest.mark.parametrize("bad", ["", "-a", "a-", ".", "a b", "a_b", "ä", "a\n"])
@pytest.mark.parametrize("field", ["client_software_name", "client_software_version"])
@pytest.mark.parametrize("version", [3, 4, 5])
def test_software_names_that_are_refused(raw, version, field, bad):
    """S3: error 42 in the request's own version with no keys; the connection stays open."""
    answer = raw.call(api_versions(**{field: bad}), version)
    assert (answer.error_code, answer.api_keys) == (ErrorCode.INVALID_REQUEST, [])
    assert still_answers(raw)


@pytest.fixture
def identity(raw):
    cluster = raw.call(DescribeClusterRequest(), 0)
    return cluster.cluster_id, cluster.brokers[0].broker_id


def test_the_broker_that_is_meant(raw, identity):
    """S3a: cluster id and node id that are the broker's own, or neither."""
    cluster_id, node_id = identity
    assert raw.call(api_versions(cluster_id=cluster_id, node_id=node_id), 5).error_code == 0
    assert raw.call(api_versions(cluster_id=None, node_id=-1), 5).error_code == 0


def test_only_one_of_cluster_id_and_node_id(raw, identity):
    """S3a: 42, with both and right ones as with wrong ones."""
    cluster_id, node_id = identity
    for fields in ({"cluster_id": cluster_id}, {"node_id": node_id}, {"cluster_id": "x"}, {"node_id": 99}):
        answer = raw.call(api_versions(**fields), 5)
        assert (answer.error_code, answer.api_keys) == (ErrorCode.INVALID_REQUEST, [])
    assert still_answers(raw)


def test_another_cluster_or_broker_is_meant(raw, identity):
    """S3a: 129 with no keys and no features; a bad software name comes first."""
    cluster_id, node_id = identity
    for other in ((cluster_id, node_id + 1), ("x" * 22, node_id), ("", node_id)):
        fields = dict(zip(("cluster_id", "node_id"), other, strict=True))
        answer = raw.call(api_versions(**fields), 5)
        assert (answer.error_code, answer.api_keys) == (ErrorCode.REBOOTSTRAP_REQUIRED, [])
        assert (answer.supported_features, answer.finalized_features) == ([], [])
        answer = raw.call(api_versions(client_software_name="", **fields), 5)
        assert answer.error_code == ErrorCode.INVALID_REQUEST
    assert still_answers(raw)


def test_features_by_version(raw):
    """S4: v3 leaves out features that start at 0, v4 and v5 have them all; none is finalised at level 0."""
    v3, v4, v5 = (raw.call(api_versions(), version) for version in (3, 4, 5))
    assert [feature.name for feature in v3.supported_features] == ["metadata.version"]
    assert v4.supported_features == v5.supported_features
    supported = {feature.name: feature for feature in v4.supported_features}
    assert supported["metadata.version"] == v3.supported_features[0]
    assert any(feature.min_version == 0 for feature in supported.values())
    for answer in (v3, v4, v5):
        assert answer.finalized_features_epoch >= 0
        for feature in answer.finalized_features:
            known = supported[feature.name]
            assert known.min_version <= feature.max_version_level <= known.max_version
            assert feature.max_version_level > 0


@pytest.mark.parametrize("version", [0, 1, 2])
def test_old_versions_have_no_features(raw, version):
    """S4: nothing follows the keys but, from v1, the throttle time."""
    raw.send_bytes(frame_of(api_versions(), version, 1))
    frame = raw.receive_frame()
    (count,) = struct.unpack_from(">i", frame, 6)
    assert len(frame) == 10 + 6 * count + (4 if version else 0)


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_what_is_advertised(raw, version):
    """S5, S5a: ascending keys with Kafka's ranges, Produce from 0, none of a controller's."""
    answer = raw.call(api_versions(), version)
    ranges = {key.api_key: (key.min_version, key.max_version) for key in answer.api_keys}
    assert list(ranges) == sorted(ranges)
    assert SERVED.items() <= ranges.items()
    assert not {52, 53, 54, 56, 58, 59, 62, 63, 67, 70, 82} & set(ranges)


def test_telemetry_is_not_advertised(raw):
    """S6: clients would start to push metrics that nobody takes."""
    assert not {71, 72} & {key.api_key for key in raw.call(api_versions(), 4).api_keys}


# ---- what closes the connection


@pytest.mark.parametrize("version", [0, 1, 2])
def test_the_produce_versions_that_are_advertised_only(raw, connect, version):
    """S5: v0 to v2 are closed like any version that is not served."""
    assert closes(raw, header(0, version) + struct.pack(">hii", 1, 1000, 0))
    assert still_answers(connect())


@pytest.mark.parametrize("key", [95, 1000, 32767, -1, -32768, 4, 5, 6, 7])
@pytest.mark.parametrize("tags", [b"", b"\0"])
def test_unknown_apis(raw, connect, key, tags):
    """S7: closed, and nobody else notices; 4 to 7 are those that Kafka 4.0 took out."""
    assert closes(raw, header(key, 0, tags=tags) + bytes(20))
    assert still_answers(connect())


@pytest.mark.parametrize("key", [52, 53, 54, 56, 58, 59, 62, 63, 67, 70, 82])
def test_apis_of_a_controller(raw, key):
    """S7: the keys of another listener type are closed like unknown ones."""
    assert closes(raw, header(key, 0, tags=b"\0") + bytes(20))


@pytest.mark.parametrize(
    ("key", "version"),
    [(int(key), high + 1) for key, (_, high) in SERVED.items() if key != API_VERSIONS]
    + [(int(key), low - 1) for key, (low, _) in SERVED.items() if key not in (0, API_VERSIONS)]
    + [(METADATA, 32767), (METADATA, -32768)],
)
def test_versions_that_are_not_served(raw, key, version):
    """S7: closed, for every API but ApiVersions. (InitProducerId v6 exists but is not stable.)"""
    assert closes(raw, header(key, version, tags=b"\0" if version > 0 else b"") + bytes(40))


@pytest.mark.parametrize("size", range(1, 13))
def test_a_header_cut_short(raw, size):
    """S7: a frame that ends inside its header."""
    assert closes(raw, header(METADATA, 12, tags=b"\0")[:size])


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(header(METADATA, 12, tags=b"\0"), id="no body"),
        pytest.param(header(METADATA, 12), id="no tag section in a header v2"),
        pytest.param(header(METADATA, 1, length=100), id="client id beyond the frame"),
        pytest.param(header(METADATA, 1, length=32767) + bytes(100), id="client id far beyond the frame"),
        pytest.param(header(METADATA, 12, tags=b"\x01") + bytes(1), id="tagged fields cut short"),
        pytest.param(header(METADATA, 12, tags=b"\x01\x00\x7f") + bytes(4), id="a tagged field beyond the frame"),
        pytest.param(header(METADATA, 12, tags=b"\xff\xff\xff\xff\x0f") + bytes(4), id="4 billion tagged fields"),
        pytest.param(header(METADATA, 12, tags=b"\xff\xff\xff\xff\xff\x01"), id="a varint that does not end"),
        pytest.param(header(METADATA, 1) + struct.pack(">i", 1000), id="array count beyond the frame"),
        pytest.param(header(METADATA, 1) + struct.pack(">i", 2**31 - 1), id="array count 2^31 - 1"),
        pytest.param(header(METADATA, 12, tags=b"\0") + varint(2**32 - 1), id="compact array count 2^32 - 1"),
        pytest.param(header(METADATA, 0) + struct.pack(">i", -1), id="null array in Metadata v0"),
        pytest.param(header(METADATA, 1) + struct.pack(">ih", 1, -1), id="null name"),
        pytest.param(header(METADATA, 9, tags=b"\0") + b"\x02\x00\x00\x01\x00\x00\x00", id="null compact name"),
        pytest.param(header(METADATA, 1) + struct.pack(">ih", 1, 10) + b"short", id="name beyond the frame"),
        pytest.param(header(API_VERSIONS, 3, tags=b"\0"), id="ApiVersions without a body"),
        pytest.param(header(API_VERSIONS, 3, tags=b"\0") + b"\x00\x02a\x00", id="ApiVersions with a null name"),
        pytest.param(header(0, 9, tags=b"\0") + b"\0\0\x01", id="Produce cut short"),
    ],
)
def test_requests_that_do_not_parse(raw, connect, frame):
    """S7: no error answer, the connection closes."""
    assert closes(raw, frame)
    assert still_answers(connect())


@pytest.mark.parametrize("version", [3, 8, 9, 13])
def test_a_request_cut_short_at_each_byte(connect, version):
    """S7: a frame that is consistent but ends too early."""
    partition = PartitionProduceData(index=0, records=BATCH)
    topic = TopicProduceData(name="nowhere", topic_id=bytes(16), partition_data=[partition])
    frame = frame_of(ProduceRequest(acks=1, timeout_ms=100, topic_data=[topic]), version)[4:]
    body = len(header(0, version, tags=b"\0" if version >= 9 else b""))
    for size in range(body, len(frame), 1 if version == 9 else 7):
        assert closes(connect(), frame[:size]), size


@pytest.mark.parametrize(
    "text",
    [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"SSH-2.0-x\r\n"],
)
def test_other_protocols(raw, connect, text):
    """S7, S12: HTTP, TLS and ssh are frames of an impossible length."""
    raw.send_bytes(text)
    assert raw.closed_by_broker()
    assert still_answers(connect())


@pytest.mark.parametrize("size", [-1, -(2**31), 0, 104857601, 2**31 - 1])
def test_frame_lengths_that_close(raw, connect, size):
    """S12: negative, zero and more than socket.request.max.bytes: at once."""
    raw.send_bytes(struct.pack(">i", size) + bytes(10))
    assert raw.closed_by_broker()
    assert still_answers(connect())


def test_a_frame_of_the_largest_length(raw):
    """S12: a length equal to the limit is taken; the broker waits for the rest."""
    raw.send_bytes(struct.pack(">i", 104857600) + header(0, 3) + bytes(100))
    assert raw.is_silent()


def test_the_frame_limit_is_exact(start_broker, connect):
    """S12: socket.request.max.bytes itself is allowed, one more is not. (A broker with a small limit.)"""
    small = start_broker({"socket.request.max.bytes": "2000"})
    frame = frame_of(MetadataRequest(topics=[]), 12, 5)[4:]
    client = connect(small)
    client.send_frame(frame + bytes(2000 - len(frame)))
    assert response_of(client.receive_frame(), METADATA, 12, 5).topics == []
    assert closes(client, frame + bytes(2001 - len(frame)))


# ---- what is tolerated


@pytest.mark.parametrize("version", [0, 1, 8, 9, 12])
def test_bytes_after_the_body(raw, version):
    """S7b: ignored."""
    raw.send_frame(frame_of(MetadataRequest(topics=[MetadataRequestTopic(name="-")]), version, 3)[4:] + b"more\xff")
    assert len(response_of(raw.receive_frame(), METADATA, version, 3).topics) == 1


UNKNOWN_TAGS = [
    [(0, b"")],
    [(5, b"five"), (900, b"x" * 300)],
    [(7, b"seven"), (7, b"again")],
    [(9, b"nine"), (2, b"two")],
    [(2**31 - 1, b"large")],
]


@pytest.mark.parametrize("tags", UNKNOWN_TAGS)
def test_unknown_tagged_fields(raw, tags):
    """S7b: skipped in header and body, also when they repeat or come out of order."""
    raw.send_frame(header(METADATA, 12, 3, tags=tagged(*tags)) + b"\x01\x01\x00" + tagged(*tags))
    assert response_of(raw.receive_frame(), METADATA, 12, 3).topics == []


@pytest.mark.parametrize("length", [-1, -2, -32768])
@pytest.mark.parametrize("version", [1, 12])
def test_a_null_client_id(raw, version, length):
    """S7c: any negative length is null, and null is as good as empty."""
    body = encode(MetadataRequest, version, MetadataRequest(topics=[]))
    tags = b"\0" if version == 12 else b""
    raw.send_frame(header(METADATA, version, 3, b"", length=length, tags=tags) + body)
    assert response_of(raw.receive_frame(), METADATA, version, 3).topics == []


@pytest.mark.parametrize("count", [-1, -2, -(2**31)])
def test_a_null_array(raw, make_topic, count):
    """S7c: any negative count is null where null is allowed: all topics, here."""
    topic = make_topic()
    raw.send_frame(header(METADATA, 1, 3) + struct.pack(">i", count))
    assert topic.name in [found.name for found in response_of(raw.receive_frame(), METADATA, 1, 3).topics]


def test_text_that_is_not_utf_8(raw):
    """S7c: replaced, not refused, in the client id and in other strings."""
    raw.send_frame(header(METADATA, 4, 3, b"\xff\xfe") + struct.pack(">ih", 1, 3) + b"a\xffb" + b"\0")
    (topic,) = response_of(raw.receive_frame(), METADATA, 4, 3).topics
    assert (topic.error_code, topic.name) == (ErrorCode.INVALID_TOPIC_EXCEPTION, "a\ufffdb")


@pytest.mark.parametrize("correlation_id", [0, -1, 2**31 - 1, -(2**31)])
def test_any_correlation_id_is_echoed(raw, correlation_id):
    """S7c: the broker gives it no meaning."""
    raw.send_bytes(frame_of(MetadataRequest(topics=[]), 12, correlation_id))
    assert response_of(raw.receive_frame(), METADATA, 12, correlation_id).topics == []


# ---- the form of answers


def requests(topic):
    data = PartitionProduceData(index=0, records=BATCH)
    asked = FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=1000)
    return {
        ApiKey.PRODUCE: ProduceRequest(
            acks=1,
            timeout_ms=1000,
            topic_data=[TopicProduceData(name=topic.name, topic_id=topic.topic_id, partition_data=[data])],
        ),
        ApiKey.FETCH: FetchRequest(
            max_bytes=1000, topics=[FetchTopic(topic=topic.name, topic_id=topic.topic_id, partitions=[asked])]
        ),
        ApiKey.METADATA: MetadataRequest(topics=[MetadataRequestTopic(name=topic.name)]),
        ApiKey.DESCRIBE_CLUSTER: DescribeClusterRequest(),
        ApiKey.API_VERSIONS: api_versions(),
    }


@pytest.mark.parametrize("key", [ApiKey.PRODUCE, ApiKey.FETCH, ApiKey.METADATA, ApiKey.DESCRIBE_CLUSTER])
def test_answers_hold_only_what_their_version_has(raw, make_topic, key):
    """S8: no tagged field of another version, none that equals its default, nothing after the end, in any version."""
    request = requests(make_topic())[key]
    low, high = SERVED[key]
    for version in range(3 if key is ApiKey.PRODUCE else low, high + 1):
        raw.send_bytes(frame_of(request, version, 6))
        frame = raw.receive_frame()
        start = 5 if version >= {0: 9, 1: 12, 3: 9, 60: 0}[key] else 4
        _, response = messages_of(key)
        answer, end = decoder(response, version)(frame, start)
        assert end == len(frame)
        assert encode(response, version, answer) == frame[start:]


def test_find_coordinator_by_one_key_and_by_many(raw, group_name):
    """S8: the fields of v0 to v3 and those of v4 and later do not mix."""
    v3 = raw.call(FindCoordinatorRequest(key=group_name), 3)
    v4 = raw.call(FindCoordinatorRequest(coordinator_keys=[group_name]), 4)
    assert v3.coordinators == []
    assert [found.key for found in v4.coordinators] == [group_name]
