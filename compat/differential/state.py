"""What a script leaves behind, asked for by public APIs: steps like all others, at a script's end."""

from typing import Any

from compat.differential.script import Step
from compat.differential.values import TopicId
from kafka_codecs.api_keys import ApiKey

PARTITIONS = 3
"""Scripts make no topics with more."""
LATEST, EARLIEST, MAX_TIMESTAMP = -1, -2, -3


def state_steps(topics: list[str], groups: list[str]) -> list[Step]:
    """Ask for the topics' partitions, configs, offsets, epochs and records, and for the groups and their offsets."""
    asked: list[tuple[ApiKey, int, dict[str, Any]]] = []
    if topics:
        asked += [
            (
                ApiKey.METADATA,
                13,
                {"topics": [{"name": name} for name in topics], "allow_auto_topic_creation": False},
            ),
            (
                ApiKey.DESCRIBE_CONFIGS,
                4,
                {
                    "resources": [
                        {"resource_type": 2, "resource_name": name, "configuration_keys": None} for name in topics
                    ]
                },
            ),
            *((ApiKey.LIST_OFFSETS, 11, _offsets(topics, point)) for point in (LATEST, EARLIEST, MAX_TIMESTAMP)),
            (ApiKey.OFFSET_FOR_LEADER_EPOCH, 4, _epochs(topics)),
            (ApiKey.FETCH, 13, _everything(topics)),
        ]
    if groups:
        asked += [
            (ApiKey.DESCRIBE_GROUPS, 6, {"groups": groups}),
            (ApiKey.OFFSET_FETCH, 9, {"groups": [{"group_id": name, "topics": None} for name in groups]}),
            (ApiKey.LIST_GROUPS, 5, {}),
        ]
    return [
        Step(label=f"state{at}", api=int(key), version=version, body=body)
        for at, (key, version, body) in enumerate(asked)
    ]


def _offsets(topics: list[str], point: int) -> dict[str, Any]:
    return {
        "replica_id": -1,
        "topics": [
            {
                "name": name,
                "partitions": [{"partition_index": at, "timestamp": point} for at in range(PARTITIONS)],
            }
            for name in topics
        ],
    }


def _epochs(topics: list[str]) -> dict[str, Any]:
    return {
        "replica_id": -1,
        "topics": [
            {"topic": name, "partitions": [{"partition": at, "leader_epoch": 0} for at in range(PARTITIONS)]}
            for name in topics
        ],
    }


def _everything(topics: list[str]) -> dict[str, Any]:
    return {
        "max_wait_ms": 0,
        "min_bytes": 0,
        "max_bytes": 1 << 25,
        "topics": [
            {
                "topic": name,
                "topic_id": TopicId(name),
                "partitions": [
                    {"partition": at, "fetch_offset": 0, "partition_max_bytes": 1 << 20} for at in range(PARTITIONS)
                ],
            }
            for name in topics
        ],
    }
