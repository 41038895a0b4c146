"""Checks whose failure says what was seen, and waits that end."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

WAIT_SECONDS = 20.0
_POLL_SECONDS = 0.05

_T = TypeVar("_T")


class Mismatch(Exception):  # noqa: N818 - what it is, not that it is one
    """The broker, as seen through the client, is not as the scenario orders."""


def check(holds: object, otherwise: str) -> None:
    if not holds:
        raise Mismatch(otherwise)


def check_equal(what: str, seen: object, expected: object) -> None:
    if seen != expected:
        raise Mismatch(f"{what}: {seen!r} instead of {expected!r}")


@contextmanager
def expect_code(code_of: Callable[[BaseException], int | None], *codes: int) -> Iterator[None]:
    """A block that must end with one of Kafka's error codes, as ``code_of`` finds it in what this client raises."""
    try:
        yield
    except Exception as error:
        if code_of(error) not in codes:
            raise
    else:
        raise Mismatch(f"no error, where {codes} was expected")


def wait_until(ask: Callable[[], _T], what: str, seconds: float = WAIT_SECONDS) -> _T:
    """Ask the broker again and again, until the answer is true or not empty."""
    deadline = Deadline(what, seconds)
    while not (answer := ask()):
        deadline.check()
        time.sleep(_POLL_SECONDS)
    return answer


class Deadline:
    """Of a loop that waits for ``what`` by polling a client."""

    def __init__(self, what: str, seconds: float = WAIT_SECONDS) -> None:
        self._what = what
        self._seconds = seconds
        self._at = time.monotonic() + seconds

    def check(self) -> None:
        check(time.monotonic() < self._at, f"not within {self._seconds:.0f} s: {self._what}")
