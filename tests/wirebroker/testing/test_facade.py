"""``Broker`` and the fixture ``wirebroker``: a broker inside a test."""

import socket
import threading
from pathlib import Path

import pytest
from raw_client import RawClient

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.create_topics import CreatableTopic, CreateTopicsRequest
from kafka_codecs.messages.metadata import MetadataRequest, MetadataResponse
from wirebroker.config.option import ConfigError
from wirebroker.log.storage import StorageError
from wirebroker.testing import Broker


def create_topic(bootstrap: str, name: str) -> int:
    """Create a topic of the broker's default size; return its number of partitions."""
    wanted = CreatableTopic(name=name, num_partitions=-1, replication_factor=-1)
    with RawClient(bootstrap) as client:
        (created,) = client.call(CreateTopicsRequest(topics=[wanted], timeout_ms=30_000), 7).topics
    assert created.error_code == ErrorCode.NONE
    return int(created.num_partitions)


def metadata(bootstrap: str) -> MetadataResponse:
    with RawClient(bootstrap) as client:
        answer = client.call(MetadataRequest(topics=None), 12)
    assert isinstance(answer, MetadataResponse)
    return answer


def topics(bootstrap: str) -> set[str | None]:
    return {topic.name for topic in metadata(bootstrap).topics}


def test_inside_the_context_clients_can_connect():
    with Broker() as broker:
        answer = metadata(broker.bootstrap)
        assert [f"{node.host}:{node.port}" for node in answer.brokers] == [broker.bootstrap]
        assert answer.cluster_id == broker.cluster_id


def test_after_the_context_the_port_is_closed_and_the_thread_gone():
    before = set(threading.enumerate())
    with Broker() as broker:
        host, _, port = broker.bootstrap.rpartition(":")
        assert {thread.name for thread in set(threading.enumerate()) - before} == {"wirebroker"}
    assert set(threading.enumerate()) <= before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


def test_a_client_that_is_still_connected_does_not_hold_up_the_end():
    with Broker() as broker:
        client = RawClient(broker.bootstrap)
    with client:
        assert client.closed_by_broker()


def test_a_failing_test_shows_its_own_error():
    with pytest.raises(ZeroDivisionError), Broker():
        raise ZeroDivisionError


def test_a_fixture_gives_a_broker(wirebroker: Broker):
    assert topics(wirebroker.bootstrap) == set()


def test_brokers_side_by_side_know_nothing_of_each_other():
    with Broker() as one, Broker(node_id=2) as other:
        create_topic(one.bootstrap, "only-here")
        assert topics(one.bootstrap) == {"only-here"}
        assert topics(other.bootstrap) == set()
        assert [node.node_id for node in metadata(other.bootstrap).brokers] == [2]
        assert one.cluster_id != other.cluster_id


def test_settings_have_kafkas_names():
    with Broker({"num.partitions": "3"}) as broker:
        assert create_topic(broker.bootstrap, "topic") == 3


def test_a_fixed_port_can_be_used_again_at_once():
    with Broker() as broker:
        metadata(broker.bootstrap)
        port = int(broker.bootstrap.rpartition(":")[2])
    with Broker(port=port) as broker:
        assert broker.bootstrap == f"127.0.0.1:{port}"
        metadata(broker.bootstrap)


def test_data_in_a_directory_is_there_the_next_time(tmp_path: Path):
    with Broker(data_dir=tmp_path / "data") as broker:
        create_topic(broker.bootstrap, "kept")
        cluster_id = broker.cluster_id
    with Broker(data_dir=str(tmp_path / "data")) as broker:
        assert topics(broker.bootstrap) == {"kept"}
        assert broker.cluster_id == cluster_id


def test_nothing_is_written_without_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with Broker() as broker:
        create_topic(broker.bootstrap, "topic")
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_said():
    with Broker() as broker:
        port = int(broker.bootstrap.rpartition(":")[2])
        with pytest.raises(OSError, match=str(port)), Broker(port=port):
            pass
        metadata(broker.bootstrap)


def test_a_locked_directory_is_said(tmp_path: Path):
    with Broker(data_dir=tmp_path) as broker:
        with pytest.raises(StorageError, match=str(tmp_path)), Broker(data_dir=tmp_path):
            pass
        metadata(broker.bootstrap)


@pytest.mark.parametrize("config", [{"num.partitions": "three"}, {"no.such.setting": "1"}])
def test_a_bad_setting_is_said(config: dict[str, str]):
    with pytest.raises(ConfigError):
        Broker(config)


def test_there_is_no_address_before_the_start():
    broker = Broker()
    with pytest.raises(RuntimeError, match="not running"):
        _ = broker.bootstrap
    with pytest.raises(RuntimeError, match="not running"):
        _ = broker.cluster_id
