"""What became of one request at one broker."""

from enum import Enum
from typing import Any

from compat.differential.compare import Difference, differences
from compat.differential.scene import Scene
from compat.differential.script import Step
from kafka_codecs.api_keys import ApiKey
from kafka_codecs.schema import Struct

UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS = 25, 27


class Ending(Enum):
    """All that may happen instead of an answer that can be read."""

    CLOSED = "closed the connection"
    SILENT = "no answer in time"
    OPEN = "no answer was due, the connection is open"
    PARKED = "waits"


class Unreadable(str):
    """Bytes that are not an answer to this request, and why."""

    __slots__ = ()


Outcome = Struct | Ending | Unreadable


def outcome_differences(step: Step, kafka: Outcome, wirebroker: Outcome, scene: Scene) -> list[Difference]:
    """Compare what became of a step at both brokers."""
    if isinstance(kafka, Struct) and isinstance(wirebroker, Struct):
        version = 0 if step.api == ApiKey.API_VERSIONS and step.version > 5 else step.version
        return differences(kafka, wirebroker, version, scene)
    if kafka is Ending.SILENT and step.api in (ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP) and _is_superseded(wirebroker):
        return []
    if kafka is wirebroker or (isinstance(kafka, Unreadable) and kafka == wirebroker):
        return []
    return [Difference(step.api_name, step.api_name, _shown(kafka), _shown(wirebroker))]


def _is_superseded(outcome: Outcome) -> bool:
    """Whether this answers a call that a later one of the same member replaced, or its leaving ended.

    Kafka never answers these (DIFFERENCES).
    """
    return getattr(outcome, "error_code", None) in (REBALANCE_IN_PROGRESS, UNKNOWN_MEMBER_ID)


def _shown(outcome: Outcome) -> Any:
    return outcome.value if isinstance(outcome, Ending) else str(outcome)[:600]
