"""The APIs that this broker serves, and in which versions: what ApiVersions says, and nothing else is served.

An API is added by one row here, one file in ``handlers`` and one in ``kafka_codecs.messages``. Handlers and messages
are imported when the first request for them arrives, since imports are most of a start's time.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, NamedTuple

from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.compile import decoder, encoder
from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.schema import Chunk
from wirebroker.apis.context import Context


class ServedApi(NamedTuple):
    """One row: an API, the module of its handler, and the inclusive range of versions that Kafka 4.4 serves.

    ``advertised_min`` differs from ``min_version`` where Kafka advertises versions that it closes on (KAFKA-18659).
    """

    key: ApiKey
    module: str
    min_version: int
    max_version: int
    advertised_min: int


def _api(
    key: ApiKey, module: str, min_version: int, max_version: int, *, advertised_min: int | None = None
) -> ServedApi:
    return ServedApi(key, module, min_version, max_version, min_version if advertised_min is None else advertised_min)


SERVED: dict[int, ServedApi] = {
    api.key: api
    for api in (
        _api(ApiKey.PRODUCE, "produce", 3, 13, advertised_min=0),
        _api(ApiKey.FETCH, "fetch", 4, 18),
        _api(ApiKey.LIST_OFFSETS, "list_offsets", 1, 11),
        _api(ApiKey.METADATA, "metadata", 0, 13),
        _api(ApiKey.OFFSET_COMMIT, "offset_commit", 2, 10),
        _api(ApiKey.OFFSET_FETCH, "offset_fetch", 1, 10),
        _api(ApiKey.FIND_COORDINATOR, "find_coordinator", 0, 6),
        _api(ApiKey.JOIN_GROUP, "join_group", 0, 9),
        _api(ApiKey.HEARTBEAT, "heartbeat", 0, 4),
        _api(ApiKey.LEAVE_GROUP, "leave_group", 0, 5),
        _api(ApiKey.SYNC_GROUP, "sync_group", 0, 5),
        _api(ApiKey.DESCRIBE_GROUPS, "describe_groups", 0, 6),
        _api(ApiKey.LIST_GROUPS, "list_groups", 0, 5),
        _api(ApiKey.API_VERSIONS, "api_versions", 0, 5),
        _api(ApiKey.CREATE_TOPICS, "create_topics", 2, 7),
        _api(ApiKey.DELETE_TOPICS, "delete_topics", 1, 6),
        _api(ApiKey.DELETE_RECORDS, "delete_records", 0, 2),
        _api(ApiKey.INIT_PRODUCER_ID, "init_producer_id", 0, 5),
        _api(ApiKey.OFFSET_FOR_LEADER_EPOCH, "offset_for_leader_epoch", 2, 4),
        _api(ApiKey.DESCRIBE_CONFIGS, "describe_configs", 1, 4),
        _api(ApiKey.CREATE_PARTITIONS, "create_partitions", 0, 3),
        _api(ApiKey.DELETE_GROUPS, "delete_groups", 0, 3),
        _api(ApiKey.OFFSET_DELETE, "offset_delete", 0, 0),
        _api(ApiKey.DESCRIBE_CLUSTER, "describe_cluster", 0, 2),
    )
}


class Route(NamedTuple):
    """All that serving one API at one version takes."""

    decode: Callable[[memoryview, int], tuple[Any, int]]
    handle: Callable[[Any, Context], Awaitable[Any]]
    refuse: Callable[[Any, Context, ErrorCode, str | None], Any]
    encode: Callable[[Any, list[Chunk]], None]


def is_served(api_key: int, version: int) -> bool:
    api = SERVED.get(api_key)
    return api is not None and api.min_version <= version <= api.max_version


def route(api_key: int, version: int) -> Route:
    """Import and compile what serves this API at this version. Raises KeyError if ``is_served`` says no."""
    if not is_served(api_key, version):
        raise KeyError((api_key, version))
    handler = import_module(f"wirebroker.apis.handlers.{SERVED[api_key].module}")
    request, response = messages_of(ApiKey(api_key))
    return Route(decoder(request, version), handler.handle, handler.refuse, encoder(response, version))
