"""A connection over time: one request at a time, in order; produces without answers; clients that leave; limits."""

import time

from raw_client import ClosedByBroker, frame_of, response_of

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.api_versions import ApiVersionsRequest
from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic
from kafka_codecs.messages.metadata import MetadataRequest
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import Record, build_batch, read_records

PATIENCE = 20.0
PARKED = 60_000  # milliseconds: longer than any test


def produce(topic, *, acks=1, partitions=(0,), batch=None, value=b"v"):
    batch = build_batch([Record(value=value)]) if batch is None else batch
    data = [PartitionProduceData(index=index, records=batch) for index in partitions]
    return ProduceRequest(
        acks=acks, timeout_ms=10_000, topic_data=[TopicProduceData(name=topic.name, partition_data=data)]
    )


def fetch(topic, *, offset=0, max_wait_ms=PARKED, min_bytes=1):
    asked = FetchPartition(partition=0, fetch_offset=offset, partition_max_bytes=1_000_000)
    return FetchRequest(
        max_wait_ms=max_wait_ms,
        min_bytes=min_bytes,
        max_bytes=1_000_000,
        topics=[FetchTopic(topic=topic.name, partitions=[asked])],
    )


def end_offset(client, topic, partition=0):
    asked = ListOffsetsTopic(
        name=topic.name, partitions=[ListOffsetsPartition(partition_index=partition, timestamp=-1)]
    )
    (answer,) = client.call(ListOffsetsRequest(replica_id=-1, topics=[asked]), 7).topics
    assert answer.partitions[0].error_code == 0
    return answer.partitions[0].offset


def until_end_offset_is(client, topic, offset):
    deadline = time.monotonic() + PATIENCE
    while end_offset(client, topic) != offset:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def answers(client):
    return client.call(MetadataRequest(topics=[]), 12).topics == []


def fetched_values(answer):
    (topic,) = answer.responses
    (partition,) = topic.partitions
    assert partition.error_code == 0
    return [record.value for record in read_records(partition.records)]


# ---- order


def test_pipelined_requests_are_answered_in_order(raw):
    """S9: many at once, of several kinds and sizes of answer."""
    sent = []
    for turn in range(200):
        if turn % 3:
            request, version = MetadataRequest(topics=None), turn % 12 + 1
        else:
            request, version = ApiVersionsRequest(client_software_name="raw", client_software_version="1"), turn % 6
        sent.append((turn - 100, request, version))
    raw.send_bytes(b"".join(frame_of(request, version, number) for number, request, version in sent))
    for number, request, version in sent:
        response_of(raw.receive_frame(), request.SPEC.key, version, number)


def test_frames_in_pieces(raw):
    """S9: how bytes were cut into packets does not matter."""
    frames = frame_of(MetadataRequest(topics=[]), 12, 1) + frame_of(MetadataRequest(topics=[]), 12, 2)
    for at in range(len(frames)):
        raw.send_bytes(frames[at : at + 1])
    for number in (1, 2):
        assert response_of(raw.receive_frame(), 3, 12, number).topics == []


def test_nothing_behind_a_parked_fetch_is_started(connect, make_topic):
    """S9: records of a pipelined Produce are not appended before the Fetch in front of it is answered."""
    watched, written = make_topic(), make_topic()
    client, other = connect(), connect()
    fetching = client.send(fetch(watched), 11)
    producing = client.send(produce(written), 7)
    assert client.is_silent()
    assert end_offset(other, written) == 0
    assert other.call(produce(watched, value=b"wakes"), 7).responses[0].partition_responses[0].error_code == 0
    assert fetched_values(client.receive(fetching)) == [b"wakes"]
    assert client.receive(producing).responses[0].partition_responses[0].base_offset == 0
    assert end_offset(other, written) == 1


def test_the_wait_of_a_pipelined_fetch_begins_when_the_one_in_front_is_answered(raw, make_topic):
    """S9: two waits of 300 ms on one connection take 600 ms."""
    topic = make_topic()
    started = time.monotonic()
    numbers = [raw.send(fetch(topic, max_wait_ms=300), 11) for _ in range(2)]
    for number in numbers:
        raw.receive(number)
    assert time.monotonic() - started >= 0.59


def test_answers_that_are_ready_do_not_wait_for_a_parked_request_behind_them(raw, make_topic):
    """S9: what was answered before a wait begins leaves before it."""
    first = frame_of(MetadataRequest(topics=[]), 12, 1)
    raw.send_bytes(first + frame_of(fetch(make_topic()), 11, 2))
    assert response_of(raw.receive_frame(), 3, 12, 1).topics == []
    assert raw.is_silent()


# ---- acks=0


def test_a_produce_without_acknowledgement_takes_no_answer(raw, make_topic):
    """S10: the next request is read as soon as the append is done, and its answer is the next that comes."""
    topic = make_topic()
    for count in range(1, 6):
        raw.send(produce(topic, acks=0), 7)
        assert end_offset(raw, topic) == count


def test_what_arrived_before_the_client_left_is_carried_out(connect, make_topic):
    """S10a: five produces with acks=0, then a close."""
    topic = make_topic()
    client = connect()
    client.send_bytes(b"".join(frame_of(produce(topic, acks=0), 7, number) for number in range(5)))
    client.close()
    until_end_offset_is(connect(), topic, 5)


def test_a_client_that_half_closes_gets_its_answers(raw):
    """S10a: then the end of the stream."""
    numbers = [raw.send(MetadataRequest(topics=[]), 12) for _ in range(3)]
    raw.half_close()
    for number in numbers:
        assert raw.receive(number).topics == []
    assert raw.closed_by_broker()


def test_a_client_that_half_closes_while_its_fetch_is_parked_gets_the_answer(connect, make_topic):
    """S10a: a wait goes on."""
    topic = make_topic()
    client, other = connect(), connect()
    number = client.send(fetch(topic), 11)
    client.half_close()
    other.call(produce(topic), 7)
    assert fetched_values(client.receive(number)) == [b"v"]
    assert client.closed_by_broker()


def test_a_failed_produce_without_acknowledgement_closes(connect, make_topic):
    """S11: so that the client asks for metadata again; the partitions without error were appended."""
    topic = make_topic(2)
    client, other = connect(), connect()
    client.send(produce(topic, acks=0, partitions=(0, 7, 1)), 7)
    assert client.closed_by_broker()
    assert (end_offset(other, topic, 0), end_offset(other, topic, 1)) == (1, 1)


def test_a_refused_produce_without_acknowledgement_closes(connect, make_topic):
    """S11: a transactional batch without a transactional id is refused as a whole (S28c)."""
    topic = make_topic()
    client = connect()
    batch = build_batch([Record(value=b"v")], producer_id=1, producer_epoch=0, base_sequence=0, transactional=True)
    client.send(produce(topic, acks=0, batch=batch), 7)
    assert client.closed_by_broker()
    assert end_offset(connect(), topic) == 0


def test_requests_behind_a_failed_produce_are_not_answered(connect):
    """S11: what the client had sent after it is lost with the connection."""
    client = connect()
    nowhere = TopicProduceData(
        name="nowhere-to-be-found", partition_data=[PartitionProduceData(0, build_batch([Record()]))]
    )
    client.send(ProduceRequest(acks=0, timeout_ms=1000, topic_data=[nowhere]), 7)
    client.send(MetadataRequest(topics=[]), 12)
    assert client.closed_by_broker()


def test_answers_in_front_of_a_failed_produce_arrive(connect):
    """S9, S11: they were owed first."""
    client = connect()
    nowhere = TopicProduceData(
        name="nowhere-to-be-found", partition_data=[PartitionProduceData(0, build_batch([Record()]))]
    )
    client.send_bytes(
        frame_of(MetadataRequest(topics=[]), 12, 1)
        + frame_of(ProduceRequest(acks=0, timeout_ms=1000, topic_data=[nowhere]), 7, 2)
    )
    assert response_of(client.receive_frame(), 3, 12, 1).topics == []
    assert client.closed_by_broker()


# ---- clients that leave


def test_clients_that_leave_while_their_fetch_is_parked(connect, make_topic):
    """S13: no crash, no leak, and no answer to the wrong connection when what they waited for comes."""
    topic = make_topic()
    leaving = [connect() for _ in range(20)]
    for client in leaving:
        client.send(fetch(topic), 11)
    staying = connect()
    number = staying.send(fetch(topic), 11)
    assert all(client.is_silent(0.02) for client in leaving)
    for client in leaving:
        client.close()
    newcomers = [connect() for _ in range(20)]
    assert all(map(answers, newcomers))
    newcomers[0].call(produce(topic, value=b"at last"), 7)
    assert fetched_values(staying.receive(number)) == [b"at last"]
    assert all(client.is_silent(0.02) for client in newcomers)


def test_connections_that_send_nothing(connect):
    """S13: a hundred that open and close at once, and one that is served among them."""
    for _ in range(100):
        connect().close()
    assert answers(connect())


# ---- limits, each with a broker of its own settings


def test_an_idle_connection_is_closed(start_broker, connect):
    """S14a: after connections.max.idle.ms without a request; before that it is served."""
    client = connect(start_broker({"connections.max.idle.ms": "1000"}))
    assert answers(client)
    started = time.monotonic()
    assert client.closed_by_broker()
    assert 0.9 < time.monotonic() - started < 10


def test_requests_keep_a_connection_open(start_broker, connect):
    """S14a: idle counts from the last request."""
    client = connect(start_broker({"connections.max.idle.ms": "1000"}))
    for _ in range(4):
        assert client.is_silent(0.5)
        assert answers(client)


def test_a_parked_request_does_not_keep_a_connection_open(start_broker, connect, make_topic):
    """S14a: waiting for an answer counts as idle."""
    bootstrap = start_broker({"connections.max.idle.ms": "1000"})
    client = connect(bootstrap)
    client.send(fetch(make_topic(to=bootstrap)), 11)
    assert client.closed_by_broker(10)


def test_too_many_connections_from_one_address(start_broker, connect):
    """S14b: the surplus one is accepted by TCP and closed at once; there is room again when another one leaves."""
    bootstrap = start_broker({"max.connections.per.ip": "2"})
    first, second = (_until_served(lambda: connect(bootstrap)) for _ in range(2))
    assert connect(bootstrap).closed_by_broker()
    assert answers(first)
    assert answers(second)
    first.close()
    _until_served(lambda: connect(bootstrap))


def test_an_address_with_a_limit_of_its_own(start_broker, connect):
    """S14b: max.connections.per.ip.overrides."""
    bootstrap = start_broker({"max.connections.per.ip": "1", "max.connections.per.ip.overrides": "127.0.0.1:3"})
    served = [_until_served(lambda: connect(bootstrap)) for _ in range(3)]
    assert connect(bootstrap).closed_by_broker()
    assert all(map(answers, served))


def _until_served(open_connection):
    """Return a connection that is served; a broker may see late that an earlier one has left."""
    deadline = time.monotonic() + PATIENCE
    while True:
        client = open_connection()
        try:
            assert answers(client)
        except ClosedByBroker:
            assert time.monotonic() < deadline
        else:
            return client


def test_too_many_connections_in_all(start_broker, connect):
    """S14c: with max.connections surplus ones are held unserved until another one leaves, then served."""
    bootstrap = start_broker({"max.connections": "2"})
    first, second = connect(bootstrap), connect(bootstrap)
    assert answers(first)
    assert answers(second)
    surplus = connect(bootstrap)
    number = surplus.send(MetadataRequest(topics=[]), 12)
    assert surplus.is_silent()
    first.close()
    assert surplus.receive(number).topics == []
    assert answers(second)


def test_an_error_is_not_the_end_of_a_connection(raw, topic_name):
    """S14f and all refusals: after errors of several kinds the connection goes on."""
    nowhere = TopicProduceData(name=topic_name, partition_data=[PartitionProduceData(0, build_batch([Record()]))])
    for _ in range(3):
        answer = raw.call(ProduceRequest(acks=1, timeout_ms=1000, topic_data=[nowhere]), 7)
        assert answer.responses[0].partition_responses[0].error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        assert answers(raw)
