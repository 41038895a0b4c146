"""LeaveGroup: members go, or are sent away by their instance id; the others rebalance."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse, MemberIdentity
from wirebroker.apis.context import Context


async def handle(request: LeaveGroupRequest, context: Context) -> LeaveGroupResponse:
    """Report per member from version 3 on; before, there is one member and its error stands at the top."""
    is_single = context.version < 3
    members = [MemberIdentity(member_id=request.member_id)] if is_single else request.members
    response = context.services.groups.leave(request.group_id, members)
    if is_single and response.members:
        return LeaveGroupResponse(error_code=response.error_code or response.members[0].error_code)
    return response


def refuse(
    request: LeaveGroupRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> LeaveGroupResponse:
    return LeaveGroupResponse(error_code=code)
