"""What clients see of leader epochs after a restart, which raises them by two; and what is still there."""

import pytest
from partition_client import (
    Topic,
    batch_of,
    batches,
    fetch,
    fetch_request,
    now_ms,
    offset_for,
    produce,
    produce_values,
    values,
)
from raw_client import RawClient

from kafka_codecs.messages.create_topics import CreatableTopic, CreateTopicsRequest
from kafka_codecs.messages.init_producer_id import InitProducerIdRequest
from wirebroker.testing import Broker


class Restartable:
    """A broker on disk, a connection to it, and one topic."""

    def __init__(self, data_dir):
        self._data_dir = data_dir
        self.start()
        created = self.raw.call(
            CreateTopicsRequest(
                topics=[CreatableTopic(name="t", num_partitions=1, replication_factor=1)], timeout_ms=10_000
            ),
            7,
        )
        self.topic = Topic("t", bytes(created.topics[0].topic_id), 1)

    def start(self):
        self._broker = Broker(data_dir=self._data_dir)
        self._broker.__enter__()
        self.raw = RawClient(self._broker.bootstrap)

    def stop(self):
        self.raw.close()
        self._broker.__exit__(None, None, None)

    def restart(self):
        self.stop()
        self.start()


@pytest.fixture
def broker(tmp_path):
    running = Restartable(tmp_path / "data")
    yield running
    running.stop()


def test_records_and_ids_are_there_again(broker):
    produce_values(broker.raw, broker.topic, b"a", b"b")
    broker.restart()
    answer = fetch(broker.raw, broker.topic, version=13)
    assert (answer.high_watermark, answer.last_stable_offset, answer.log_start_offset) == (2, 2, 0)
    assert values(answer) == [b"a", b"b"]


def test_an_old_leader_epoch_is_fenced(broker):
    """S63, S48: with a hint at the leader from v16 on."""
    broker.restart()
    assert fetch(broker.raw, broker.topic, current_leader_epoch=2).error_code == 0
    for epoch in (0, 1):
        answer = fetch(broker.raw, broker.topic, version=15, current_leader_epoch=epoch)
        assert (answer.error_code, answer.current_leader.leader_id) == (74, -1)
        response = broker.raw.call(fetch_request(broker.topic, version=16, current_leader_epoch=epoch), 16)
        (answer,) = response.responses[0].partitions
        assert (answer.error_code, answer.current_leader.leader_id, answer.current_leader.leader_epoch) == (74, 1, 2)
        (node,) = response.node_endpoints
        assert (node.node_id, node.host, node.rack) == (1, "127.0.0.1", None)
        assert node.port == broker.raw.socket.getpeername()[1]


def test_list_offsets_by_epoch(broker):
    """S69, S70, S72e: latest has the current epoch, a record its batch's."""
    stamp = now_ms() - 1000
    assert produce(broker.raw, broker.topic, batch_of(b"a", base_timestamp=stamp)).error_code == 0
    broker.restart()
    assert produce(broker.raw, broker.topic, batch_of(b"b", base_timestamp=stamp + 1)).error_code == 0
    assert offset_for(broker.raw, broker.topic, -1).leader_epoch == 2
    assert offset_for(broker.raw, broker.topic, -2).leader_epoch == 0
    assert offset_for(broker.raw, broker.topic, stamp).leader_epoch == 0
    assert offset_for(broker.raw, broker.topic, stamp + 1).leader_epoch == 2
    assert offset_for(broker.raw, broker.topic, -1, current_leader_epoch=0).error_code == 74
    assert [header.partition_leader_epoch for header in batches(fetch(broker.raw, broker.topic))] == [0, 2]


def test_a_reader_of_an_older_epoch(broker):
    """S64"""
    produce_values(broker.raw, broker.topic, b"a", b"b")
    broker.restart()
    produce_values(broker.raw, broker.topic, b"c")
    assert values(fetch(broker.raw, broker.topic, 2, last_fetched_epoch=0)) == [b"c"]
    for offset, epoch in ((3, 0), (3, 1)):
        answer = fetch(broker.raw, broker.topic, offset, last_fetched_epoch=epoch)
        assert (answer.error_code, answer.diverging_epoch.epoch, answer.diverging_epoch.end_offset) == (0, 0, 2)


def test_an_idempotent_producer_goes_on(broker):
    """S39, S40: retries are known, and gaps too."""
    asked = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=1000)
    producer_id = broker.raw.call(asked, 4).producer_id

    def send(sequence):
        batch = batch_of(b"a", producer_id=producer_id, producer_epoch=0, base_sequence=sequence)
        answer = produce(broker.raw, broker.topic, batch)
        return answer.error_code, answer.base_offset

    assert [send(sequence) for sequence in range(3)] == [(0, 0), (0, 1), (0, 2)]
    broker.restart()
    assert send(2) == (0, 2)
    assert send(4) == (45, -1)
    assert send(3) == (0, 3)
    assert broker.raw.call(asked, 4).producer_id > producer_id
