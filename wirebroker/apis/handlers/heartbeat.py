"""Heartbeat: a member says that it is alive, and learns whether it has to join again."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirebroker.apis.context import Context


async def handle(request: HeartbeatRequest, context: Context) -> HeartbeatResponse:
    return HeartbeatResponse(error_code=context.services.groups.heartbeat(request))


def refuse(
    request: HeartbeatRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> HeartbeatResponse:
    return HeartbeatResponse(error_code=code)
