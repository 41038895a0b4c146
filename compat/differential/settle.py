"""Waiting, after what changes topics, until both brokers show the change everywhere.

Kafka answers CreateTopics, DeleteTopics and a Metadata request that creates before its broker half has replayed the
metadata log: for some milliseconds other requests see the old state (DIFFERENCES, S79a, S49a).
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from compat.differential.script import Step
from compat.differential.side import Side
from kafka_codecs.api_keys import ApiKey
from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic
from kafka_codecs.messages.offset_fetch import OffsetFetchRequest, OffsetFetchRequestGroup

SECONDS = 10.0
CREATION_SECONDS = 2.0
FORGETTING_SECONDS = 1.0
PAUSE_S = 0.003
UNKNOWN_TOPIC_OR_PARTITION = 3
_UNSETTLED = (3, 5, 6)


def settle(side: Side, step: Step, answer: Any, groups: Sequence[str]) -> list[str]:
    """Wait until what this answer promises is to be seen; return the names of the topics concerned.

    ``groups`` may have offsets of topics that are deleted.
    """
    match step.api:
        case ApiKey.CREATE_TOPICS:
            if isinstance(step.body, dict) and step.body.get("validate_only"):
                return []
            made = [topic.name for topic in answer.topics if topic.error_code == 0]
            await_topics(side, made)
            return made
        case ApiKey.CREATE_PARTITIONS:
            grown = [result.name for result in answer.results if result.error_code == 0]
            if step.edits:  # what it wants now nobody knows: to validate only, say
                with suppress(TimeoutError):
                    await_partitions(side, grown, _wanted_counts(side, step), CREATION_SECONDS)
            else:
                await_partitions(side, grown, _wanted_counts(side, step))
            return []
        case ApiKey.METADATA:
            made = [
                topic.name for topic in answer.topics or () if topic.error_code in (3, 5) and _is_creatable(topic.name)
            ]
            if not made or not _may_create(step):
                return []
            with suppress(TimeoutError):  # some names are never created: what Metadata says of them is compared later
                await_topics(side, made, CREATION_SECONDS)
            return made
        case ApiKey.DELETE_TOPICS:
            gone = [
                topic.name or side.topic_names.get(topic.topic_id, "")
                for topic in answer.responses
                if topic.error_code == 0
            ]
            await_gone(side, [name for name in gone if name])
            if gone and groups:
                _await_forgotten(side, frozenset(gone), groups)
            return gone
        case _:
            return []


def _may_create(step: Step) -> bool:
    """Whether the request may ask for it: one whose bytes were edited may, whatever its body says."""
    if step.edits or step.version < 4 or not isinstance(step.body, dict):
        return True
    return bool(step.body.get("allow_auto_topic_creation", True))


def _is_creatable(name: str | None) -> bool:
    return bool(name) and name != "__cluster_metadata"


def await_topics(side: Side, names: list[str], seconds: float = SECONDS) -> None:
    """Wait until each topic is known and all its partitions have a leader that answers."""
    deadline = time.monotonic() + seconds
    while names:
        known = side.learn_topics(names)
        missing = [name for name in names if known[name].error_code in _UNSETTLED or not known[name].partitions]
        if not missing:
            counts = {name: len(known[name].partitions) for name in names}
            if _latest_codes(side, counts).isdisjoint(_UNSETTLED):
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{side.name}: {missing or names} are not there after {seconds} s")
        time.sleep(PAUSE_S)


def _wanted_counts(side: Side, step: Step) -> dict[str, int]:
    if not isinstance(step.body, dict) or step.body.get("validate_only"):
        return {}
    return {
        side.resolve(topic.get("name", ""), ""): topic.get("count", 0)
        for topic in step.body.get("topics", ())
        if isinstance(topic, dict)
    }


def await_partitions(side: Side, names: list[str], counts: dict[str, int], seconds: float = SECONDS) -> None:
    """Wait until the topics have as many partitions as that, and all have a leader that answers."""
    deadline = time.monotonic() + seconds
    wanted = {name: counts[name] for name in names if name in counts}
    while wanted and not _latest_codes(side, wanted).isdisjoint(_UNSETTLED):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{side.name}: {wanted} are not there after {seconds} s")
        time.sleep(PAUSE_S)


def _await_forgotten(side: Side, gone: frozenset[str], groups: Sequence[str]) -> None:
    """Wait a while until no group has offsets of these topics: Kafka forgets them after the topic is gone.

    Those that stay are for the script to see.
    """
    deadline = time.monotonic() + FORGETTING_SECONDS
    asked = OffsetFetchRequest(groups=[OffsetFetchRequestGroup(group_id=group, topics=None) for group in groups])
    while time.monotonic() < deadline:
        kept = {topic.name for group in side.ask(asked, 9).groups for topic in group.topics}
        if kept.isdisjoint(gone):
            return
        time.sleep(PAUSE_S)


def await_gone(side: Side, names: list[str]) -> None:
    """Wait until the topics' first partitions are unknown."""
    deadline = time.monotonic() + SECONDS
    while names and _latest_codes(side, dict.fromkeys(names, 1)) != {UNKNOWN_TOPIC_OR_PARTITION}:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{side.name}: {names} are still there after {SECONDS} s")
        time.sleep(PAUSE_S)


def _latest_codes(side: Side, partitions: dict[str, int]) -> set[int]:
    topics = [
        ListOffsetsTopic(name, [ListOffsetsPartition(partition_index=index, timestamp=-1) for index in range(count)])
        for name, count in partitions.items()
    ]
    answer = side.ask(ListOffsetsRequest(replica_id=-1, topics=topics), 7)
    return {partition.error_code for topic in answer.topics for partition in topic.partitions}
