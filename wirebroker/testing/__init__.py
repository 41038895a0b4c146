"""A broker inside a test: in memory, in this process, in a thread of its own.

    from wirebroker.testing import Broker

    with Broker() as broker:
        producer = KafkaProducer(bootstrap_servers=broker.bootstrap)

The package also registers a pytest fixture, ``wirebroker``, that is such a broker for one test.
"""

from wirebroker.testing.facade import Broker

__all__ = ["Broker"]
