"""FindCoordinator: which broker looks after a group. It is this one, and the topic it writes to is made now if need be.

Kafka answers COORDINATOR_NOT_AVAILABLE until ``__consumer_offsets`` exists and is loaded, and clients ask again; here
both are done when the answer leaves.
"""

from enum import IntEnum

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.find_coordinator import Coordinator, FindCoordinatorRequest, FindCoordinatorResponse
from kafka_codecs.wire import uuid_bytes
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError

NO_NODE = -1


class KeyType(IntEnum):
    """What a coordinator is asked for (``FindCoordinatorRequest.CoordinatorType``)."""

    GROUP = 0
    TRANSACTION = 1
    SHARE = 2


# Coordinators that this broker does not have. The codes are those that make clients give up at once, instead of asking
# until their own timeout; of all that a transactional producer of librdkafka may get here, only this one does.
_NO_TRANSACTIONS = ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "Transactions are not served yet."
_NO_SHARE_GROUPS = ErrorCode.INVALID_REQUEST, "Share groups are not served yet."
_SHARE_KEYS = 6
"""The version from which on share partitions may be asked for."""


async def handle(request: FindCoordinatorRequest, context: Context) -> FindCoordinatorResponse:
    if request.key_type not in tuple(KeyType):
        raise KafkaError(ErrorCode.INVALID_REQUEST)
    if context.version >= 4:
        return FindCoordinatorResponse(
            coordinators=[_find(key, KeyType(request.key_type), context) for key in request.coordinator_keys]
        )
    return _single(_find(request.key, KeyType(request.key_type), context))


def _find(key: str, key_type: KeyType, context: Context) -> Coordinator:
    if key_type is KeyType.TRANSACTION:
        return _nobody(key, *_NO_TRANSACTIONS)
    if key_type is KeyType.SHARE:
        if context.version < _SHARE_KEYS or not _names_a_share_partition(key):
            return _nobody(key, ErrorCode.INVALID_REQUEST, "")
        return _nobody(key, *_NO_SHARE_GROUPS)
    try:
        context.services.groups.ensure_topic()
    except KafkaError:
        return _nobody(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.COORDINATOR_NOT_AVAILABLE.text)
    peer = context.peer
    return Coordinator(key=key, node_id=context.services.node_id, host=peer.advertised_host, port=peer.advertised_port)


def _names_a_share_partition(key: str) -> bool:
    """Whether it is written "group:topic id:partition"; the group may hold colons (``SharePartitionKey``)."""
    parts = key.rsplit(":", 2)
    try:
        group, topic_id, partition = parts
        uuid_bytes(topic_id)
        int(partition)
    except ValueError:
        return False
    return bool(group.strip())


def _nobody(key: str, code: ErrorCode, message: str) -> Coordinator:
    return Coordinator(key=key, node_id=NO_NODE, host="", port=NO_NODE, error_code=code, error_message=message)


def _single(found: Coordinator) -> FindCoordinatorResponse:
    """Answer for one key, as versions 0 to 3 do; success has the text "NONE" there, an error always one."""
    return FindCoordinatorResponse(
        error_code=found.error_code,
        error_message=found.error_message or (ErrorCode(found.error_code).text if found.error_code else "NONE"),
        node_id=found.node_id,
        host=found.host,
        port=found.port,
    )


def refuse(
    request: FindCoordinatorRequest, context: Context, code: ErrorCode, message: str | None
) -> FindCoordinatorResponse:
    text = message or code.text
    if context.version >= 4:
        return FindCoordinatorResponse(coordinators=[_nobody(key, code, text) for key in request.coordinator_keys])
    return _single(_nobody(request.key, code, text))
