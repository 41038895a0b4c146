"""Requests to a broker without a client library: what is measured is the broker."""

import contextlib
import socket
import time

from kafka_codecs.api_keys import ApiKey
from kafka_codecs.compile import decode, encode
from kafka_codecs.headers import request_frame
from kafka_codecs.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData

PRODUCE, CREATE_TOPICS = 7, 4


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 60)


def call(sock: socket.socket, api: ApiKey, version: int, body: bytes) -> bytes:
    """Send one request of a version before the flexible ones; return what follows the header of its answer."""
    sock.sendall(request_frame(api, version, 1, "bench", [body]))
    size = int.from_bytes(_exactly(sock, 4), "big")
    return _exactly(sock, size)[4:]


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = bytearray(size)
    rest = memoryview(data)
    while rest:
        count = sock.recv_into(rest)
        if not count:
            raise ConnectionError("the broker closed the connection")
        rest = rest[count:]
    return bytes(data)


def create_topic(sock: socket.socket, name: str, partitions: int = 1, configs: dict[str, str] | None = None) -> None:
    settings = [CreatableTopicConfig(key, value) for key, value in (configs or {}).items()]
    topic = CreatableTopic(name=name, num_partitions=partitions, replication_factor=1, configs=settings)
    body = encode(CreateTopicsRequest, CREATE_TOPICS, CreateTopicsRequest([topic], 60_000))
    answer = decode(CreateTopicsResponse, CREATE_TOPICS, call(sock, ApiKey.CREATE_TOPICS, CREATE_TOPICS, body))
    assert not answer.topics[0].error_code, answer


def produce_body(topic: str, batch: bytes, partitions: int = 1) -> bytes:
    """A Produce request with the same batch for each partition."""
    data = [PartitionProduceData(index, batch) for index in range(partitions)]
    request = ProduceRequest(acks=-1, timeout_ms=60_000, topic_data=[TopicProduceData(topic, partition_data=data)])
    return encode(ProduceRequest, PRODUCE, request)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 60.0) -> None:
    """Return when somebody listens. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), connect(port):
            return
        time.sleep(0.002)
    raise TimeoutError(f"nobody listens on {port}")
