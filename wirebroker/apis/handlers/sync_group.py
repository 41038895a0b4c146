"""SyncGroup: the leader gives the assignment of all, everybody gets its own."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from wirebroker.apis.context import Context
from wirebroker.coordinators.group.answers import sync_refused
from wirebroker.errors import KafkaError


async def handle(request: SyncGroupRequest, context: Context) -> SyncGroupResponse:
    """Wait for the leader's assignment. From version 5 on a member must say which protocol it takes part in."""
    if context.version >= 5 and (request.protocol_type is None or request.protocol_name is None):
        raise KafkaError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    call = context.services.groups.sync(request)
    if not call.is_answered:
        await context.flush()
        await call.wait()
    response = call.result()
    assert isinstance(response, SyncGroupResponse)
    return response


def refuse(
    request: SyncGroupRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> SyncGroupResponse:
    return sync_refused(code)
