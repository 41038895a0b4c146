"""The three fates of an error, with a route whose handler does as it is told."""

import struct
from types import SimpleNamespace
from typing import Any

import pytest

from kafka_codecs.api_keys import ApiKey
from kafka_codecs.compile import decode, decoder, encoder
from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.headers import request_frame
from kafka_codecs.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirebroker.apis.context import Context, Peer
from wirebroker.apis.registry import Route
from wirebroker.errors import CloseConnection, KafkaError
from wirebroker.partitions.syncer import Syncer
from wirebroker.server.dispatch import Dispatcher

VERSION = 4


async def no_flush() -> None:
    pass


SERVICES = SimpleNamespace(syncer=Syncer())
PEER = Peer("PLAINTEXT", "/127.0.0.1", "127.0.0.1", 9092, no_flush)


async def handle(request: HeartbeatRequest, context: Context) -> HeartbeatResponse | None:
    match request.group_id:
        case "silent":
            return None
        case "refuse":
            raise KafkaError(ErrorCode.REBALANCE_IN_PROGRESS)
        case "close":
            raise CloseConnection("as Kafka does")
        case "crash":
            raise ZeroDivisionError
        case "unencodable":
            return HeartbeatResponse(error_code=99_999)
        case _:
            return HeartbeatResponse(throttle_time_ms=context.version)


def refuse(
    request: HeartbeatRequest, context: Context, code: ErrorCode, message: str | None
) -> HeartbeatResponse | None:
    return HeartbeatResponse(error_code=code)


async def answer(group_id: str) -> tuple[int, HeartbeatResponse] | None:
    """The correlation id and the answer to a Heartbeat of this group; None where there is no answer."""
    dispatcher = Dispatcher(SERVICES)  # type: ignore[arg-type]
    route = Route(decoder(HeartbeatRequest, VERSION), handle, refuse, encoder(HeartbeatResponse, VERSION))
    dispatcher._routes[ApiKey.HEARTBEAT, VERSION] = route
    body: list[Any] = []
    encoder(HeartbeatRequest, VERSION)(HeartbeatRequest(group_id=group_id), body)
    frame = request_frame(ApiKey.HEARTBEAT, VERSION, -7, "me", body)
    parts = await dispatcher.answer(memoryview(frame)[4:], PEER)
    if not parts:
        return None
    data = b"".join(parts)
    size, correlation_id = struct.unpack_from(">ii", data)
    assert size == len(data) - 4
    return correlation_id, decode(HeartbeatResponse, VERSION, data, 9)


@pytest.mark.trio
async def test_an_answer_has_its_size_and_the_requests_correlation_id() -> None:
    """S7c: a negative id is echoed like any other."""
    assert await answer("g") == (-7, HeartbeatResponse(throttle_time_ms=VERSION))


@pytest.mark.trio
async def test_a_handler_without_an_answer() -> None:
    assert await answer("silent") is None


@pytest.mark.trio
async def test_a_refusal_is_answered_in_the_apis_own_form_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """One line that says what and from whom."""
    caplog.set_level("INFO")
    assert await answer("refuse") == (-7, HeartbeatResponse(error_code=ErrorCode.REBALANCE_IN_PROGRESS))
    (record,) = caplog.records
    assert "HEARTBEAT v4 of client 'me' at /127.0.0.1 refused" in record.getMessage()


@pytest.mark.trio
@pytest.mark.parametrize("fault", ["crash", "unencodable"])
async def test_a_fault_of_ours_is_answered_and_logged_with_its_traceback(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """S14f: UNKNOWN_SERVER_ERROR, on a connection that stays open."""
    assert await answer(fault) == (-7, HeartbeatResponse(error_code=ErrorCode.UNKNOWN_SERVER_ERROR))
    assert "Traceback" in caplog.text


@pytest.mark.trio
async def test_what_kafka_closes_on_closes() -> None:
    with pytest.raises(CloseConnection, match="as Kafka does"):
        await answer("close")


@pytest.mark.trio
@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"\0\x0c", "header"),
        (struct.pack(">hhih", 9999, 0, 1, -1), "no API with key 9999"),
        (struct.pack(">hhih", ApiKey.HEARTBEAT, 99, 1, -1) + b"\0", "not served"),
        (struct.pack(">hhih", ApiKey.HEARTBEAT, 0, 1, -1) + b"\0", "HEARTBEAT v0 does not parse"),
    ],
)
async def test_a_broken_frame_closes_with_its_reason(frame: bytes, reason: str) -> None:
    """S7: no error reply for what does not parse."""
    with pytest.raises(CloseConnection, match=reason):
        await Dispatcher(SERVICES).answer(memoryview(frame), PEER)  # type: ignore[arg-type]
