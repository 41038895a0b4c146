"""DescribeGroups: the state and members of classic groups. Groups of other kinds count as unknown here."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.describe_groups import DescribedGroup, DescribeGroupsRequest, DescribeGroupsResponse
from wirebroker.apis.authorized_operations import ALL_GROUP_OPERATIONS
from wirebroker.apis.context import Context
from wirebroker.coordinators.group.states import ClassicGroupState


async def handle(request: DescribeGroupsRequest, context: Context) -> DescribeGroupsResponse:
    groups = [_describe(group_id, context) for group_id in request.groups]
    if request.include_authorized_operations:
        for group in groups:
            if group.error_code == ErrorCode.NONE:
                group.authorized_operations = ALL_GROUP_OPERATIONS
    return DescribeGroupsResponse(groups=groups)


def _describe(group_id: str, context: Context) -> DescribedGroup:
    """Describe one group; one that does not exist is Dead, and an error from version 6 on (KIP-1043)."""
    group = context.services.groups.describe(group_id)
    if group is not None:
        return group
    group = DescribedGroup(group_id=group_id, group_state=ClassicGroupState.DEAD.value)
    if context.version >= 6:
        group.error_code = ErrorCode.GROUP_ID_NOT_FOUND
        group.error_message = f"Group {group_id} not found."
    return group


def refuse(
    request: DescribeGroupsRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> DescribeGroupsResponse:
    return DescribeGroupsResponse(
        groups=[DescribedGroup(group_id=group_id, error_code=code) for group_id in request.groups]
    )
