"""Records: produced in every way, fetched, looked up."""

from typing import Any

from compat.differential.draw.hand import Hand
from compat.differential.values import Answer, AnswerPlus, Batches, Now, TopicId
from kafka_codecs.api_keys import ApiKey

OLD_MS = 1_600_000_000_000
KNOWS_ZSTD = 7
WALKED = 8
"""Of larger batches wirebroker does not look at every record (DIFFERENCES): there is nothing wrong with these."""
_EDITED = tuple(at for at in range(81) if at not in (8, 9, 10, 11, 22))
"""All positions but those of the length and the codec: some make Kafka fail the whole request (DIFFERENCES)."""


def timestamp(hand: Hand) -> Any:
    return hand.often(
        Now(0),
        Now(-5000),
        Now(-86_400_000),
        Now(3_500_000),
        Now(3_700_000),
        OLD_MS,
        0,
        -1,
        -2,
        9_223_372_036_854_775_807,
        percent=60,
    )


def record(hand: Hand) -> dict[str, Any]:
    content: dict[str, Any] = {"value": hand.often(b"v" * hand.number(0, 40), None, b"v" * 400, percent=85)}
    if hand.chance(70):
        content["key"] = hand.pick(b"k", b"key", b"", b"other")
    if hand.chance(15):
        content["headers"] = [[hand.pick("h", "trace", ""), hand.pick(b"1", b"", None)]]
    if hand.chance(25):
        content["timestamp_delta"] = hand.pick(1, 1000, -1, 4_000_000, -10)
    if hand.chance(3):
        content["offset_delta"] = hand.pick(0, 1, 5)
    if hand.chance(2):
        content["attributes"] = hand.pick(1, 127)
    return content


def batch(hand: Hand, topic: str, partition: int, version: int) -> dict[str, Any]:
    world = hand.world
    count = hand.often(hand.number(1, 3), hand.number(4, WALKED), percent=85)
    made: dict[str, Any] = {"records": [record(hand) for _ in range(count)], "base_timestamp": timestamp(hand)}
    is_large = hand.chance(5)
    if is_large:
        count = WALKED + hand.number(1, 10)
        made = {"records": [{"value": b"v", "key": b"k"}] * count, "base_timestamp": Now(-count)}
    if hand.chance(40):
        made["compression"] = hand.number(1, 4)
    if world.producers and hand.chance(40):
        label = hand.any_of(world.producers)
        key = (label, topic, partition)
        expected = world.sequences.get(key, 0)
        sequence = hand.often(expected, expected - count, expected + 1, 0, 7, -1, 2_147_483_647, percent=80)
        made |= {
            "producer_id": Answer(label, "producer_id"),
            "producer_epoch": hand.often(0, 1, -1, 2, 32767, percent=92),
            "base_sequence": sequence,
        }
        if sequence == expected:
            world.sequences[key] = expected + count
    elif hand.chance(4):
        made |= {
            "producer_id": hand.pick(1_000_000_007, 1_000_000_008, -2),
            "producer_epoch": hand.pick(0, 5, -1),
            "base_sequence": hand.pick(0, 5, -1),
        }
    if not is_large and hand.chance(9):
        _break(hand, made, version)
    return made


def _break(hand: Hand, made: dict[str, Any], version: int) -> None:
    """Put something wrong into a batch. Below v7 an unknown codec fails Kafka's whole request (DIFFERENCES)."""
    unknown_codecs = (0x05, 0x07) if version >= KNOWS_ZSTD else ()
    match hand.number(0, 11):
        case 0:
            made["set"] = {"base_offset": hand.pick(1, 5, -1)}
        case 1:
            made["set"] = {"magic": hand.pick(0, 1, 3, -1)}
        case 2:
            made["set"] = {"attributes": hand.pick(0x08, 0x10, 0x20, 0x40, 0x80, 0x01, *unknown_codecs)}
        case 3:
            made["set"] = {"last_offset_delta": hand.pick(0, 5, -1, 2_147_483_647)}
        case 4:
            made["set"] = {"records_count": hand.pick(0, 1, 7, -1, 2_147_483_647)}
        case 5:
            made["set"] = {"crc": 1}
        case 6:
            made["set"] = {"batch_length": hand.pick(0, 49, 48, 50, -1, 10_000, 2_147_483_635)}
        case 7:
            made["set"] = {"max_timestamp": hand.pick(-1, 0, OLD_MS)}
        case 8:
            made["edits"] = [[hand.any_of(_EDITED), bytes([hand.number(0, 255)])]]
            made["seal"] = False
        case 9:
            made["records"] = []
        case 10:
            made["set"] = {"partition_leader_epoch": hand.pick(0, 5, -2)}
        case _:
            made["timestamp_type"] = 1


def records(hand: Hand, topic: str, partition: int, version: int) -> Any:
    kind = hand.number(0, 99)
    if kind < 94:
        made = [batch(hand, topic, partition, version)]
    elif kind < 96:
        made = [batch(hand, topic, partition, version) for _ in range(2)]
    elif kind < 97:
        made = []
    elif kind < 98:
        made = [{"raw": hand.data()[:14]}]  # of 15 to 50 bytes Kafka refuses the whole request (DIFFERENCES)
    else:
        made = [batch(hand, topic, partition, version), {"raw": b"\0" * hand.number(1, 20)}]
    key = (topic, partition)
    hand.world.ends[key] = hand.world.ends.get(key, 0) + sum(len(each.get("records", ())) for each in made)
    return Batches(made)


def produce(hand: Hand) -> None:
    version = hand.version(ApiKey.PRODUCE)
    topics = []
    names = ["__consumer_offsets"] if hand.chance(1) else _distinct(hand)
    for topic in dict.fromkeys(names):  # of a partition named twice Kafka may append both (DIFFERENCES)
        partitions = [
            {"index": index, "records": records(hand, topic, index, version)}
            for index in dict.fromkeys(hand.partitions(topic))
        ]
        topics.append({"name": topic, "topic_id": TopicId(topic), "partition_data": partitions})
    acks = hand.often(-1, 1, 0, 2, -2, 32767, percent=75)
    hand.step(
        ApiKey.PRODUCE,
        version,
        {"acks": acks, "timeout_ms": hand.often(1000, 0, -1, percent=95), "topic_data": topics},
    )


def _distinct(hand: Hand) -> list[str]:
    topics = hand.some(2, hand.topic)
    return topics if hand.chance(3) else list(dict.fromkeys(topics))


def init_producer_id(hand: Hand) -> None:
    version = hand.version(ApiKey.INIT_PRODUCER_ID)
    body: dict[str, Any] = {
        "transactional_id": hand.often(None, "", percent=95),
        "transaction_timeout_ms": hand.often(60_000, 0, -1, 2_147_483_647, percent=80),
    }
    if hand.world.producers and hand.chance(15):
        body["producer_id"] = Answer(hand.any_of(hand.world.producers), "producer_id")
        body["producer_epoch"] = hand.often(0, -1, 5, 32767, percent=60)
    elif hand.chance(5):
        body["producer_id"], body["producer_epoch"] = hand.pick((-1, 0), (5, -1), (-2, -2), (1_000_000_007, 3))
    made = hand.step(ApiKey.INIT_PRODUCER_ID, version, body)
    if body["transactional_id"] is None:
        hand.world.producers.append(made.label)


def _offset(hand: Hand, topic: str, partition: int) -> int:
    end = hand.world.ends.get((topic, partition), 0)
    return hand.pick(0, 0, 0, 1, 2, max(0, end - 1), end, end + 1, -1, 1000)


def _limits(hand: Hand, topics: set[str], *limits: int) -> tuple[int, ...]:
    """The limits, where how many batches they let through does not hang on who compressed these."""
    return () if topics & hand.world.recompressed else limits


def fetch(hand: Hand) -> None:
    version = hand.version(ApiKey.FETCH)
    topics = []
    for topic in _distinct(hand):
        partitions = [
            {
                "partition": index,
                "current_leader_epoch": hand.epoch() if hand.chance(15) else -1,
                "fetch_offset": _offset(hand, topic, index),
                "last_fetched_epoch": hand.epoch() if hand.chance(15) else -1,
                "log_start_offset": hand.often(-1, 0, 5, percent=90),
                "partition_max_bytes": hand.often(
                    1 << 20, 0, 1, *_limits(hand, {topic}, 70, 200, 500), -1, 2_147_483_647, percent=70
                ),
            }
            for index in hand.partitions(topic)
        ]
        topics.append({"topic": topic, "topic_id": TopicId(topic), "partitions": partitions})
    body: dict[str, Any] = {
        "max_wait_ms": hand.often(0, 10, percent=90),
        "min_bytes": hand.often(1, 0, 1000, -1, percent=80),
        "max_bytes": hand.often(1 << 25, 0, 1, *_limits(hand, set(hand.world.topics), 100, 300, 1000), -1, percent=70),
        "isolation_level": hand.often(0, 1, 2, -1, percent=70),
        "topics": topics,
        "rack_id": hand.often("", "rack1", "elsewhere", percent=85),
    }
    opens = False
    if version >= 7 and hand.chance(40):
        opens = _session(hand, body, topics)
    made = hand.step(ApiKey.FETCH, version, body)
    if opens:
        hand.world.sessions[made.label] = 1


def _session(hand: Hand, body: dict[str, Any], topics: list[dict[str, Any]]) -> bool:
    """Make it a fetch of a session: whether it opens one."""
    sessions = hand.world.sessions
    if not sessions or hand.chance(35):
        body |= {"session_id": hand.often(0, 5, -1, percent=93), "session_epoch": 0}
        return True
    label = hand.any_of(list(sessions))
    epoch = sessions[label]
    if hand.chance(85):
        body |= {"session_id": Answer(label, "session_id"), "session_epoch": epoch}
        sessions[label] = epoch + 1
    else:
        body |= {
            "session_id": hand.pick(Answer(label, "session_id"), 0, 123, AnswerPlus(label, "session_id", 1)),
            "session_epoch": hand.pick(-1, 0, 1, epoch + 1, epoch - 1, 2_147_483_647, -2),
        }
    if hand.chance(60):
        body["topics"] = []
    if hand.chance(25):
        body["forgotten_topics_data"] = [
            {"topic": topic["topic"], "topic_id": topic["topic_id"], "partitions": hand.partitions(topic["topic"])}
            for topic in topics
        ]
    return False


def list_offsets(hand: Hand) -> None:
    version = hand.version(ApiKey.LIST_OFFSETS)
    topics = []
    for topic in _distinct(hand):
        partitions = [
            {
                "partition_index": index,
                "current_leader_epoch": hand.epoch() if hand.chance(20) else -1,
                "timestamp": hand.number(-8, 0) if hand.chance(60) else timestamp(hand),
            }
            for index in hand.partitions(topic)
        ]
        topics.append({"name": topic, "partitions": partitions})
    hand.step(
        ApiKey.LIST_OFFSETS,
        version,
        {
            "replica_id": hand.often(-1, -2, 0, 1, 5, percent=85),
            "isolation_level": hand.often(0, 1, 2, -1, percent=70),
            "topics": topics,
            "timeout_ms": hand.pick(0, 1000),
        },
    )


def offset_for_leader_epoch(hand: Hand) -> None:
    version = hand.version(ApiKey.OFFSET_FOR_LEADER_EPOCH)
    topics = [
        {
            "topic": topic,
            "partitions": [
                {"partition": index, "current_leader_epoch": hand.epoch(), "leader_epoch": hand.pick(0, 0, 1, -1, 5)}
                for index in hand.partitions(topic)
            ],
        }
        for topic in _distinct(hand)
    ]
    hand.step(
        ApiKey.OFFSET_FOR_LEADER_EPOCH,
        version,
        {"replica_id": hand.often(-1, -2, 0, 5, percent=80), "topics": topics},
    )
