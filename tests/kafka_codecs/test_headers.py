import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_codecs.api_keys import FIRST_FLEXIBLE, ApiKey, messages_of
from kafka_codecs.headers import RequestHeader, is_flexible, read_request_header, request_frame, response_header
from kafka_codecs.wire import DecodeError


def frame(api_key, version, correlation_id=7, client_id="me", rest=b""):
    name = None if client_id is None else client_id.encode()
    length = -1 if name is None else len(name)
    return struct.pack(">hhih", api_key, version, correlation_id, length) + (name or b"") + rest


def test_header_v1():
    assert read_request_header(memoryview(frame(ApiKey.METADATA, 8, rest=b"body"))) == (
        RequestHeader(ApiKey.METADATA, 8, 7, "me"),
        12,
    )


def test_header_v2_has_tags():
    assert read_request_header(frame(ApiKey.METADATA, 9, rest=b"\0body")) == (RequestHeader(3, 9, 7, "me"), 13)


def test_unknown_tags_are_skipped():
    """S7b."""
    raw = frame(ApiKey.METADATA, 9, rest=b"\x03\x05\x02ab\x05\x00\x80\x01\x01zbody")
    header, at = read_request_header(memoryview(raw))
    assert header.client_id == "me"
    assert raw[at:] == b"body"


@pytest.mark.parametrize("length", [-1, -2, -32768])
def test_a_null_client_id_is_empty(length):
    """S7c."""
    header, at = read_request_header(struct.pack(">hhih", 3, 8, 7, length))
    assert (header.client_id, at) == ("", 10)


def test_an_empty_client_id():
    assert read_request_header(frame(3, 8, client_id="")) == (RequestHeader(3, 8, 7, ""), 10)


def test_invalid_utf8_in_a_client_id_is_replaced():
    """S7c."""
    assert read_request_header(struct.pack(">hhih", 3, 8, 7, 2) + b"\xffa")[0].client_id == "\ufffda"


@pytest.mark.parametrize("correlation_id", [-1, -(1 << 31), (1 << 31) - 1])
def test_any_correlation_id(correlation_id):
    """S7c."""
    assert read_request_header(frame(3, 8, correlation_id))[0].correlation_id == correlation_id
    assert response_header(3, 8, correlation_id) == struct.pack(">i", correlation_id)


@pytest.mark.parametrize("version", [3, 5, 6, 99])
def test_api_versions_from_v3_on_has_header_v2(version):
    """S1a: a version that does not exist is parsed by the same rule, so header v1 is refused here."""
    header, at = read_request_header(frame(ApiKey.API_VERSIONS, version, rest=b"\0"))
    assert (header.api_version, at) == (version, 13)
    with pytest.raises(DecodeError):
        read_request_header(frame(ApiKey.API_VERSIONS, version))


@pytest.mark.parametrize("version", [-1, 0, 2])
def test_api_versions_below_v3_has_header_v1(version):
    """S1a."""
    assert read_request_header(frame(ApiKey.API_VERSIONS, version)) == (RequestHeader(18, version, 7, "me"), 12)


def test_api_versions_responses_have_header_v0():
    """S2: in flexible versions too."""
    for version in range(6):
        assert response_header(ApiKey.API_VERSIONS, version, 7) == b"\0\0\0\7"


def test_response_headers():
    assert response_header(ApiKey.METADATA, 8, 7) == b"\0\0\0\7"
    assert response_header(ApiKey.METADATA, 9, 7) == b"\0\0\0\7\0"
    assert response_header(ApiKey.SASL_HANDSHAKE, 1, 7) == b"\0\0\0\7"


@pytest.mark.parametrize("api_key", [-1, 95, 32767, -32768])
def test_an_api_key_that_does_not_exist(api_key):
    """S7: the caller closes."""
    with pytest.raises(DecodeError, match=f"no API with key {api_key}"):
        read_request_header(frame(api_key, 0, rest=bytes(10)))


@pytest.mark.parametrize("version", [8, 9])
def test_a_header_cut_anywhere(version):
    raw = frame(ApiKey.METADATA, version, rest=b"\x01\x05\x03abc" if version == 9 else b"")
    assert read_request_header(raw)[1] == len(raw)
    for size in range(len(raw)):
        with pytest.raises(DecodeError):
            read_request_header(memoryview(raw)[:size])


@pytest.mark.parametrize("raw", [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\x02\x00" + bytes(64)])
def test_other_protocols(raw):
    """S7: HTTP and TLS hellos are no request headers."""
    with pytest.raises(DecodeError):
        read_request_header(raw)


@given(st.binary(max_size=40))
def test_noise_is_read_or_refused(raw):
    try:
        _, at = read_request_header(raw)
    except DecodeError:
        return
    assert at <= len(raw)


@given(
    key=st.sampled_from(ApiKey),
    version=st.integers(0, 20),
    correlation_id=st.integers(-(1 << 31), (1 << 31) - 1),
    client_id=st.none() | st.text(max_size=20),
)
def test_frames_of_a_client_are_read_back(key, version, correlation_id, client_id):
    raw = request_frame(key, version, correlation_id, client_id, [b"bo", memoryview(b"dy")])
    assert struct.unpack_from(">i", raw)[0] == len(raw) - 4
    header, at = read_request_header(memoryview(raw)[4:])
    assert header == RequestHeader(key, version, correlation_id, client_id or "")
    assert raw[4 + at :] == b"body"


def test_every_key_has_a_first_flexible_version():
    assert set(FIRST_FLEXIBLE) == set(ApiKey) == set(range(95))
    assert is_flexible(ApiKey.PRODUCE, 9)
    assert not is_flexible(ApiKey.PRODUCE, 8)


def test_messages_are_found_by_key():
    for key in ApiKey:
        if key in (4, 5, 6, 7):
            with pytest.raises(ModuleNotFoundError):
                messages_of(key)
            continue
        request, response = messages_of(key)
        assert request.SPEC.key == response.SPEC.key == key
        assert request.__name__.removesuffix("Request") == response.__name__.removesuffix("Response")
