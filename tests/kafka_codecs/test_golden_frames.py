"""Frames of real clients, and of Apache Kafka answering them, are read and written back to the same bytes.

``golden/*.txt`` are made by ``scripts/record_frames.py``; each line is API, version, direction and the frame in hex.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.compile import decoder, encode
from kafka_codecs.headers import read_request_header, request_frame, response_header

FILES = sorted((Path(__file__).parent / "golden").glob("*.txt"))


class Golden(NamedTuple):
    client: str
    api: ApiKey
    version: int
    request: bytes
    response: bytes


def exchanges() -> list[Golden]:
    """Read all files: a request's line is followed by its response's."""
    found = []
    for file in FILES:
        lines = [line.split() for line in file.read_text(encoding="ascii").splitlines() if not line.startswith("#")]
        for (_, version, asks, request), (_, _, answers, response) in zip(lines[::2], lines[1::2], strict=True):
            assert (asks, answers) == ("request", "response")
            key = ApiKey(int(request[:4], 16))
            found.append(Golden(file.stem, key, int(version), bytes.fromhex(request), bytes.fromhex(response)))
    return found


GOLDEN = exchanges()
EACH = pytest.mark.parametrize(
    "golden", GOLDEN, ids=lambda golden: f"{golden.client}-{golden.api.name}-{golden.version}"
)


@EACH
def test_request_is_read_and_written_back(golden: Golden) -> None:
    frame = memoryview(golden.request)
    header, at = read_request_header(frame)
    assert (header.api_key, header.api_version) == (golden.api, golden.version)
    cls, _ = messages_of(golden.api)
    request, end = decoder(cls, golden.version)(frame, at)
    assert end == len(frame)
    body = encode(cls, golden.version, request)
    written = request_frame(golden.api, golden.version, header.correlation_id, header.client_id, [body])
    assert written[4:].hex() == golden.request.hex()


@EACH
def test_response_is_read_and_written_back(golden: Golden) -> None:
    correlation_id = int.from_bytes(golden.request[4:8], "big", signed=True)
    header = response_header(golden.api, golden.version, correlation_id)
    assert golden.response.startswith(header)
    _, cls = messages_of(golden.api)
    response, end = decoder(cls, golden.version)(memoryview(golden.response), len(header))
    assert end == len(golden.response)
    assert (header + encode(cls, golden.version, response)).hex() == golden.response.hex()


def test_the_files_cover_four_clients_and_what_they_do_most() -> None:
    assert {golden.client for golden in GOLDEN} == {"kafka-python", "confluent-kafka", "aiokafka", "kcat"}
    everyday = {ApiKey.PRODUCE, ApiKey.FETCH, ApiKey.METADATA, ApiKey.API_VERSIONS, ApiKey.FIND_COORDINATOR,
                ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP, ApiKey.HEARTBEAT, ApiKey.OFFSET_COMMIT, ApiKey.OFFSET_FETCH,
                ApiKey.LEAVE_GROUP, ApiKey.CREATE_TOPICS, ApiKey.DELETE_TOPICS, ApiKey.INIT_PRODUCER_ID}  # fmt: skip
    assert everyday <= {golden.api for golden in GOLDEN}


def test_the_records_of_a_fetch_are_there() -> None:
    """The recorder keeps the fullest exchange, so every client's Fetch shows record batches."""
    for client in {golden.client for golden in GOLDEN}:
        fetch = next(golden for golden in GOLDEN if golden.client == client and golden.api is ApiKey.FETCH)
        assert b"value" in fetch.response
