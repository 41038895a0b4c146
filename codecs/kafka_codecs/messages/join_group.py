"""JoinGroup (API key 11): become, or stay, a member of a group and wait until everybody has.

First half of a rebalance of the classic protocol: the coordinator collects the members, picks one of them as leader and
tells it about all others; SyncGroup is the second half.

Versions (4.0 had dropped 0 and 1, 4.1 brought them back: KAFKA-19444):

- 0: the session timeout is also the rebalance timeout. 1: a rebalance timeout of its own (KIP-62). 2: throttle time.
- 3: throttled answers leave at once (KIP-219). 4: a newcomer is handed an id first and joins with that (KIP-394).
- 5: static members (KIP-345). 6: flexible. 7: the answer has the protocol type (KIP-559). 8: a reason (KIP-800).
- 9: the leader may be told to keep the assignment (KIP-814).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Bytes, Int16, Int32, Nullable, Spec, String, Struct

__all__ = [
    "JoinGroupRequest",
    "JoinGroupRequestProtocol",
    "JoinGroupResponse",
    "JoinGroupResponseMember",
]


class JoinGroupRequest(Struct):
    SPEC = Spec(key=11, versions="0-9", flexible="6+")

    group_id: String = ""
    session_timeout_ms: Int32 = 0
    """Without a heartbeat for so long the member is out; between group.min.session.timeout.ms and max."""
    rebalance_timeout_ms: Annotated[Int32, "1+", IGNORABLE] = -1
    """How long others wait for this member to rejoin; -1: the session timeout."""
    member_id: String = ""
    """Empty: a newcomer."""
    group_instance_id: Annotated[String | None, "5+"] = None
    """Makes a static member, one that may restart without a rebalance."""
    protocol_type: String = ""
    """What kind of group it is: "consumer", "connect", ..."""
    protocols: list[JoinGroupRequestProtocol] = []
    """Assignors the member understands, the best first."""
    reason: Annotated[String | None, "8+", IGNORABLE] = None
    """For the broker's log."""


class JoinGroupRequestProtocol(Struct):
    name: String = ""
    metadata: Bytes = b""
    """Opaque to the broker; of a consumer: a ``ConsumerProtocolSubscription`` with its version before it."""


class JoinGroupResponse(Struct):
    SPEC = Spec(key=11, versions="0-9", flexible="6+")

    throttle_time_ms: Annotated[Int32, "2+", IGNORABLE] = 0
    error_code: Int16 = 0
    """Checks in their order. GROUP_AUTHORIZATION_FAILED (30): no READ on the group. INVALID_GROUP_ID (24): "".
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    INVALID_SESSION_TIMEOUT (26). INCONSISTENT_GROUP_PROTOCOL (23): a group of another type. UNKNOWN_MEMBER_ID (25): an
    id, but no such group. GROUP_MAX_SIZE_REACHED (81). INCONSISTENT_GROUP_PROTOCOL (23): another protocol type, or no
    protocol that all members share. UNKNOWN_MEMBER_ID (25), FENCED_INSTANCE_ID (82): not, or not any more, a member.
    MEMBER_ID_REQUIRED (79): v4+, join again with the ``member_id`` of this answer. REBALANCE_IN_PROGRESS (27): the
    group became one of KIP-848 meanwhile.
    """
    generation_id: Int32 = -1
    """Grows by one with each completed rebalance; -1 on errors."""
    protocol_type: Annotated[String | None, "7+", IGNORABLE] = None
    protocol_name: Annotated[String | None, Nullable("7+")] = ""
    """The assignor chosen; on errors null, below v7 ""."""
    leader: String = ""
    """Member id of the leader; "" on errors."""
    skip_assignment: Annotated[Bool, "9+"] = False
    """The leader rejoined unchanged, a static restart: it must not compute an assignment."""
    member_id: String = ""
    members: list[JoinGroupResponseMember] = []
    """For the leader only: everybody."""


class JoinGroupResponseMember(Struct):
    member_id: String = ""
    group_instance_id: Annotated[String | None, "5+", IGNORABLE] = None
    metadata: Bytes = b""
    """As that member sent it, for the protocol chosen."""
