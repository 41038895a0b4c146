"""How much was compared with Kafka's own classes: told at the end of the run, whichever worker compared it."""

from collections import Counter

import pytest

COMPARED = "compared with Kafka"


class Comparisons:
    """What a test compares, counted."""

    def __init__(self, record_property):
        self._record = record_property

    def add(self, **counts):
        for what, count in counts.items():
            self._record(COMPARED, (what.replace("_", " "), count))


@pytest.fixture
def compared(record_property):
    return Comparisons(record_property)


def pytest_terminal_summary(terminalreporter):
    total = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == COMPARED:
                what, count = value
                total[what] += count
    if total:
        terminalreporter.section(COMPARED)
        for what, count in total.items():
            terminalreporter.line(f"{count:9,} {what}")
