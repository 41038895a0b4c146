"""FindCoordinator (API key 10): which broker coordinates a group, a transactional id or a share partition.

Versions:

- 0: groups only. 1: key types, throttle time, error message. 2: throttled answers leave at once (KIP-219). 3: flexible.
- 4: many keys at once (KIP-699). 5: TRANSACTION_ABORTABLE may come back (KIP-890). 6: share partitions (KIP-932).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "Coordinator",
    "FindCoordinatorRequest",
    "FindCoordinatorResponse",
]


class FindCoordinatorRequest(Struct):
    SPEC = Spec(key=10, versions="0-6", flexible="3+")

    key: Annotated[String, "0-3"] = ""
    """v0 to v3: a group id or transactional id."""
    key_type: Annotated[Int8, "1+"] = 0
    """0: group. 1: transactional id. 2: share partition, written "group:topic id:partition" (v6+)."""
    coordinator_keys: Annotated[list[String], "4+"] = []
    """v4+: the keys, all of one type."""


class FindCoordinatorResponse(Struct):
    SPEC = Spec(key=10, versions="0-6", flexible="3+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Annotated[Int16, "0-3"] = 0
    """v0 to v3: as in ``Coordinator``."""
    error_message: Annotated[String | None, "1-3", IGNORABLE] = ""
    """The standard text of the error, or of NONE."""
    node_id: Annotated[Int32, "0-3"] = 0
    host: Annotated[String, "0-3"] = ""
    port: Annotated[Int32, "0-3"] = 0
    coordinators: Annotated[list[Coordinator], "4+"] = []


class Coordinator(Struct):
    """On error the node is -1, the host "" and the port -1."""

    key: String = ""
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    error_code: Int16 = 0
    """COORDINATOR_NOT_AVAILABLE (15): the internal topic is still being created, or its partition has no leader.
    GROUP_AUTHORIZATION_FAILED (30), TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53): no DESCRIBE.
    CLUSTER_AUTHORIZATION_FAILED (31): share keys are for brokers. INVALID_REQUEST (42): an unknown key type, a share
    key below v6 or badly written.
    """
    error_message: Annotated[String | None, IGNORABLE] = ""
    """Empty when only this key is refused; the standard text when the whole request is."""
