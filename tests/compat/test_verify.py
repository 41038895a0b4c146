"""What the broker holds, read by the runner itself, overrules what a client says of its own work."""

import uuid

import pytest

from compat.program import Outcome
from compat.verify import ten_records, verified
from compat.wire import ask
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import build_batch
from kafka_codecs.records.compression import Compression
from wirebroker.testing import Broker

PASS = Outcome("pass")


@pytest.fixture(scope="module")
def bootstrap():
    with Broker() as broker:
        yield broker.bootstrap


@pytest.fixture
def topic(bootstrap):
    from kafka_codecs.messages.create_topics import CreatableTopic, CreateTopicsRequest

    name = f"t{uuid.uuid4().hex}"
    ask(bootstrap, CreateTopicsRequest(topics=[CreatableTopic(name=name, num_partitions=1, replication_factor=1)]), 5)
    return name


def produce(bootstrap, topic, records, **batch):
    data = PartitionProduceData(index=0, records=bytes(build_batch(records, **batch)))
    request = ProduceRequest(acks=-1, timeout_ms=5000, topic_data=[TopicProduceData(name=topic, partition_data=[data])])
    answer = ask(bootstrap, request, 9)
    assert answer.responses[0].partition_responses[0].error_code == 0


def ordered(*, without=None):
    """Return the ten records, with timestamps as a batch wants them."""
    first = ten_records()[0][0]
    records = []
    for timestamp, record in ten_records():
        record.timestamp_delta = timestamp - first
        if record.offset_delta == without:
            record.value = b"other"
        records.append(record)
    return records, first


def test_the_ten_records_in_the_codec_that_was_ordered_pass(bootstrap, topic):
    records, first = ordered()
    produce(bootstrap, topic, records, base_timestamp=first, compression=Compression.GZIP)
    assert verified(bootstrap, topic, "produce-gzip", PASS) == PASS


def test_another_codec_does_not_pass(bootstrap, topic):
    records, first = ordered()
    produce(bootstrap, topic, records, base_timestamp=first, compression=Compression.LZ4)
    assert "codec lz4" in verified(bootstrap, topic, "produce-gzip", PASS).reason


def test_one_wrong_byte_does_not_pass(bootstrap, topic):
    records, first = ordered(without=4)
    produce(bootstrap, topic, records, base_timestamp=first)
    assert "record 4" in verified(bootstrap, topic, "produce-none", PASS).reason


def test_other_timestamps_pass_only_for_a_client_that_says_so(bootstrap, topic):
    records, first = ordered()
    produce(bootstrap, topic, records, base_timestamp=first + 1)
    assert "timestamp" in verified(bootstrap, topic, "produce-none", PASS).reason
    allowed = PASS._replace(variations=("timestamps",))
    assert verified(bootstrap, topic, "produce-none", allowed) == allowed


def test_idempotence_needs_a_producer_id(bootstrap, topic):
    produce(bootstrap, topic, ordered()[0])
    assert "producer id" in verified(bootstrap, topic, "idempotence", PASS).reason


def test_what_a_client_calls_a_failure_stays_one(bootstrap):
    fail = Outcome("fail", "its reason")
    assert verified(bootstrap, "not-there", "produce-none", fail) == fail


def test_what_cannot_be_read_is_a_failure_of_that_capability_alone(bootstrap):
    assert "UNKNOWN_TOPIC_OR_PARTITION" in verified(bootstrap, "not-there", "produce-none", PASS).reason
    assert verified("127.0.0.1:1", "t", "produce-none", PASS).outcome == "fail"
