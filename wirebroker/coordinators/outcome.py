"""What a machine decides: records to write, and answers to give once they are written.

A machine is a state machine without a clock, a socket or a task. Its verbs (``join``, ``leave``, ``expire``...) take
the time as a number and return an ``Outcome``; its state that must survive changes in ``replay`` alone, on the running
broker as at a start. The runtime does what an outcome says, in this order: append the records, replay them, answer.
"""

from typing import Any, NamedTuple, TypeAlias

Ticket: TypeAlias = object
"""Stands for a caller who waits for one answer. A machine keeps it, names it in a ``Reply``, and asks nothing of it."""


class Append(NamedTuple):
    """Write this record; no answer of the same outcome leaves before it is written."""

    record: Any


class Reply(NamedTuple):
    """Answer the caller who holds this ticket."""

    ticket: Ticket
    response: Any


Outcome: TypeAlias = list[Append | Reply]


class Step:
    """One verb at work: when it happens, and what it has decided so far."""

    __slots__ = ("now", "outcome", "timestamp_ms")

    def __init__(self, now: float, timestamp_ms: int) -> None:
        self.now = now
        self.timestamp_ms = timestamp_ms
        self.outcome: Outcome = []

    def append(self, record: Any) -> None:
        self.outcome.append(Append(record))

    def reply(self, ticket: Ticket | None, response: Any) -> None:
        """Answer, if anybody waits at all."""
        if ticket is not None:
            self.outcome.append(Reply(ticket, response))


def records_of(outcome: Outcome) -> list[Any]:
    return [effect.record for effect in outcome if isinstance(effect, Append)]


def replies_of(outcome: Outcome) -> list[Reply]:
    return [effect for effect in outcome if isinstance(effect, Reply)]
