"""Produce on raw frames: the order of the checks, every refusal, the fields of each answer."""

import time

import pytest
from conftest import Topic
from partition_client import (
    batch_of,
    batches,
    fetch,
    now_ms,
    offset_for,
    produce,
    produce_all,
    produce_request,
    set_int,
    values,
)

from kafka_codecs.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from kafka_codecs.messages.find_coordinator import FindCoordinatorRequest
from kafka_codecs.messages.init_producer_id import InitProducerIdRequest
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest
from kafka_codecs.records.batch import Compression, Record, build_batch, seal
from kafka_codecs.schema import ZERO_UUID

CODECS = [Compression.GZIP, Compression.SNAPPY, Compression.LZ4, Compression.ZSTD]
HOUR_MS = 3_600_000


@pytest.fixture
def topic(make_topic):
    return make_topic()


@pytest.fixture
def producer_id(raw):
    """A producer id fresh from the broker."""
    return raw.call(InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=60_000), 4).producer_id


def resealed(batch):
    seal(batch)
    return batch


def idempotent(producer_id, sequence, count=1, epoch=0, **options):
    return batch_of(
        *[b"v%d" % n for n in range(count)],
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
        **options,
    )


def produce_in_transaction(raw, topic, records, version, transactional_id):
    """Produce until the transaction coordinator is there: asking for it is what makes Kafka create its topic (S45)."""
    asked = FindCoordinatorRequest(key=transactional_id or "t", key_type=1)
    deadline = time.monotonic() + 20
    while True:
        raw.call(asked, 3)
        answer = produce(raw, topic, records, version, transactional_id=transactional_id)
        if answer.error_code != 19 or time.monotonic() > deadline:
            return answer


def fields(answer):
    return (answer.error_code, answer.base_offset, answer.log_append_time_ms, answer.log_start_offset)


class TestAnswers:
    @pytest.mark.parametrize("version", range(3, 14))
    def test_success(self, raw, topic, version):
        """S24d"""
        for base_offset in (0, 2):
            answer = produce(raw, topic, batch_of(b"a", b"b"), version)
            assert (answer.index, answer.error_code, answer.base_offset) == (0, 0, base_offset)
            assert answer.log_append_time_ms == -1
            assert answer.log_start_offset == (0 if version >= 5 else -1)
            assert (answer.record_errors, answer.error_message) == ([], None)
            assert (answer.current_leader.leader_id, answer.current_leader.leader_epoch) == (-1, -1)

    @pytest.mark.parametrize("acks", [1, -1])
    @pytest.mark.parametrize("timeout_ms", [0, -1])
    def test_one_replica_needs_no_time(self, raw, topic, acks, timeout_ms):
        """S38a"""
        assert produce(raw, topic, batch_of(b"a"), acks=acks, timeout_ms=timeout_ms).error_code == 0

    def test_more_in_sync_replicas_than_there_are(self, raw, make_topic):
        """S38: min.insync.replicas counts up to the replication factor only."""
        topic = make_topic(configs={"min.insync.replicas": "2"})
        assert produce(raw, topic, batch_of(b"a")).error_code == 0

    def test_no_topics(self, raw):
        """S24e"""
        assert raw.call(ProduceRequest(acks=1, timeout_ms=1000), 9).responses == []

    def test_a_topic_without_partitions(self, raw, topic):
        """S24e"""
        assert raw.call(produce_request(topic, acks=1), 9).responses == []

    def test_a_partition_listed_twice(self, raw, topic):
        """S24e: only the last entry is appended and answered."""
        request = produce_request(topic, batch_of(b"first", b"of two"))
        request.topic_data[0].partition_data.append(PartitionProduceData(index=0, records=batch_of(b"last")))
        (answered,) = raw.call(request, 9).responses
        assert [fields(answer) for answer in answered.partition_responses] == [(0, 0, -1, 0)]
        assert values(fetch(raw, topic)) == [b"last"]

    @pytest.mark.parametrize("good_first", [True, False])
    def test_a_partition_listed_twice_once_with_what_its_version_lacks(self, raw, topic, good_first):
        """S24e: the good batch is appended, and the error of the other is the answer."""
        entries = [batch_of(b"good"), batch_of(b"zstd", compression=Compression.ZSTD)]
        first, second = entries if good_first else reversed(entries)
        request = produce_request(topic, first)
        request.topic_data[0].partition_data.append(PartitionProduceData(index=0, records=second))
        (answered,) = raw.call(request, 6).responses
        assert [fields(answer) for answer in answered.partition_responses] == [(76, -1, -1, -1)]
        assert values(fetch(raw, topic)) == [b"good"]

    def test_flush_messages_knows_no_timeout(self, raw, make_topic):
        """A flush by flush.messages belongs to the append: a Produce with ``timeout_ms`` 0 does not time out on it."""
        topic = make_topic(configs={"flush.messages": "1"})
        answers = [produce(raw, topic, batch_of(b"%d" % n), timeout_ms=0, acks=acks) for n, acks in enumerate((-1, 1))]
        assert [(answer.error_code, answer.base_offset) for answer in answers] == [(0, 0), (0, 1)]

    def test_one_failure_concerns_one_partition(self, raw, make_topic):
        """S26"""
        topic = make_topic(3)
        corrupt = batch_of(b"b")
        corrupt[-1] ^= 1
        answers = produce_all(raw, topic, batch_of(b"a"), corrupt, batch_of(b"c"))
        assert [answer.error_code for answer in answers] == [0, 2, 0]

    def test_the_leader_epoch_is_overwritten(self, raw, topic):
        """S25"""
        assert produce(raw, topic, batch_of(b"a", partition_leader_epoch=77)).error_code == 0
        (header,) = batches(fetch(raw, topic))
        assert (header.partition_leader_epoch, header.base_offset) == (0, 0)

    def test_no_acknowledgement_no_answer(self, raw, topic):
        """S10: the next request on the connection is served as soon as the append is done."""
        raw.send(produce_request(topic, batch_of(b"a"), acks=0), 9)
        assert values(fetch(raw, topic)) == [b"a"]

    def test_a_failure_without_acknowledgement_closes(self, raw, connect, make_topic):
        """S11: the partitions without error are appended nevertheless."""
        topic = make_topic(2)
        corrupt = batch_of(b"b")
        corrupt[-1] ^= 1
        raw.send(produce_request(topic, batch_of(b"a"), corrupt, acks=0), 9)
        assert raw.closed_by_broker()
        assert values(fetch(connect(), topic)) == [b"a"]

    @pytest.mark.parametrize("records", [set_int(batch_of(b"a"), 16, 3, 1), batch_of(b"a", transactional=True)])
    def test_a_refusal_without_acknowledgement_closes(self, raw, topic, records):
        """S11: also one of the whole request."""
        raw.send(produce_request(topic, records, acks=0), 9)
        assert raw.closed_by_broker()


class TestTopics:
    def test_an_unknown_name(self, raw, topic_name):
        """S47: and S24b, S24c."""
        answer = produce(raw, Topic(topic_name, ZERO_UUID, 1), batch_of(b"a"))
        assert fields(answer) == (3, -1, -1, -1)
        assert answer.error_message is None

    def test_no_topic_is_created(self, raw, topic_name):
        """S47"""
        unknown = Topic(topic_name, ZERO_UUID, 1)
        produce(raw, unknown, batch_of(b"a"))
        assert offset_for(raw, unknown, -1).error_code == 3

    def test_an_empty_name(self, raw):
        """S47"""
        assert produce(raw, Topic("", ZERO_UUID, 1), batch_of(b"a")).error_code == 3

    @pytest.mark.parametrize("index", [1, -1, 2**31 - 1])
    @pytest.mark.parametrize("version", [9, 13])
    def test_an_unknown_partition(self, raw, topic, index, version):
        """S47"""
        request = produce_request(topic, batch_of(b"a"), version=version)
        request.topic_data[0].partition_data[0].index = index
        (answered,) = raw.call(request, version).responses
        assert fields(answered.partition_responses[0]) == (3, -1, -1, -1)

    @pytest.mark.parametrize("topic_id", [bytes(16), bytes(range(16))])
    def test_an_unknown_id(self, raw, topic_id):
        """S47"""
        assert fields(produce(raw, Topic("", topic_id, 1), batch_of(b"a"), 13)) == (100, -1, -1, -1)

    def test_an_internal_topic(self, raw):
        """S46: only Kafka's own admin client may write there."""
        internal = Topic("__consumer_offsets", ZERO_UUID, 1)
        corrupt = batch_of(b"a")
        corrupt[-1] ^= 1
        deadline = time.monotonic() + 20
        while True:  # asking for a coordinator creates the topic
            raw.call(FindCoordinatorRequest(key="g", key_type=0), 3)
            (answered,) = raw.call(produce_request(internal, corrupt), 9, "__admin_client").responses
            (answer,) = answered.partition_responses
            if answer.error_code not in (3, 6) or time.monotonic() > deadline:
                break
        assert answer.error_code == 2
        assert fields(produce(raw, internal, corrupt)) == (17, -1, -1, -1)


class TestOrder:
    """S24a: of two faults the one is answered that Kafka finds first."""

    def test_unknown_topic_before_two_batches(self, raw, topic_name):
        assert produce(raw, Topic(topic_name, ZERO_UUID, 1), batch_of(b"a") * 2).error_code == 3

    def test_two_batches_before_acks(self, raw, topic):
        assert produce(raw, topic, batch_of(b"a") * 2, acks=5).error_code == 87

    def test_unknown_topic_before_acks(self, raw, topic_name):
        """S37"""
        assert produce(raw, Topic(topic_name, ZERO_UUID, 1), batch_of(b"a"), acks=5).error_code == 3

    def test_acks_before_the_base_offset(self, raw, topic):
        assert produce(raw, topic, batch_of(b"a", base_offset=5), acks=2).error_code == 21

    def test_the_base_offset_before_size_and_checksum(self, raw, make_topic):
        """S24"""
        topic = make_topic(configs={"max.message.bytes": "100"})
        corrupt = batch_of(b"a" * 200, base_offset=5)
        corrupt[-1] ^= 1
        assert fields(produce(raw, topic, corrupt)) == (87, -1, -1, 0)

    def test_size_before_checksum(self, raw, make_topic):
        """S36"""
        topic = make_topic(configs={"max.message.bytes": "100"})
        corrupt = batch_of(b"a" * 200)
        corrupt[-1] ^= 1
        assert produce(raw, topic, corrupt).error_code == 10

    def test_checksum_before_the_record_count(self, raw, topic):
        assert produce(raw, topic, set_int(batch_of(b"a"), 57, 2)).error_code == 2

    def test_the_record_count_before_timestamps(self, raw, topic):
        late = set_int(batch_of(b"a", base_timestamp=now_ms() + 2 * HOUR_MS), 57, 2)
        assert produce(raw, topic, resealed(late)).error_code == 87

    def test_validation_before_the_sequence(self, raw, topic, producer_id):
        assert produce(raw, topic, idempotent(producer_id, 0)).error_code == 0
        late = idempotent(producer_id, 7, base_timestamp=now_ms() + 2 * HOUR_MS)
        assert produce(raw, topic, late).error_code == 32

    def test_the_epoch_before_the_sequence(self, raw, topic, producer_id):
        assert produce(raw, topic, idempotent(producer_id, 0, epoch=1)).error_code == 0
        assert produce(raw, topic, idempotent(producer_id, 7, epoch=0)).error_code == 47


class TestBatches:
    def test_a_base_offset(self, raw, topic):
        """S24: and S24b, the real log start offset."""
        assert fields(produce(raw, topic, batch_of(b"a", base_offset=5))) == (87, -1, -1, 0)

    def test_a_wrong_checksum(self, raw, topic):
        """S26: and S24b, no log start offset; S24c, no text."""
        corrupt = batch_of(b"a")
        corrupt[-1] ^= 1
        answer = produce(raw, topic, corrupt)
        assert fields(answer) == (2, -1, -1, -1)
        assert (answer.record_errors, answer.error_message) == ([], None)

    @pytest.mark.parametrize(("length", "code"), [(14, -1), (20, -1), (40, 2), (48, 2)])
    def test_a_length_below_the_header(self, raw, topic, length, code):
        """S26"""
        short = set_int(batch_of(b"a"), 8, length)[: length + 12]
        assert produce(raw, topic, short).error_code == code

    def test_two_batches(self, raw, topic):
        """S27"""
        assert fields(produce(raw, topic, batch_of(b"a") + batch_of(b"b"))) == (87, -1, -1, -1)

    @pytest.mark.parametrize(("at", "value", "size"), [(8, 13, 4), (8, -1, 4), (16, 3, 1), (16, -1, 1)])
    def test_a_second_batch_with_a_broken_header(self, raw, topic, at, value, size):
        """S27"""
        second = set_int(batch_of(b"b"), at, value, size)
        assert fields(produce(raw, topic, batch_of(b"a") + second)) == (2, -1, -1, -1)

    @pytest.mark.parametrize("rest", [b"\0", bytes(11), bytes(batch_of(b"b")[:-1])], ids=["byte", "zeros", "cut"])
    def test_a_rest_that_is_no_batch(self, raw, topic, rest):
        """S27a"""
        first = batch_of(b"a")
        assert produce(raw, topic, first + rest).error_code == 0
        assert len(fetch(raw, topic).records) == len(first)

    def test_a_first_batch_that_is_cut_short(self, raw, topic):
        """S27a"""
        assert produce(raw, topic, batch_of(b"a")[:-1]).error_code == 87

    @pytest.mark.parametrize("version", [3, 8, 9, 13])
    def test_no_batch(self, raw, topic, version):
        """S28"""
        answer = produce(raw, topic, b"", version)
        assert fields(answer) == (87, -1, -1, -1)
        assert answer.error_message is None

    @pytest.mark.parametrize("magic", [0, 1])
    @pytest.mark.parametrize("version", [3, 9])
    def test_old_formats(self, raw, topic, magic, version):
        """S28"""
        assert produce(raw, topic, set_int(batch_of(b"a"), 16, magic, 1), version).error_code == 87

    @pytest.mark.parametrize(
        ("at", "value", "size", "text"),
        [
            (16, 3, 1, "Invalid magic found in record: 3"),
            (16, -1, 1, "Invalid magic found in record: -1"),
            (8, 13, 4, "Record size 13 is less than the minimum record overhead (14)"),
        ],
    )
    def test_a_first_batch_with_a_broken_header(self, raw, make_topic, at, value, size, text):
        """S28a: the whole request fails and nothing is appended."""
        topic = make_topic(2)
        answers = produce_all(raw, topic, batch_of(b"a"), set_int(batch_of(b"b"), at, value, size))
        assert [fields(answer) for answer in answers] == [(2, -1, -1, -1)] * 2
        assert [answer.error_message for answer in answers] == [text] * 2
        assert offset_for(raw, topic, -1).offset == 0

    @pytest.mark.parametrize("version", [12, 13])
    def test_a_topic_listed_twice_in_a_request_that_fails(self, raw, make_topic, version):
        """S28a, S24e: it is answered once, as is each of its partitions."""
        topic = make_topic(2)
        request = produce_request(topic, batch_of(b"a"), batch_of(b"b"), version=version)
        request.topic_data += produce_request(topic, set_int(batch_of(b"c"), 16, 3, 1), version=version).topic_data
        (answered,) = raw.call(request, version).responses
        codes = sorted((answer.index, answer.error_code) for answer in answered.partition_responses)
        assert codes == [(0, 2), (1, 2)]

    def test_records_at_fault_come_before_their_offsets(self, raw, topic):
        """S30, S33: of a compressed batch, whose offsets must follow each other."""
        for late_ms, code in ((0, -1), (4_000_000, 32)):
            records = [Record(5, 0, value=b"a"), Record(1, late_ms, value=b"b")]
            batch = build_batch(records, base_timestamp=now_ms(), compression=Compression.GZIP)
            assert produce(raw, topic, batch).error_code == code

    def test_null_records(self, raw, topic, is_external):
        """S28b: Apache Kafka never answers."""
        if is_external:
            pytest.skip("Apache Kafka never answers null records")
        assert produce(raw, topic, None).error_code == 87

    @pytest.mark.parametrize("records", [batch_of(b"a", transactional=True), idempotent(7, 0, transactional=True)])
    def test_a_transactional_batch_without_a_transactional_id(self, raw, make_topic, records):
        """S28c"""
        topic = make_topic(2)
        answers = produce_all(raw, topic, batch_of(b"a"), records)
        assert [fields(answer) for answer in answers] == [(53, -1, -1, -1)] * 2
        assert [answer.error_message for answer in answers] == [None] * 2
        assert offset_for(raw, topic, -1).offset == 0

    def test_a_transactional_id_without_transactional_batches(self, raw, topic):
        """S28c"""
        assert produce(raw, topic, batch_of(b"a"), transactional_id="nobody").error_code == 0

    @pytest.mark.parametrize("version", [11, 12])
    def test_an_unknown_transactional_id(self, raw, topic, topic_name, version):
        """S42a"""
        answer = produce_in_transaction(raw, topic, idempotent(7, 0, transactional=True), version, topic_name)
        assert fields(answer) == (49, -1, -1, -1)
        assert answer.error_message is None

    def test_an_empty_transactional_id(self, raw, topic):
        """S42a"""
        assert produce_in_transaction(raw, topic, idempotent(7, 0, transactional=True), 12, "").error_code == 42

    def test_two_transactional_producers(self, raw, make_topic, topic_name):
        """S43a"""
        topic = make_topic(2)
        batches = [idempotent(producer_id, 0, transactional=True) for producer_id in (7, 8)]
        answers = produce_all(raw, topic, *batches, version=12, transactional_id=topic_name)
        assert [fields(answer) for answer in answers] == [(49, -1, -1, -1)] * 2
        text = "Transactional records contained more than one producer ID"
        assert [answer.error_message for answer in answers] == [text] * 2

    def test_a_transactional_batch_without_a_producer_id(self, raw, topic, topic_name):
        """S43b"""
        assert produce(raw, topic, batch_of(b"a", transactional=True), transactional_id=topic_name).error_code == 0
        answer = fetch(raw, topic, isolation_level=1)
        assert (answer.last_stable_offset, values(answer)) == (1, [b"a"])

    def test_a_control_batch(self, raw, topic):
        """S29"""
        assert fields(produce(raw, topic, batch_of(b"\0\0\0\0\0\0", control=True))) == (87, -1, -1, 0)

    @pytest.mark.parametrize(
        ("count", "last_offset_delta"),
        [(2, 0), (1, 1), (2, 1), (0, 0), (-1, 0), (0, -1), (1, -1), (2**31 - 1, 2**31 - 2)],
    )
    def test_counts_that_do_not_agree(self, raw, topic, count, last_offset_delta):
        """S30"""
        batch = set_int(set_int(batch_of(b"a"), 57, count), 23, last_offset_delta)
        answer = produce(raw, topic, resealed(batch))
        assert fields(answer) == (87, -1, -1, 0)
        assert (answer.record_errors, answer.error_message) == ([], None)

    def test_a_record_count_below_the_records(self, raw, topic):
        """S30"""
        batch = set_int(set_int(batch_of(b"a", b"b"), 57, 1), 23, 0)
        assert produce(raw, topic, resealed(batch)).error_code == 87

    def test_a_record_whose_length_is_wrong(self, raw, topic):
        """S30"""
        batch = batch_of(b"a")
        batch[61] += 2
        assert produce(raw, topic, resealed(batch)).error_code == 87

    def test_a_producer_id_without_a_sequence(self, raw, topic):
        """S30a"""
        assert produce(raw, topic, idempotent(7, -1)).error_code == 87

    def test_offset_deltas_of_a_plain_batch(self, raw, topic):
        """S30a"""
        records = [Record(offset_delta=delta, value=b"v") for delta in (5, 1)]
        batch = build_batch(records, base_timestamp=now_ms(), last_offset_delta=1)
        assert produce(raw, topic, batch).error_code == 0
        assert bytes(fetch(raw, topic).records)[61:] == batch[61:]

    def test_offset_deltas_of_a_compressed_batch(self, raw, topic):
        """S30a"""
        records = [Record(offset_delta=delta, value=b"v") for delta in (5, 1)]
        batch = build_batch(records, base_timestamp=now_ms(), last_offset_delta=1, compression=Compression.GZIP)
        assert produce(raw, topic, batch).error_code == -1

    @pytest.mark.parametrize("codec", CODECS)
    def test_data_that_does_not_decompress(self, raw, topic, codec):
        """S30b"""
        batch = batch_of(b"a")
        batch[22] |= codec
        assert fields(produce(raw, topic, resealed(batch))) == (-1, -1, -1, 0)

    @pytest.mark.parametrize("codec", [5, 6, 7])
    @pytest.mark.parametrize("version", [6, 9])
    def test_a_codec_that_does_not_exist(self, raw, topic, codec, version):
        """S30b"""
        batch = batch_of(b"a")
        batch[22] |= codec
        assert produce(raw, topic, resealed(batch), version).error_code == -1

    @pytest.mark.parametrize("attribute", [0x40, 0x80, 0x4000])
    def test_unknown_attributes(self, raw, topic, attribute):
        """S30c"""
        batch = set_int(batch_of(b"a"), 21, attribute, 2)
        assert produce(raw, topic, resealed(batch)).error_code == 0

    @pytest.mark.parametrize(("version", "code"), [(3, 76), (6, 76), (7, 0)])
    def test_zstd_before_version_7(self, raw, topic, version, code):
        """S35"""
        answer = produce(raw, topic, batch_of(b"a", compression=Compression.ZSTD), version)
        assert answer.error_code == code
        if code:
            assert fields(answer) == (76, -1, -1, -1)

    def test_zstd_before_the_second_batch(self, raw, topic):
        """S35"""
        assert produce(raw, topic, batch_of(b"a", compression=Compression.ZSTD) * 2, 6).error_code == 76

    def test_the_largest_batch(self, raw, make_topic):
        """S36: all of the batch counts, and as much as the limit is allowed."""
        batch = batch_of(b"a" * 100)
        fits = make_topic(configs={"max.message.bytes": str(len(batch))})
        assert produce(raw, fits, batch).error_code == 0
        too_large = make_topic(configs={"max.message.bytes": str(len(batch) - 1)})
        answer = produce(raw, too_large, batch)
        assert fields(answer) == (10, -1, -1, -1)
        assert answer.error_message is None

    def test_a_batch_larger_than_a_segment(self, raw, make_topic):
        """S36"""
        topic = make_topic(configs={"segment.bytes": str(1 << 20), "max.message.bytes": str(1 << 22)})
        assert fields(produce(raw, topic, batch_of(b"a" * (1 << 20)))) == (18, -1, -1, -1)

    @pytest.mark.parametrize("acks", [-2, 2, 32767])
    def test_acks(self, raw, make_topic, topic_name, acks):
        """S37: on the partitions that passed the checks before."""
        topic = make_topic(2)
        answers = produce_all(raw, topic, batch_of(b"a"), b"", acks=acks)
        assert [fields(answer) for answer in answers] == [(21, -1, -1, -1), (87, -1, -1, -1)]


class TestRecords:
    def test_no_key_in_a_compacted_topic(self, raw, make_topic):
        """S31"""
        topic = make_topic(configs={"cleanup.policy": "compact"})
        records = [Record(offset_delta=at, key=key, value=b"v") for at, key in enumerate((b"k", None, b"k", None))]
        answer = produce(raw, topic, build_batch(records, base_timestamp=now_ms()))
        assert fields(answer) == (87, -1, -1, 0)
        assert [error.batch_index for error in answer.record_errors] == [1, 3]
        assert all(error.batch_index_error_message for error in answer.record_errors)
        text = (
            "One or more records have been rejected due to 2 record errors in total, and only showing the first three"
        )
        assert answer.error_message.startswith(text)
        assert offset_for(raw, topic, -1).offset == 0

    @pytest.mark.parametrize("version", [7, 8])
    def test_record_errors_by_version(self, raw, make_topic, version):
        """S31"""
        topic = make_topic(configs={"cleanup.policy": "compact"})
        answer = produce(raw, topic, batch_of(b"v", keys=None), version)
        assert answer.error_code == 87
        assert len(answer.record_errors) == (1 if version >= 8 else 0)

    def test_a_timestamp_in_the_future(self, raw, topic):
        """S32"""
        answer = produce(raw, topic, batch_of(b"a", b"b", base_timestamp=now_ms() + 2 * HOUR_MS))
        assert fields(answer) == (32, -1, -1, 0)
        assert [error.batch_index for error in answer.record_errors] == [0, 1]
        assert answer.error_message == "One or more records have been rejected due to invalid timestamp"

    def test_a_timestamp_within_the_hour(self, raw, topic):
        """S32"""
        assert produce(raw, topic, batch_of(b"a", base_timestamp=now_ms() + HOUR_MS // 2)).error_code == 0

    def test_a_timestamp_in_the_past(self, raw, topic, make_topic):
        """S32"""
        old = batch_of(b"a", base_timestamp=now_ms() - 10_000)
        assert produce(raw, topic, old).error_code == 0
        strict = make_topic(configs={"message.timestamp.before.max.ms": "1000"})
        assert produce(raw, strict, old).error_code == 32

    def test_no_timestamp(self, raw, make_topic):
        """S32"""
        topic = make_topic(configs={"message.timestamp.before.max.ms": "1000"})
        assert produce(raw, topic, batch_of(b"a", base_timestamp=-1)).error_code == 0

    @pytest.mark.parametrize(
        ("compression", "target", "shown", "length"),
        [
            (Compression.NONE, "producer", "DefaultRecord", 0),
            (Compression.GZIP, "producer", "PartialDefaultRecord", -1),
            (Compression.GZIP, "gzip", "PartialDefaultRecord", -1),
            (Compression.GZIP, "lz4", "DefaultRecord", 0),
        ],
    )
    def test_a_claim_to_the_timestamp_of_the_broker(self, raw, make_topic, compression, target, shown, length):
        """S33: the text shows the record; of one that stays compressed, null is -1 bytes long."""
        topic = make_topic(configs={"message.timestamp.type": "LogAppendTime", "compression.type": target})
        stamped = batch_of(None, keys=b"", base_timestamp=5, compression=compression)
        stamped[22] |= 8  # the bit of the timestamp type
        answer = produce(raw, topic, resealed(stamped))
        assert answer.error_code == 32
        assert [error.batch_index_error_message for error in answer.record_errors] == [
            (
                f"Invalid timestamp type in message {shown}(offset=0, timestamp=5, key=0 bytes, value={length} bytes). "
                "Producer should not set timestamp type to LogAppendTime."
            )
        ]

    def test_keys_and_timestamps(self, raw, make_topic):
        """S32"""
        topic = make_topic(configs={"cleanup.policy": "compact"})
        late = now_ms() + 2 * HOUR_MS
        records = [
            Record(offset_delta=0, key=None, timestamp_delta=-3 * HOUR_MS, value=b"v"),
            Record(offset_delta=1, key=b"k", value=b"v"),
        ]
        answer = produce(raw, topic, build_batch(records, base_timestamp=late))
        assert answer.error_code == 32
        assert [error.batch_index for error in answer.record_errors] == [0, 1]

    def test_log_append_time(self, raw, make_topic):
        """S33"""
        topic = make_topic(configs={"message.timestamp.type": "LogAppendTime"})
        before = now_ms()
        answer = produce(raw, topic, batch_of(b"a", base_timestamp=1000))
        assert before - 1000 <= answer.log_append_time_ms <= now_ms() + 1000
        (header,) = batches(fetch(raw, topic))
        assert (header.is_log_append_time, header.base_timestamp) == (True, 1000)
        assert header.max_timestamp == answer.log_append_time_ms

    def test_the_log_append_time_bit_of_a_client(self, raw, make_topic):
        """S33"""
        topic = make_topic(configs={"message.timestamp.type": "LogAppendTime"})
        batch = batch_of(b"a")
        batch[22] |= 0x08
        assert produce(raw, topic, resealed(batch)).error_code == 32

    def test_the_log_append_time_bit_is_cleared(self, raw, topic):
        """S33a"""
        batch = batch_of(b"a")
        batch[22] |= 0x08
        assert produce(raw, topic, resealed(batch)).error_code == 0
        (header,) = batches(fetch(raw, topic))
        assert not header.is_log_append_time

    def test_the_log_append_time_bit_without_a_timestamp(self, raw, topic):
        """S33a"""
        batch = set_int(batch_of(b"a"), 35, -1, 8)
        batch[22] |= 0x08
        assert produce(raw, topic, resealed(batch)).error_code == 32

    def test_a_wrong_max_timestamp_is_corrected(self, raw, topic):
        """S33a"""
        batch = batch_of(b"a", b"b", base_timestamp=now_ms())
        stamp = int.from_bytes(batch[27:35], "big")
        assert produce(raw, topic, resealed(set_int(batch, 35, stamp + 12345, 8))).error_code == 0
        answer = fetch(raw, topic)
        assert batches(answer)[0].max_timestamp == stamp
        assert values(answer) == [b"a", b"b"]

    @pytest.mark.parametrize("codec", CODECS)
    def test_the_topic_s_codec(self, raw, make_topic, codec):
        """S34"""
        topic = make_topic(configs={"compression.type": codec.name.lower()})
        records = [Record(offset_delta=at, timestamp_delta=at, key=b"k", value=b"v%d" % at) for at in range(3)]
        stamp = now_ms()
        assert produce(raw, topic, build_batch(records, base_timestamp=stamp)).error_code == 0
        answer = fetch(raw, topic)
        (header,) = batches(answer)
        assert (header.compression, header.base_timestamp, header.max_timestamp) == (codec, stamp, stamp + 2)
        assert values(answer) == [b"v0", b"v1", b"v2"]

    def test_the_topic_s_codec_in_use(self, raw, make_topic):
        """S34: such a batch is stored as it was sent."""
        topic = make_topic(configs={"compression.type": "gzip"})
        batch = batch_of(b"a", b"b", compression=Compression.GZIP)
        assert produce(raw, topic, batch).error_code == 0
        assert bytes(fetch(raw, topic).records)[16:] == batch[16:]

    def test_uncompressed_topics(self, raw, make_topic):
        """S34, S30a: a rebuilt batch has its offsets renumbered."""
        topic = make_topic(configs={"compression.type": "uncompressed"})
        records = [Record(offset_delta=delta, value=b"v") for delta in (5, 1)]
        batch = build_batch(records, base_timestamp=now_ms(), last_offset_delta=1, compression=Compression.GZIP)
        assert produce(raw, topic, batch).error_code == 0
        (header,) = batches(fetch(raw, topic))
        assert (header.compression, header.last_offset_delta) == (Compression.NONE, 1)


class TestIdempotence:
    def test_a_retry(self, raw, topic, producer_id):
        """S39, S39a: the original offset, and the batch's largest timestamp as its log append time."""
        sent = [idempotent(producer_id, sequence) for sequence in range(5)]
        for offset, batch in enumerate(sent):
            assert produce(raw, topic, batch).base_offset == offset
        for offset, batch in enumerate(sent):
            stamp = int.from_bytes(batch[35:43], "big")
            assert fields(produce(raw, topic, batch)) == (0, offset, stamp, 0)
        assert offset_for(raw, topic, -1).offset == 5

    def test_a_retry_that_is_too_old(self, raw, topic, producer_id):
        """S39"""
        for sequence in range(6):
            assert produce(raw, topic, idempotent(producer_id, sequence)).error_code == 0
        assert fields(produce(raw, topic, idempotent(producer_id, 0))) == (45, -1, -1, 0)
        assert produce(raw, topic, idempotent(producer_id, 1)).error_code == 0

    def test_a_retry_of_another_range(self, raw, topic, producer_id):
        """S39"""
        assert produce(raw, topic, idempotent(producer_id, 0, 3)).error_code == 0
        assert produce(raw, topic, idempotent(producer_id, 0, 2)).error_code == 45
        assert produce(raw, topic, idempotent(producer_id, 1, 2)).error_code == 45

    def test_a_retry_is_validated(self, raw, topic, producer_id):
        """S39a"""
        assert produce(raw, topic, idempotent(producer_id, 0)).error_code == 0
        bad_count = resealed(set_int(idempotent(producer_id, 0), 57, 2))
        assert produce(raw, topic, bad_count).error_code == 87
        late = idempotent(producer_id, 0, base_timestamp=now_ms() + 2 * HOUR_MS)
        assert produce(raw, topic, late).error_code == 32

    def test_a_gap(self, raw, topic, producer_id):
        """S40"""
        assert produce(raw, topic, idempotent(producer_id, 0)).error_code == 0
        assert fields(produce(raw, topic, idempotent(producer_id, 2))) == (45, -1, -1, 0)
        assert produce(raw, topic, idempotent(producer_id, 1)).error_code == 0

    def test_the_sequence_wraps(self, raw, topic, producer_id):
        """S40"""
        assert produce(raw, topic, idempotent(producer_id, 2**31 - 1)).error_code == 0
        assert produce(raw, topic, idempotent(producer_id, 0)).error_code == 0

    def test_the_sequence_wraps_inside_of_a_batch(self, raw, topic, producer_id):
        """S40"""
        assert produce(raw, topic, idempotent(producer_id, 2**31 - 2, 3)).error_code == 0
        assert produce(raw, topic, idempotent(producer_id, 1)).error_code == 0

    @pytest.mark.parametrize("version", [9, 11, 12, 13])
    def test_any_first_sequence(self, raw, topic, version):
        """S41: and any producer id."""
        assert produce(raw, topic, idempotent(123_456_789, 42), version).error_code == 0

    def test_an_older_epoch(self, raw, topic, producer_id):
        """S42: also for what would be a retry."""
        old = idempotent(producer_id, 0)
        assert produce(raw, topic, old).error_code == 0
        assert produce(raw, topic, idempotent(producer_id, 0, epoch=1)).error_code == 0
        assert fields(produce(raw, topic, old)) == (47, -1, -1, 0)

    def test_a_newer_epoch(self, raw, topic, producer_id):
        """S42"""
        assert produce(raw, topic, idempotent(producer_id, 0)).error_code == 0
        assert produce(raw, topic, idempotent(producer_id, 1, epoch=1)).error_code == 45
        assert produce(raw, topic, idempotent(producer_id, 0, epoch=1)).error_code == 0

    def test_partitions_have_their_own_sequences(self, raw, make_topic, producer_id):
        """S39"""
        topic = make_topic(2)
        answers = produce_all(raw, topic, idempotent(producer_id, 0), idempotent(producer_id, 0))
        assert [fields(answer) for answer in answers] == [(0, 0, -1, 0)] * 2

    def test_a_topic_created_anew(self, raw, make_topic, producer_id):
        """S49: producer state belongs to the log."""
        topic = make_topic()
        assert produce(raw, topic, idempotent(producer_id, 0)).error_code == 0
        raw.call(DeleteTopicsRequest(topics=[DeleteTopicState(name=topic.name)], timeout_ms=30_000), 6)
        again = make_topic(name=topic.name)
        assert fields(produce(raw, again, idempotent(producer_id, 7))) == (0, 0, -1, 0)
