"""What drawing needs everywhere: choices, and what the script so far should have brought about."""

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.internal.conjecture.providers import HypothesisProvider

from compat.differential.script import Step
from compat.differential.values import Answer
from kafka_codecs.api_keys import ApiKey
from wirebroker.apis.registry import SERVED

T = TypeVar("T")

CONNECTIONS = 2
"""Connections that steps use which are no group's member's."""


class Member(msgspec.Struct):
    """Somebody in a group, or who believes to be; ``joined`` is the label of the last JoinGroup."""

    number: int
    connection: int
    instance: str | None = None
    named: str = ""
    """Label of the step that gave the member id."""
    joined: str = ""

    @property
    def member_id(self) -> Any:
        return Answer(self.named, "member_id") if self.named else ""

    @property
    def generation(self) -> Any:
        return Answer(self.joined, "generation_id") if self.joined else -1


class Group(msgspec.Struct):
    name: str
    protocol_type: str = "consumer"
    members: list[Member] = []
    former: list[Member] = []


class World(msgspec.Struct):
    """What should be there by now: a guess that steers, nothing that must hold."""

    topics: dict[str, int] = {}
    """Partitions by name."""
    recompressed: set[str] = set()
    """Topics whose batches the broker compresses: to other sizes than Kafka's (DIFFERENCES)."""
    deleted: list[str] = []
    ends: dict[tuple[str, int], int] = {}
    groups: dict[str, Group] = {}
    producers: list[str] = []
    """Labels of InitProducerId."""
    sequences: dict[tuple[str, str, int], int] = {}
    """The next sequence of a producer in a partition."""
    sessions: dict[str, int] = {}
    """Fetch sessions: the label that opened it, and the next epoch."""


class _WithoutConstants(HypothesisProvider):
    """Draws nothing from the sources of the modules that happen to be imported: a seed always draws the same."""

    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


class Hand:
    """Draws for one script: what to do by ``random``, the values of fields by hypothesis."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._values = ConjectureData(random=random, provider=_WithoutConstants)
        self.world = World()
        self.steps: list[Step] = []
        self._members = 0

    # ---- choices

    def draw(self, values: st.SearchStrategy[T]) -> T:
        """Draw a value.

        Not by ``@given``, which plays each example again with small changes: five of six scripts would tell nothing
        new. It is the one place that knows hypothesis from the inside.
        """
        return self._values.draw(values)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def pick(self, *choices: T) -> T:
        return self._random.choice(choices)

    def any_of(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def often(self, usual: T, *others: T, percent: int = 80) -> T:
        """The usual value so often, else one of the others."""
        return usual if self.chance(percent) else self.pick(*others)

    def text(self) -> str:
        return self.draw(_TEXTS)

    def data(self) -> bytes:
        return self.draw(_BYTES)

    def some(self, most: int, make: Any) -> list[Any]:
        """A list of one to so many."""
        return [make() for _ in range(self.number(1, most))]

    def version(self, key: ApiKey) -> int:
        api = SERVED[key]
        return self.number(api.min_version, api.max_version)

    # ---- steps

    def step(self, key: int, version: int, body: Any, **options: Any) -> Step:
        """Add a request to the script; its label is what later ones refer to."""
        options.setdefault("connection", self.number(0, CONNECTIONS - 1) if self.chance(20) else 0)
        step = Step(label=f"s{len(self.steps)}", api=int(key), version=version, body=body, **options)
        self.steps.append(step)
        return step

    def new_connection(self) -> int:
        self._members += 1
        return CONNECTIONS + self._members

    # ---- names

    def topic(self) -> str:
        """Mostly a topic that exists."""
        known = list(self.world.topics)
        return self.any_of(known) if known and self.chance(86) else self.odd_topic()

    def odd_topic(self) -> str:
        kind = self.number(0, 9)
        if kind < 3 and self.world.deleted:
            return self.any_of(self.world.deleted)
        if kind < 6:
            return self.pick("~never", "~other")
        if kind < 8:
            return self.any_of(ILLEGAL_TOPICS)
        return self.pick("~" + "n" * 239, "~" + "n" * 240)

    def partition(self, topic: str) -> int:
        count = self.world.topics.get(topic, 1)
        return self.number(0, max(0, count - 1)) if self.chance(90) else self.pick(count, -1, 2_147_483_647, 0)

    def partitions(self, topic: str) -> list[int]:
        """Distinct ones mostly."""
        drawn = self.some(3, lambda: self.partition(topic))
        return drawn if self.chance(5) else sorted(set(drawn))

    def group(self) -> Group:
        name = self.often("~g0", "~g1", "~g2", percent=60)
        return self.world.groups.setdefault(name, Group(name))

    def group_name(self) -> str:
        return self.often(self.group().name, "~nobody", "", "~" + "g" * 200, "~ä/ü", percent=90)

    def epoch(self) -> int:
        return self.often(-1, 0, 1, 5, -2, 2_147_483_647, percent=60)


ILLEGAL_TOPICS = ("", ".", "..", "~a/b", "~ä", "~with space", "~dot.and_line", "~dot_and.line", "__cluster_metadata")


_TEXTS = st.text(max_size=10)
_BYTES = st.binary(max_size=16)
