"""Classic groups: whole lives of members, commits, and whoever should not be let in.

Each member has a connection of its own, since joining and syncing may wait for others. Timeouts are long, so that no
timer ends anything: what waits is let go by another member's step.
"""

from typing import Any

from compat.differential.draw.hand import Group, Hand, Member
from compat.differential.values import AnswerPlus, TopicId
from kafka_codecs.api_keys import ApiKey

TIMEOUT_MS = 120_000


def _join_body(hand: Hand, group: Group, member: Member) -> dict[str, Any]:
    return {
        "group_id": group.name,
        "session_timeout_ms": TIMEOUT_MS,
        "rebalance_timeout_ms": TIMEOUT_MS,
        "member_id": member.member_id,
        "group_instance_id": member.instance,
        "protocol_type": group.protocol_type,
        "protocols": hand.any_of(_PROTOCOLS),
        "reason": hand.pick(None, "why"),
    }


_RANGE = {"name": "range", "metadata": b"\x00\x01subscription"}
_SUBSCRIPTION = bytes.fromhex("0001000000010002743000000000000000000000")
_PROTOCOLS: tuple[list[dict[str, Any]], ...] = (
    [_RANGE],
    [_RANGE],
    [_RANGE],
    [_RANGE, {"name": "sticky", "metadata": b""}],
    [{"name": "sticky", "metadata": b"s"}, _RANGE],
    [{"name": "range", "metadata": _SUBSCRIPTION}],
)


def _join(hand: Hand, group: Group, member: Member, version: int) -> None:
    made = hand.step(ApiKey.JOIN_GROUP, version, _join_body(hand, group, member), connection=member.connection)
    member.joined = made.label
    if not member.named:
        member.named = made.label


def _newcomer(hand: Hand, group: Group) -> Member:
    """Join for the first time: a dynamic member is handed its id first, from v4 on."""
    instance = hand.pick("i0", "i1", "i2") if hand.chance(30) else None
    member = Member(len(group.members), hand.new_connection(), instance)
    version = hand.number(5, 9) if instance else hand.version(ApiKey.JOIN_GROUP)
    if version >= 4 and instance is None:
        _join(hand, group, member, version)
    _join(hand, group, member, version)
    return member


def _sync(hand: Hand, group: Group, member: Member) -> None:
    version = hand.version(ApiKey.SYNC_GROUP)
    if member.instance and hand.chance(90):
        version = max(3, version)
    hand.step(
        ApiKey.SYNC_GROUP,
        version,
        {
            "group_id": group.name,
            "generation_id": member.generation,
            "member_id": member.member_id,
            "group_instance_id": member.instance,
            "protocol_type": hand.often(group.protocol_type, None, "other", percent=94),
            "protocol_name": hand.often("range", None, "sticky", percent=94),
            "assignments": [
                {"member_id": each.member_id, "assignment": b"for %d" % each.number} for each in group.members
            ],
        },
        connection=member.connection,
    )


def rebalance(hand: Hand) -> None:
    """Let a member join, everybody else join again, and all sync: mostly to the end."""
    group = hand.group()
    newcomer = _newcomer(hand, group)
    for member in group.members:
        if hand.chance(70):
            heartbeat(hand, group, member)
        if hand.chance(95):
            _join(hand, group, member, max(5, hand.version(ApiKey.JOIN_GROUP)))
    group.members.append(newcomer)
    if len(group.members) > 3:
        group.former.append(group.members.pop(0))
    if hand.chance(90):
        for member in reversed(group.members):
            if hand.chance(96):
                _sync(hand, group, member)


def rejoin(hand: Hand) -> None:
    """Everybody of a group joins again and syncs."""
    group = hand.group()
    for member in group.members:
        _join(hand, group, member, max(5, hand.version(ApiKey.JOIN_GROUP)))
    for member in reversed(group.members):
        _sync(hand, group, member)


def static_restart(hand: Hand) -> None:
    """A static member comes back without its id."""
    group = hand.group()
    for member in group.members:
        if member.instance:
            again = Member(member.number, hand.new_connection(), member.instance)
            _join(hand, group, again, hand.number(5, 9))
            if hand.chance(70):
                heartbeat(hand, group, member)
            group.former.append(member)
            group.members[group.members.index(member)] = again
            if hand.chance(60):
                _sync(hand, group, again)
            return
    rebalance(hand)


def _somebody(hand: Hand, group: Group) -> Member:
    """Mostly a member; else a former one, or nobody."""
    if group.members and hand.chance(80):
        return hand.any_of(group.members)
    if group.former and hand.chance(70):
        return hand.any_of(group.former)
    return Member(9, 0, hand.pick(None, "i0", "i9"))


def _identity(hand: Hand, member: Member) -> dict[str, Any]:
    generation = member.generation
    return {
        "member_id": hand.often(member.member_id, "", "nobody", percent=88),
        "generation_id": hand.often(
            generation,
            AnswerPlus(member.joined, "generation_id", 1),
            AnswerPlus(member.joined, "generation_id", -1),
            -1,
            0,
            percent=88,
        ),
        "group_instance_id": hand.often(member.instance, None, "i0", "i9", percent=88),
    }


def heartbeat(hand: Hand, group: Group | None = None, member: Member | None = None) -> None:
    group = group or hand.group()
    member = member or _somebody(hand, group)
    hand.step(
        ApiKey.HEARTBEAT,
        hand.version(ApiKey.HEARTBEAT),
        {"group_id": hand.often(group.name, "~nobody", "", percent=95), **_identity(hand, member)},
    )


def odd_join(hand: Hand) -> None:
    """Join with something wrong."""
    group = hand.group()
    member = _somebody(hand, group)
    body = _join_body(hand, group, member)
    match hand.number(0, 7):
        case 0:
            body["session_timeout_ms"] = hand.pick(0, -1, 5999, 1_800_001, 2_147_483_647)
        case 1:
            body["protocol_type"] = hand.pick("", "connect")
        case 2:
            body["protocols"] = []
        case 3:
            body["protocols"] = [{"name": hand.pick("", "unheard"), "metadata": b""}]
        case 4:
            body["group_id"] = hand.pick("", "~nobody", "~ä")
        case 5:
            body["member_id"] = hand.pick("nobody", "")
        case 6:
            body["group_instance_id"] = hand.pick("i0", "i9", "", "ä b")
        case _:
            body["rebalance_timeout_ms"] = hand.pick(0, 1, TIMEOUT_MS)
    hand.step(ApiKey.JOIN_GROUP, hand.version(ApiKey.JOIN_GROUP), body, connection=hand.new_connection())


def odd_sync(hand: Hand) -> None:
    group = hand.group()
    member = _somebody(hand, group)
    hand.step(
        ApiKey.SYNC_GROUP,
        hand.version(ApiKey.SYNC_GROUP),
        {
            "group_id": hand.often(group.name, "~nobody", "", percent=90),
            **_identity(hand, member),
            "protocol_type": hand.pick(group.protocol_type, None, "other"),
            "protocol_name": hand.pick("range", None, "sticky"),
            "assignments": [],
        },
        connection=hand.new_connection(),
    )


def leave(hand: Hand) -> None:
    group = hand.group()
    leaving = hand.some(2, lambda: _somebody(hand, group))
    if len(group.members) > 2:  # whom Kafka makes the next leader then is chance: the order of a hash map
        leaving = [member for member in leaving if member is not group.members[0]] or group.members[-1:]
    members = [
        {
            "member_id": hand.often(member.member_id, "", "nobody", percent=85),
            "group_instance_id": hand.often(member.instance, None, "i0", "i9", percent=85),
            "reason": hand.pick(None, "why"),
        }
        for member in leaving
    ]
    if hand.chance(3):
        members = []
    hand.step(
        ApiKey.LEAVE_GROUP,
        hand.version(ApiKey.LEAVE_GROUP),
        {
            "group_id": hand.often(group.name, "~nobody", "", percent=95),
            "member_id": members[0]["member_id"] if members else "",
            "members": members,
        },
    )
    for member in leaving:
        if member in group.members:
            group.members.remove(member)
            group.former.append(member)


def describe(hand: Hand) -> None:
    hand.step(
        ApiKey.DESCRIBE_GROUPS,
        hand.version(ApiKey.DESCRIBE_GROUPS),
        {"groups": hand.some(2, hand.group_name), "include_authorized_operations": hand.chance(30)},
    )


def list_groups(hand: Hand) -> None:
    version = hand.version(ApiKey.LIST_GROUPS)
    states = [hand.any_of(_STATES) for _ in range(hand.number(0, 2))]
    types = [hand.pick("classic", "Classic", "consumer", "share", "bad", "") for _ in range(hand.number(0, 2))]
    hand.step(
        ApiKey.LIST_GROUPS,
        version,
        {"states_filter": [] if hand.chance(50) else states, "types_filter": [] if hand.chance(50) else types},
    )


_STATES = ("Stable", "stable", "Empty", "PreparingRebalance", "CompletingRebalance", "Dead", "Unheard", "")


def commit(hand: Hand) -> None:
    group = hand.group()
    member = _somebody(hand, group) if hand.chance(60) else None
    version = hand.version(ApiKey.OFFSET_COMMIT)
    topics = []
    for topic in dict.fromkeys(hand.some(2, hand.topic)):
        partitions = [
            {
                "partition_index": index,
                "committed_offset": hand.pick(0, 1, 5, -1, 9_223_372_036_854_775_807),
                "committed_leader_epoch": hand.pick(-1, 0, 3, -2),
                # a group that a refused commit made is seen after another script's write: seldom its first act
                "committed_metadata": hand.often(
                    "", "checkpoint", None, "m" * (4096 + hand.chance(40)), "ü", percent=50
                ),
            }
            for index in hand.partitions(topic)
        ]
        topics.append({"name": topic, "topic_id": TopicId(topic), "partitions": partitions})
    body: dict[str, Any] = {
        "group_id": group.name,
        "retention_time_ms": hand.often(-1, 0, 1000, percent=90),
        "topics": topics,
    }
    if member is not None:
        identity = _identity(hand, member)
        body["generation_id_or_member_epoch"] = identity.pop("generation_id")
        body |= identity
    elif hand.chance(10):
        body["generation_id_or_member_epoch"] = hand.pick(0, 1, -2)
    hand.step(ApiKey.OFFSET_COMMIT, version, body)


def offset_fetch(hand: Hand) -> None:
    version = hand.version(ApiKey.OFFSET_FETCH)

    def topics() -> list[dict[str, Any]] | None:
        if version >= 2 and hand.chance(40):
            return None
        return [
            {"name": topic, "topic_id": TopicId(topic), "partition_indexes": hand.partitions(topic)}
            for topic in dict.fromkeys(hand.some(2, hand.topic))
        ]

    def of_group() -> dict[str, Any]:
        group: dict[str, Any] = {"group_id": hand.group_name(), "topics": topics()}
        if hand.chance(20):
            group |= {"member_id": hand.pick(None, "nobody", ""), "member_epoch": hand.pick(-1, 0, 1)}
        return group

    stable = hand.chance(30)
    if version < 8:
        body = {"group_id": hand.group_name(), "topics": topics(), "require_stable": stable}
    else:
        body = {"groups": hand.some(2, of_group), "require_stable": stable}
    hand.step(ApiKey.OFFSET_FETCH, version, body)


def find_coordinator(hand: Hand) -> None:
    version = hand.version(ApiKey.FIND_COORDINATOR)
    kind = hand.often(0, 2, 3, -1, percent=75)
    keys = (
        hand.some(3, hand.group_name)
        if kind != 2
        else [hand.pick("", "g:t:0", "g:AAAAAAAAAAAAAAAAAAAAAQ:x", ":AAAAAAAAAAAAAAAAAAAAAQ:0")]
    )
    hand.step(
        ApiKey.FIND_COORDINATOR,
        version,
        {"key": keys[0], "key_type": kind, "coordinator_keys": [] if hand.chance(3) else keys},
    )
