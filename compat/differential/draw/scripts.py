"""Whole scripts: topics that exist, then any mixture of what the areas draw, some of it spoiled."""

from collections.abc import Callable
from random import Random

import msgspec

from compat.differential.draw import data, groups, noise, removal, topics
from compat.differential.draw.hand import Hand
from compat.differential.draw.tame import tamed
from compat.differential.script import CLOSE, Script, Step
from compat.differential.state import state_steps
from kafka_codecs.api_keys import ApiKey

FEWEST_ACTS, MOST_ACTS = 10, 60

_ACTS: tuple[tuple[int, Callable[[Hand], None]], ...] = (
    (14, data.produce),
    (14, data.fetch),
    (7, data.list_offsets),
    (4, data.offset_for_leader_epoch),
    (4, data.init_producer_id),
    (6, topics.metadata),
    (3, topics.create_topics),
    (2, topics.delete_topics),
    (3, topics.describe_configs),
    (1, topics.describe_cluster),
    (2, topics.api_versions),
    (4, groups.rebalance),
    (1, groups.rejoin),
    (2, groups.static_restart),
    (4, groups.heartbeat),
    (2, groups.odd_join),
    (2, groups.odd_sync),
    (3, groups.leave),
    (3, groups.describe),
    (2, groups.list_groups),
    (6, groups.commit),
    (5, groups.offset_fetch),
    (3, groups.find_coordinator),
    (3, removal.delete_records),
    (2, removal.create_partitions),
    (2, removal.delete_groups),
    (2, removal.offset_delete),
    (2, noise.random_request),
)
_DECK = tuple(act for weight, act in _ACTS for _ in range(weight))
_SPOILED_PERCENT = 8
_EDITED_PERCENT = 2


def drawn(seed: str) -> Script:
    """Draw the script of a seed; its last steps ask for all that it should have left behind."""
    hand = Hand(Random(seed))
    topics.good_topics(hand, hand.number(1, 3))
    for _ in range(hand.number(FEWEST_ACTS, MOST_ACTS)):
        begin = len(hand.steps)
        hand.any_of(_DECK)(hand)
        hand.steps[begin:] = [tamed(_maybe_spoiled(hand, step)) for step in hand.steps[begin:]]
        if hand.chance(1):
            hand.step(CLOSE, 0, {})
    hand.steps += state_steps(sorted(hand.world.topics), sorted(hand.world.groups))
    return Script(tuple(hand.steps), f"drawn from seed {seed}")


def _maybe_spoiled(hand: Hand, step: Step) -> Step:
    kind = hand.number(0, 99)
    if kind < _SPOILED_PERCENT:
        return msgspec.structs.replace(step, body=noise.spoil_field(hand, step))
    if kind < _SPOILED_PERCENT + _EDITED_PERCENT and step.api not in (ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP):
        return msgspec.structs.replace(step, edits=noise.spoiled_edits(hand, step))
    return step
