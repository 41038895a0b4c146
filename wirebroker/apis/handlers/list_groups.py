"""ListGroups: all groups that this broker coordinates, by state and type if that is asked for."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.list_groups import ListGroupsRequest, ListGroupsResponse
from wirebroker.apis.context import Context


async def handle(request: ListGroupsRequest, context: Context) -> ListGroupsResponse:
    return ListGroupsResponse(groups=context.services.groups.list_groups(request.states_filter, request.types_filter))


def refuse(
    request: ListGroupsRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> ListGroupsResponse:
    return ListGroupsResponse(error_code=code)
