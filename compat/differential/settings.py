"""The settings of both brokers."""

SETTINGS = {
    "broker.rack": "rack1",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "4",
    "log.initial.task.delay.ms": "86400000",
    "log.retention.check.interval.ms": "3600000",
    "log.cleaner.backoff.ms": "3600000",
    "max.incremental.fetch.session.cache.slots": "100000",
}
"""Nothing may be cleaned away while it is compared, and no fetch session be pushed out."""
