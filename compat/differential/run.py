"""A script played to both brokers at once, step by step, and compared at each."""

import secrets
import struct
import time
from collections import Counter
from typing import Any, NamedTuple

import msgspec

from compat.differential.assigned import Pairs
from compat.differential.compare import Difference
from compat.differential.connection import Connection, Nothing
from compat.differential.frames import answer_of, frame_of, named
from compat.differential.outcome import Ending, Outcome, Unreadable, outcome_differences
from compat.differential.scene import Scene
from compat.differential.script import CLOSE, Script, Step
from compat.differential.settle import settle
from compat.differential.side import Side
from kafka_codecs.api_keys import ApiKey
from kafka_codecs.headers import request_frame, response_header
from kafka_codecs.messages.delete_topics import DeleteTopicsRequest
from kafka_codecs.messages.init_producer_id import InitProducerIdResponse
from kafka_codecs.messages.join_group import JoinGroupResponse
from kafka_codecs.schema import Struct
from kafka_codecs.wire import DecodeError

PATIENCE_S = 10.0
"""How long an answer may take on a machine that is busy."""
GRACE_S = 0.04
"""How long a request that may wait for other members gets before the script goes on without its answer."""
COMPLETION_S = 0.01
"""How long a request that waits is watched after another one that may have ended the wait."""
COORDINATOR_LOAD_IN_PROGRESS = 14
MOST_DELETED = 100
MOST_RETRIES = 50
COMPANY_S = 2.0
"""How long after one broker has ended a wait the other one gets."""
MAY_PARK = frozenset({ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP})
MAY_RELEASE = frozenset({ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP, ApiKey.LEAVE_GROUP})
PREFIX = "d-"
PREFIX_LENGTH = 10


class Found(NamedTuple):
    """A difference, and the step that showed it."""

    step: int
    difference: Difference
    kafka: Outcome
    wirebroker: Outcome


class Played(msgspec.Struct):
    """What came of one script. ``exchanges`` counts compared outcomes by API and version."""

    script: Script
    prefix: str
    now_ms: int
    exchanges: Counter[tuple[str, int]] = msgspec.field(default_factory=Counter)
    found: list[Found] = []
    pairs: Pairs = msgspec.field(default_factory=Pairs)
    names: set[str] = msgspec.field(default_factory=set)
    groups: tuple[str, ...] = ()


class _Parked(NamedTuple):
    step: int
    correlation_ids: tuple[int, int]


_Answered = tuple[int, tuple[Outcome, Outcome]]
"""A step, and what both brokers answered."""


class Stage:
    """Two brokers, and the play of one script after the other."""

    def __init__(self, kafka: Side, wirebroker: Side) -> None:
        self.sides = (kafka, wirebroker)
        self._parked: dict[int, _Parked] = {}

    def play(self, script: Script) -> Played:
        """Run all steps. Raises OSError when a broker is gone, TimeoutError when it does not settle."""
        prefix = f"{PREFIX}{secrets.token_hex(4)}"[: PREFIX_LENGTH - 1] + "-"
        played = Played(script=script, prefix=prefix, now_ms=int(time.time() * 1000))
        played.groups = tuple(sorted(self._groups_of(script, prefix)))
        self._parked.clear()
        for side in self.sides:
            side.begin(prefix, played.now_ms)
        for at in range(len(script.steps)):
            self._step(script, at, played)
        for connection in list(self._parked):
            self._drop(connection)
        return played

    def _groups_of(self, script: Script, prefix: str) -> set[str]:
        """The groups that commits of the script name."""
        commits = [
            step.body for step in script.steps if step.api == ApiKey.OFFSET_COMMIT and isinstance(step.body, dict)
        ]
        return {named(body["group_id"], prefix) for body in commits if isinstance(body.get("group_id"), str)}

    def _step(self, script: Script, at: int, played: Played) -> None:
        step = script.steps[at]
        if step.connection in self._parked:
            self._drop(step.connection)
        if step.api == CLOSE:
            self._drop(step.connection)
            return
        connections = [side.connection(step.connection) for side in self.sides]
        ids = (connections[0].next_id(), connections[1].next_id())
        try:
            frames = [frame_of(step, number, side.resolve) for number, side in zip(ids, self.sides, strict=True)]
        except (ValueError, OverflowError, struct.error):
            return  # no client could send it
        for _ in range(MOST_RETRIES):
            for connection, frame in zip(connections, frames, strict=True):
                connection.send(frame)
            outcomes = self._outcomes(step, connections, ids)
            if not any(_is_still_loading(outcome) for outcome in outcomes):
                break
            time.sleep(0.02)
        if outcomes[0] is outcomes[1] is Ending.PARKED:
            self._parked[step.connection] = _Parked(at, ids)
        answered = [(at, outcomes)]
        if step.api in MAY_RELEASE:
            answered += self._collect_parked(script)
        for _, each in answered:
            _learn_member(each, played)
        for number, each in answered:
            self._compare(script, number, each, played)

    def delete_topics(self, names: list[str]) -> None:
        """Delete what scripts have left: thousands of topics would slow both brokers down."""
        for at in range(0, len(names), MOST_DELETED):
            request = DeleteTopicsRequest(topic_names=names[at : at + MOST_DELETED], timeout_ms=60_000)
            for side in self.sides:
                side.ask(request, 5)

    # ---- receiving

    def _outcomes(self, step: Step, connections: list[Connection], ids: tuple[int, int]) -> tuple[Outcome, Outcome]:
        if not step.expects_answer:
            return _probe(connections[0]), _probe(connections[1])
        if step.api in MAY_PARK and not _any_ready(connections, GRACE_S):
            return Ending.PARKED, Ending.PARKED
        one, other = (
            _receive(connection, step, number, PATIENCE_S) for connection, number in zip(connections, ids, strict=True)
        )
        return one, other

    def _collect_parked(self, script: Script) -> list[_Answered]:
        """Take the answers to requests that waited, if they have come."""
        end = time.monotonic() + COMPLETION_S
        answered = []
        while self._parked:
            done = False
            for number, parked in list(self._parked.items()):
                connections = [side.connection(number) for side in self.sides]
                if any(connection.is_ready() for connection in connections):
                    del self._parked[number]
                    step = script.steps[parked.step]
                    one, other = (
                        _receive(connection, step, correlation_id, COMPANY_S)
                        for connection, correlation_id in zip(connections, parked.correlation_ids, strict=True)
                    )
                    answered.append((parked.step, (one, other)))
                    done = True
            if not done:
                if time.monotonic() > end:
                    break
                time.sleep(0.001)
        return answered

    def _drop(self, connection: int) -> None:
        self._parked.pop(connection, None)
        for side in self.sides:
            side.drop(connection)

    # ---- comparing

    def _compare(self, script: Script, at: int, outcomes: tuple[Outcome, Outcome], played: Played) -> None:
        step = script.steps[at]
        for side, outcome in zip(self.sides, outcomes, strict=True):
            if isinstance(outcome, Struct):
                side.remember(step.label, outcome)
        self._settle(step, at, outcomes, played)
        scene = Scene(pairs=played.pairs, prefix=played.prefix, now_ms=played.now_ms)
        for difference in outcome_differences(step, *outcomes, scene):
            played.found.append(Found(at, difference, *outcomes))
        played.exchanges[step.api_name, step.version] += 1
        if not all(_goes_on(outcome) for outcome in outcomes):
            self._drop(step.connection)

    def _settle(self, step: Step, at: int, outcomes: tuple[Outcome, Outcome], played: Played) -> None:
        for side, outcome in zip(self.sides, outcomes, strict=True):
            if isinstance(outcome, Struct):
                try:
                    played.names.update(settle(side, step, outcome, played.groups))
                except TimeoutError as never:
                    played.found.append(Found(at, Difference("settling", "settling", str(never), ""), *outcomes))
        kafka, wirebroker = self.sides
        for name in played.names:
            if name in kafka.topic_ids and name in wirebroker.topic_ids:
                played.pairs.pair("topic_id", kafka.topic_ids[name], wirebroker.topic_ids[name])


def _is_still_loading(outcome: Outcome) -> bool:
    """Whether Kafka is just fetching another thousand producer ids from its controller, which clients wait for."""
    return isinstance(outcome, InitProducerIdResponse) and outcome.error_code == COORDINATOR_LOAD_IN_PROGRESS


def _learn_member(outcomes: tuple[Outcome, Outcome], played: Played) -> None:
    """Note who a member is at either broker, before another one's answer lists it among several whom nobody knows."""
    kafka, wirebroker = outcomes
    if isinstance(kafka, JoinGroupResponse) and isinstance(wirebroker, JoinGroupResponse):
        played.pairs.agree("member_id", kafka.member_id, wirebroker.member_id)


def _goes_on(outcome: Outcome) -> bool:
    """Whether the connection can be used again."""
    return isinstance(outcome, Struct) or outcome in (Ending.PARKED, Ending.OPEN)


def _any_ready(connections: list[Connection], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while True:
        if any(connection.is_ready() for connection in connections):
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.0005)


def _receive(connection: Connection, step: Step, correlation_id: int, patience: float) -> Outcome:
    frame = connection.receive(patience)
    if isinstance(frame, Nothing):
        return Ending.CLOSED if frame is Nothing.CLOSED else Ending.SILENT
    try:
        return answer_of(step, frame, correlation_id)
    except (DecodeError, KeyError, ValueError) as why:
        return Unreadable(f"{why}: {frame[:200].hex()}")


def _probe(connection: Connection) -> Ending | Unreadable:
    """Ask for the versions on this connection: whether it is open, and nothing else came before."""
    number = connection.next_id()
    connection.send(request_frame(ApiKey.API_VERSIONS, 0, number, "probe", [b""]))
    frame = connection.receive(PATIENCE_S)
    if isinstance(frame, Nothing):
        return Ending.CLOSED if frame is Nothing.CLOSED else Ending.SILENT
    header = response_header(ApiKey.API_VERSIONS, 0, number)
    return Ending.OPEN if frame.startswith(header) else Unreadable(f"where none is due: {frame[:200].hex()}")


def shown(outcome: Any) -> str:
    """An outcome for a reader."""
    return outcome.value if isinstance(outcome, Ending) else str(outcome)
