"""A broker inside a test: in memory, in this process, in a thread of its own.

    from wirebroker.testing import Broker

    with Broker() as broker:
        producer = KafkaProducer(bootstrap_servers=broker.bootstrap)

The package also registers a pytest fixture, ``wirebroker``, that is such a broker for one test.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wirebroker.testing.facade import Broker

__all__ = ["Broker"]


def __getattr__(name: str) -> object:
    """Import the broker when it is first asked for: pytest loads this package in every session, for the plugin."""
    if name != "Broker":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from wirebroker.testing.facade import Broker  # noqa: PLC0415 - see above

    return Broker
