"""Request and response headers, read and written by hand, against Apache Kafka's own (see ``kafka_judge``)."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka_judge import COMMAND, KafkaCodec, RefusedError

from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.headers import read_request_header, request_frame, response_header
from kafka_codecs.schema import VersionRange
from kafka_codecs.wire import DecodeError

pytestmark = pytest.mark.skipif(not COMMAND, reason="WIREBROKER_KAFKA_CODEC names no command")

KEYS = [key for key in ApiKey if key not in (4, 5, 6, 7)]
CLIENT_IDS = ["", "me", "\u00e9\U0001f511", "x" * 300, "x" * 32767, None]
UNKNOWN = [{"tag": 0, "hex": "00"}, {"tag": 5, "hex": ""}, {"tag": 1000, "hex": "ab" * 300}]


@pytest.fixture(scope="module")
def kafka():
    codec = KafkaCodec()
    yield codec
    codec.close()


def versions_of(key):
    versions = VersionRange.parse(messages_of(key)[0].SPEC.versions)
    return range(versions.low, versions.high + 1)


def request_header(kafka, header_version, key, version, correlation_id, client_id, **more):
    value = {
        "requestApiKey": key,
        "requestApiVersion": version,
        "correlationId": correlation_id,
        "clientId": client_id,
    }
    answer = kafka.ask(message="RequestHeader", version=header_version, json=value, **more)
    return bytes.fromhex(answer["hex"])


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_same_bytes_in_every_version_of_every_api(kafka, compared, key):
    for version in versions_of(key):
        headers = kafka.ask(api=int(key), version=version)
        for client_id in CLIENT_IDS:
            raw = request_header(kafka, headers["requestHeader"], int(key), version, 7, client_id)
            assert request_frame(key, version, 7, client_id, [])[4:] == raw
            header, end = read_request_header(memoryview(raw))
            assert (header.api_key, header.api_version, header.correlation_id) == (key, version, 7)
            assert (header.client_id, end) == (client_id or "", len(raw))
        for correlation_id in (0, -1, -(1 << 31), (1 << 31) - 1):
            answer = kafka.ask(
                message="ResponseHeader", version=headers["responseHeader"], json={"correlationId": correlation_id}
            )
            assert response_header(key, version, correlation_id).hex() == answer["hex"]
        compared.add(request_headers=len(CLIENT_IDS), response_headers=4)


def test_unknown_tagged_fields_are_passed_over(kafka):
    raw = request_header(kafka, 2, 3, 9, 7, "me", unknown=UNKNOWN)
    header, end = read_request_header(raw)
    assert (header.client_id, end) == ("me", len(raw))


@settings(deadline=None, max_examples=300, database=None)
@given(
    version=st.sampled_from([8, 9]),
    client_id=st.lists(st.sampled_from(b"a\x80\xc2\xe0\xed\xa0\xf0\xf4\xff")).map(bytes),
    length_error=st.sampled_from([0, 0, 0, 1, -1]),
    tags=st.sampled_from([b"\0", b"\1\5\0", b"\1\0\1z", b"\2\5\0", b"\xff", b"\xff\xff\xff\xff\xff\xff"]),
)
def test_same_reading(kafka, version, client_id, length_error, tags):
    """Of client ids that are no UTF-8, of lengths that are wrong, and of tagged fields that are cut short."""
    raw = struct.pack(">hhih", 3, version, 7, len(client_id) + length_error) + client_id
    if version == 9:
        raw += tags
    try:
        header, end = read_request_header(raw)
    except DecodeError:
        header, end = None, len(raw)
    try:
        client_id = kafka.ask(message="RequestHeader", version=version - 7, hex=raw.hex())["json"]["clientId"]
    except RefusedError as refused:
        is_same = end < len(raw) if "bytes left over" in str(refused) else header is None
    else:
        is_same = header is not None and (header.client_id, end) == (client_id or "", len(raw))
    assert is_same
