"""The pytest fixture ``wirebroker``. Every pytest session loads this module, so it imports late."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from wirebroker.testing.facade import Broker


@pytest.fixture
def wirebroker() -> Iterator["Broker"]:
    """A fresh broker in memory for one test; ``wirebroker.bootstrap`` is its address."""
    from wirebroker.testing.facade import Broker  # noqa: PLC0415 - most test sessions never ask for it

    with Broker() as broker:
        yield broker
