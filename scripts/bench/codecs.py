# ruff: noqa: A005 - run as a script, never imported; the standard library's ``codecs`` is loaded long before
"""Time the compiled codecs against kafka-python's and kio's on the same bytes.

First ten messages of every day, then one of every message and record there is, in its newest version (``--every``: a
row for each, else the sum and the slowest), then what messages cost at a start. Every system decodes the bytes that
ours encoded, and encodes what it decoded. Systems take turns, round by round, so that a slow moment of the machine
falls on all of them; medians and their ratios are printed, in microseconds of CPU a message.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from codec_messages import Case, daily_messages, every_message
from codec_rivals import Call, Timed, kafka_python_calls, kio_calls
from codec_start import at_start, of_all
from kafka_codecs.compile import decoder, encode, encoder
from kafka_codecs.headers import read_request_header, request_frame
from kafka_codecs.schema import Chunk

SECONDS_A_TURN = 0.005
DIRECTIONS = ("decode", "encode")
RIVALS: dict[str, Callable[[str, int, bytes], Timed | None]] = {"kafka-python": kafka_python_calls, "kio": kio_calls}
SLOWEST = 12


class Row(NamedTuple):
    """A message's times in one direction, in microseconds, by system."""

    case: Case
    direction: str
    size: int
    times: dict[str, float]

    @property
    def ours(self) -> float:
        return self.times["ours"]

    def text(self) -> str:
        cells = [
            f"{self.times[name]:8.2f} ({self.times[name] / self.ours:5.2f}x)" if name in self.times else "-"
            for name in RIVALS
        ]
        name = f"{self.direction} {self.case.name} v{self.case.version}"
        return f"{name:58} {self.size:7,} {self.ours:8.2f} {cells[0]:>20} {cells[1]:>20}"


def rows_of(case: Case, rounds: int) -> list[Row]:
    cls, version = type(case.message), case.version
    raw = encode(cls, version, case.message)
    view = memoryview(raw)
    our_decode, our_encode = decoder(cls, version), encoder(cls, version)

    def encode_ours() -> list[Chunk]:
        parts: list[Chunk] = []
        our_encode(case.message, parts)
        return parts

    assert our_decode(view, 0)[0] == case.message
    systems = {"ours": Timed(lambda: our_decode(view, 0), encode_ours)}
    for name, calls_of in RIVALS.items():
        calls = calls_of(cls.__name__, version, raw)
        if calls is not None:
            systems[name] = calls
    return [
        Row(
            case,
            direction,
            len(raw),
            take_turns({name: getattr(each, direction) for name, each in systems.items()}, rounds),
        )
        for direction in DIRECTIONS
    ]


def loops_for(call: Call) -> int:
    """Return how often to call it to fill a turn."""
    started = time.process_time()
    for _ in range(20):
        call()
    return max(1, int(SECONDS_A_TURN / max((time.process_time() - started) / 20, 1e-8)))


def take_turns(systems: dict[str, Call], rounds: int) -> dict[str, float]:
    """Return the median of each system's rounds, in microseconds a call."""
    loops = {name: loops_for(call) for name, call in systems.items()}
    times: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(rounds):
        for name, call in systems.items():
            started = time.process_time()
            for _ in range(loops[name]):
                call()
            times[name].append((time.process_time() - started) / loops[name] * 1e6)
    return {name: statistics.median(each) for name, each in times.items()}


def heading(title: str) -> str:
    return f"{title:58} {'bytes':>7} {'ours':>8} {'kafka-python':>20} {'kio':>20}"


def print_daily(cases: Iterable[Case], rounds: int) -> None:
    print(heading(f"µs a message, median of {rounds}"))
    for case in cases:
        for row in rows_of(case, rounds):
            print(row.text(), flush=True)
    frame = memoryview(request_frame(0, 9, 1, "producer-1", [bytes(100)]))[4:]
    header = take_turns({"ours": lambda: read_request_header(frame)}, rounds)["ours"]
    print(f"{'decode a request header':58} {len(frame):7,} {header:8.2f}")


def print_every(cases: list[Case], rounds: int, *, in_full: bool) -> None:
    rows = [row for case in cases for row in rows_of(case, rounds)]
    print(f"\n{heading(f'{len(cases)} messages and records in their newest versions, median of {rounds}')}")
    if in_full:
        for row in rows:
            print(row.text())
    for direction in DIRECTIONS:
        print_sum(direction, [row for row in rows if row.direction == direction])
    print(f"the slowest {SLOWEST}, by the byte (of those with 100 bytes and more):")
    by_byte = sorted((row for row in rows if row.size >= 100), key=lambda row: row.ours / row.size, reverse=True)
    for row in by_byte[:SLOWEST]:
        print(row.text())
    print(f"the {SLOWEST} in which another codec does best:")
    rivalled = [row for row in rows if len(row.times) > 1]
    for row in sorted(
        rivalled, key=lambda row: min(row.times[each] for each in RIVALS if each in row.times) / row.ours
    )[:SLOWEST]:
        print(row.text())


def print_sum(direction: str, rows: list[Row]) -> None:
    total, middle = sum(row.ours for row in rows), statistics.median(row.ours for row in rows)
    by_byte = total / sum(row.size for row in rows) * 1000
    print(f"{direction}: all of them {total:,.0f} µs, {by_byte:.1f} ns a byte, median {middle:.2f} µs")
    for name in RIVALS:
        ratios = [row.times[name] / row.ours for row in rows if name in row.times]
        if ratios:
            faster = sum(ratio > 1 for ratio in ratios)
            print(
                f"    {name} has {len(ratios)} of them: takes {statistics.median(ratios):.2f} times as long (median), "
                f"{min(ratios):.2f} to {max(ratios):.2f}; ours is faster in {faster}"
            )


def print_start() -> None:
    start, every = at_start(), of_all()
    print(
        f"\nstart: a broker imports {start.modules} of {every.modules} modules of messages and records, "
        f"{start.milliseconds:.1f} ms; all would take {every.milliseconds:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=41, help="of the messages of every day; the others have a sixth")
    parser.add_argument("--every", action="store_true", help="a row for each message and record")
    parser.add_argument("messages", nargs="*", help="names of messages, or the beginnings of them (default: all)")
    arguments = parser.parse_args()

    def is_wanted(case: Case) -> bool:
        return not arguments.messages or any(map(case.name.startswith, arguments.messages))

    gc.disable()
    print_daily(filter(is_wanted, daily_messages()), arguments.rounds)
    print_every(list(filter(is_wanted, every_message())), max(3, arguments.rounds // 6), in_full=arguments.every)
    print_start()


if __name__ == "__main__":
    main()
