"""JoinGroup: become a member, or say that one still is; the answer comes when the rebalance has all its members."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.join_group import JoinGroupRequest, JoinGroupResponse
from wirebroker.apis.context import Context
from wirebroker.coordinators.group.answers import join_refused
from wirebroker.coordinators.group.classic import Caller


async def handle(request: JoinGroupRequest, context: Context) -> JoinGroupResponse:
    """Wait for the end of the join phase. A client that goes away meanwhile stays a member until its session ends."""
    caller = Caller(context.client_id, context.peer.client_host, context.version)
    call = context.services.groups.join(request, caller)
    if not call.is_answered:
        await context.flush()
        await call.wait()
    response = call.result()
    assert isinstance(response, JoinGroupResponse)
    return _in_version(response, context.version)


def refuse(
    request: JoinGroupRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> JoinGroupResponse:
    return _in_version(join_refused(code), context.version)


def _in_version(response: JoinGroupResponse, version: int) -> JoinGroupResponse:
    """Say "no protocol" as this version does: null from version 7 on, "" before."""
    response.protocol_name = response.protocol_name or (None if version >= 7 else "")
    return response
