"""What takes away, or adds: records before an offset, groups, committed offsets, and further partitions."""

from typing import Any

from compat.differential.draw.hand import Hand
from kafka_codecs.api_keys import ApiKey


def delete_records(hand: Hand) -> None:
    topics = []
    for topic in dict.fromkeys(hand.some(2, hand.topic)):
        partitions = []
        for index in hand.partitions(topic):
            end = hand.world.ends.get((topic, index), 0)
            offset = hand.pick(0, 1, max(0, end - 1), end, end + 1, -1, -2, 9_223_372_036_854_775_807)
            partitions.append({"partition_index": index, "offset": offset})
        topics.append({"name": topic, "partitions": partitions})
    hand.step(
        ApiKey.DELETE_RECORDS,
        hand.version(ApiKey.DELETE_RECORDS),
        {"topics": topics, "timeout_ms": hand.often(1000, 0, -1, percent=95)},
    )


def create_partitions(hand: Hand) -> None:
    def one() -> dict[str, Any]:
        name = hand.topic()
        count = hand.world.topics.get(name, 1)
        wanted = hand.often(min(count + 1, 3), count, 0, -1, 1, 20_001, 2_147_483_647, percent=60)
        topic: dict[str, Any] = {"name": name, "count": wanted, "assignments": None}
        if hand.chance(25):
            topic["assignments"] = [
                {"broker_ids": hand.pick([1], [1], [2], [], [1, 1])} for _ in range(hand.number(0, 2))
            ]
        return topic

    topics = hand.some(2, one)
    validate_only = hand.chance(15)
    hand.step(
        ApiKey.CREATE_PARTITIONS,
        hand.version(ApiKey.CREATE_PARTITIONS),
        {"topics": topics, "timeout_ms": hand.often(30_000, 0, -1, percent=92), "validate_only": validate_only},
    )
    for topic in topics:
        known = hand.world.topics.get(topic["name"])
        if known is not None and not validate_only and known < topic["count"] <= 3:
            hand.world.topics[topic["name"]] = topic["count"]


def delete_groups(hand: Hand) -> None:
    hand.step(
        ApiKey.DELETE_GROUPS,
        hand.version(ApiKey.DELETE_GROUPS),
        {"groups_names": hand.some(3, hand.group_name)},
    )


def offset_delete(hand: Hand) -> None:
    topics = [
        {"name": topic, "partitions": [{"partition_index": index} for index in hand.partitions(topic)]}
        for topic in dict.fromkeys(hand.some(2, hand.topic))
    ]
    hand.step(
        ApiKey.OFFSET_DELETE,
        hand.version(ApiKey.OFFSET_DELETE),
        {"group_id": hand.group_name(), "topics": [] if hand.chance(3) else topics},
    )
