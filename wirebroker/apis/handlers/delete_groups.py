"""DeleteGroups (42): empty groups, with all that they have committed (KIP-229)."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.delete_groups import DeletableGroupResult, DeleteGroupsRequest, DeleteGroupsResponse
from wirebroker.apis.context import Context


async def handle(request: DeleteGroupsRequest, context: Context) -> DeleteGroupsResponse:
    """Errors per group: GROUP_ID_NOT_FOUND (69), NON_EMPTY_GROUP (68), NOT_COORDINATOR (16) if the log refuses."""
    return context.services.groups.delete_groups(request.groups_names)


def refuse(
    request: DeleteGroupsRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> DeleteGroupsResponse:
    return DeleteGroupsResponse(
        results=[
            DeletableGroupResult(group_id=group_id, error_code=code) for group_id in dict.fromkeys(request.groups_names)
        ]
    )
