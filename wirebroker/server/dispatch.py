"""From a whole frame to its answer: header, handler, encoded response; and the three fates of an error.

A refusal (``KafkaError``) is answered in the API's own form. A broken frame closes the connection
(``CloseConnection``). A fault of ours is logged with its traceback, answered with UNKNOWN_SERVER_ERROR, and concerns
nobody else.
"""

import logging
import struct

from kafka_codecs.api_keys import ApiKey
from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.headers import RequestHeader, read_request_header, response_header
from kafka_codecs.schema import Chunk
from kafka_codecs.wire import DecodeError
from wirebroker.apis.context import Context, Peer, Services
from wirebroker.apis.registry import Route, is_served, route
from wirebroker.errors import CloseConnection, KafkaError

_log = logging.getLogger(__name__)
_size = struct.Struct(">i").pack
_SETTLED_BY_THEMSELVES = frozenset((ApiKey.PRODUCE, ApiKey.FETCH))
"""APIs whose answers tell of clients' records only; all others wait for what the broker has written for itself."""


class Dispatcher:
    """Answers requests, one at a time for each connection; routes are compiled when they are first taken."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._syncer = services.syncer
        self._routes: dict[tuple[int, int], Route] = {}

    async def answer(self, frame: memoryview, peer: Peer) -> list[Chunk]:
        """Return the answer's frame as chunks to be sent in order; an empty list for a request that has no answer.

        Raises CloseConnection for what Kafka closes on: an API or a version that is not served, a frame that does not
        parse, a failed Produce with acks=0.
        """
        try:
            header, at = read_request_header(frame)
        except DecodeError as broken:
            raise CloseConnection(f"a request header that does not parse: {broken}") from broken
        key, version = header.api_key, header.api_version
        way = self._routes.get((key, version)) or self._find(header)
        if way is None:
            return self._unsupported_api_versions(header)
        try:
            request, _ = way.decode(frame, at)
        except DecodeError as broken:
            raise CloseConnection(f"{ApiKey(key).name} v{version} does not parse: {broken}") from broken
        context = Context(self._services, peer, version, header.client_id)
        try:
            response = await way.handle(request, context)
            if self._syncer.owed and key not in _SETTLED_BY_THEMSELVES:
                await context.flush()
                await self._syncer.settled()
            return [] if response is None else _frame(header, way, response)
        except KafkaError as refusal:
            _log.info("%s v%d of %s refused: %s", ApiKey(key).name, version, _who(header, peer), refusal)
            return _refuse(header, way, request, context, refusal.code, refusal.message)
        except CloseConnection:
            raise
        except Exception:  # noqa: BLE001 - the third fate
            _log.exception("%s v%d of %s failed", ApiKey(key).name, version, _who(header, peer))
            return _refuse(header, way, request, context, ErrorCode.UNKNOWN_SERVER_ERROR, None)

    def _find(self, header: RequestHeader) -> Route | None:
        """Return the route, compiled now; None for an ApiVersions that is answered in version 0 (KIP-511)."""
        key, version = header.api_key, header.api_version
        if is_served(key, version):
            way = self._routes[key, version] = route(key, version)
            return way
        if key == ApiKey.API_VERSIONS:
            return None
        raise CloseConnection(f"API key {key} version {version} is not served")

    def _unsupported_api_versions(self, header: RequestHeader) -> list[Chunk]:
        """Answer in version 0 with only ApiVersions' own range, so that the client comes back with a lower version."""
        from wirebroker.apis.handlers.api_versions import unsupported_version_answer  # noqa: PLC0415 - seldom needed

        header = RequestHeader(header.api_key, 0, header.correlation_id, header.client_id)
        return _frame(header, route(ApiKey.API_VERSIONS, 0), unsupported_version_answer())


def _frame(header: RequestHeader, way: Route, response: object) -> list[Chunk]:
    parts: list[Chunk] = [response_header(header.api_key, header.api_version, header.correlation_id)]
    way.encode(response, parts)
    parts[0] = _size(sum(map(len, parts))) + parts[0]
    return parts


def _refuse(
    header: RequestHeader, way: Route, request: object, context: Context, code: ErrorCode, message: str | None
) -> list[Chunk]:
    response = way.refuse(request, context, code, message)
    return [] if response is None else _frame(header, way, response)


def _who(header: RequestHeader, peer: Peer) -> str:
    return f"client {header.client_id!r} at {peer.client_host}"
