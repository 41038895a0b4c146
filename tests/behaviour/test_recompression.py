"""Every codec into every codec: against Apache Kafka this is also its Java codecs against ours, both ways."""

import pytest
from partition_client import now_ms

from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import Compression, Record, build_batch, crc_is_valid, read_header, read_records

SETTINGS = {
    Compression.NONE: "uncompressed",
    Compression.GZIP: "gzip",
    Compression.SNAPPY: "snappy",
    Compression.LZ4: "lz4",
    Compression.ZSTD: "zstd",
}


@pytest.mark.parametrize("sent", Compression)
@pytest.mark.parametrize("kept", Compression)
def test_a_batch_is_stored_in_the_codec_of_its_topic(raw, make_topic, sent, kept):
    """S34: ``compression.type`` other than producer; the records stay what they were. (300 KB: many blocks.)"""
    topic = make_topic(configs={"compression.type": SETTINGS[kept]})
    records = [Record(at, at, b"k%d" % at, bytes((at % 256, at // 7)) * 170, [("h", b"x")]) for at in range(900)]
    records[0].attributes = 1
    data = PartitionProduceData(0, build_batch(records, compression=sent, base_timestamp=now_ms()))
    records[0].attributes = int(sent is kept)  # nothing is kept of it in a batch that is written anew
    request = ProduceRequest(
        acks=1, timeout_ms=10_000, topic_data=[TopicProduceData(topic.name, partition_data=[data])]
    )
    assert raw.call(request, 9).responses[0].partition_responses[0].error_code == 0
    asked = FetchTopic(topic.name, partitions=[FetchPartition(0, partition_max_bytes=10_000_000)])
    answer = raw.call(FetchRequest(max_wait_ms=10_000, min_bytes=1, topics=[asked]), 12)
    stored = answer.responses[0].partitions[0].records
    header = read_header(stored)
    assert header.compression is kept
    assert crc_is_valid(stored, 0, header.size)
    assert read_records(stored) == records


def test_a_negative_timestamp_is_not_recompressed(raw, make_topic):
    """S34, S33a: but for -1, which is none; a topic that keeps the codec takes it."""
    codes = {}
    for kept in ("producer", "zstd"):
        topic = make_topic(configs={"compression.type": kept})
        for timestamp in (-1, -2):
            batch = build_batch([Record(value=b"x")], base_timestamp=timestamp)
            data = [TopicProduceData(topic.name, partition_data=[PartitionProduceData(0, batch)])]
            answer = raw.call(ProduceRequest(acks=1, timeout_ms=10_000, topic_data=data), 9)
            codes[kept, timestamp] = answer.responses[0].partition_responses[0].error_code
    assert codes == {("producer", -1): 0, ("producer", -2): 0, ("zstd", -1): 0, ("zstd", -2): -1}


@pytest.mark.parametrize(
    ("producer", "code"), [((10**9, 0, 0), 0), ((10**9, -1, 5), -1), ((-2, 0, -1), -1), ((-1, -1, 5), 0)]
)
def test_half_a_producer_is_not_recompressed(raw, make_topic, producer, code):
    """S34: an id without an epoch or a sequence."""
    topic = make_topic(configs={"compression.type": "zstd"})
    producer_id, epoch, sequence = producer
    batch = build_batch([Record()], producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence)
    data = [TopicProduceData(topic.name, partition_data=[PartitionProduceData(0, batch)])]
    answer = raw.call(ProduceRequest(acks=1, timeout_ms=10_000, topic_data=data), 9)
    assert answer.responses[0].partition_responses[0].error_code == code
