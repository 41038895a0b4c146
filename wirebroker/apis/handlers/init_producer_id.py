"""InitProducerId: hand out a producer id, which makes a producer idempotent (KIP-98)."""

import logging

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError

_log = logging.getLogger(__name__)

_NONE = -1


async def handle(request: InitProducerIdRequest, context: Context) -> InitProducerIdResponse:
    """Answer with a fresh producer id and epoch 0 (``TransactionCoordinator.handleInitProducerId``).

    Raises KafkaError: INVALID_REQUEST (only one of producer id and epoch given, an empty transactional id),
    INVALID_TRANSACTION_TIMEOUT, TRANSACTIONAL_ID_AUTHORIZATION_FAILED for every other transactional id, see
    ``_transactional``.
    """
    if (request.producer_id == _NONE) != (request.producer_epoch == _NONE):
        raise KafkaError(ErrorCode.INVALID_REQUEST)
    if request.transactional_id is not None:
        return _transactional(request.transactional_id, request.transaction_timeout_ms, context)
    return InitProducerIdResponse(producer_id=context.services.journal.next_producer_id(), producer_epoch=0)


def refuse(
    request: InitProducerIdRequest, context: Context, code: ErrorCode, message: str | None
) -> InitProducerIdResponse:
    """Answer with id and epoch -1; there is no place for a text."""
    return InitProducerIdResponse(error_code=code, producer_id=_NONE, producer_epoch=_NONE)


def _transactional(transactional_id: str, timeout_ms: int, context: Context) -> InitProducerIdResponse:
    """Refuse: this broker has no transaction coordinator yet.

    TRANSACTIONAL_ID_AUTHORIZATION_FAILED is fatal at once to the transactional producers of all clients; librdkafka
    retries after most others until its timeout. The reason stands in the log, and in the answer of FindCoordinator,
    which these clients ask before.
    """
    if not transactional_id:
        raise KafkaError(ErrorCode.INVALID_REQUEST)
    if not 0 < timeout_ms <= context.services.config.transaction_max_timeout_ms:
        raise KafkaError(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
    _log.warning("client %r wants transactions (id %r), which are not served yet", context.client_id, transactional_id)
    raise KafkaError(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
