"""A group's configuration: its overrides over the broker's options over Kafka's defaults (GroupConfig)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.option import BOOLEAN, INT, LIST, LONG, STRING, ConfigError, Option, OptionTable
from wirebroker.config.validators import ANY_LIST, Check, OneOf, at_least


def _no_offset_reset(name: str, value: str) -> str | None:
    kind, _, duration = value.partition(":")
    if value in ("latest", "earliest") or (kind == "by_duration" and _is_duration(duration)):
        return None
    return (
        f"Invalid value `{value}` for configuration {name}."
        " The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."
    )


def _is_duration(text: str) -> bool:
    """Accept what java.time.Duration.parse takes, but nothing negative."""
    import re  # noqa: PLC0415 - for an option that is seldom set

    number = r"\+?[0-9]+"
    pattern = rf"\+?P(?=.)({number}D)?(T(?=.)({number}H)?({number}M)?({number}([.,][0-9]{{0,9}})?S)?)?"
    return re.fullmatch(pattern, text, re.IGNORECASE) is not None


SHARE_RESET = Check("[latest, earliest, by_duration:PnDTnHnMn.nS]", _no_offset_reset)


class GroupConfig(OptionTable):
    """Immutable. `overrides` is what was set for this group, by name, as text."""

    # Consumer groups
    consumer_session_timeout_ms = Option(
        INT,
        45000,
        "How long a member may be silent before it is removed.",
        at_least(1),
        server_names=("group.consumer.session.timeout.ms",),
    )
    consumer_heartbeat_interval_ms = Option(
        INT,
        5000,
        "How often members are told to send heartbeats.",
        at_least(1),
        server_names=("group.consumer.heartbeat.interval.ms",),
    )
    consumer_assignment_interval_ms = Option(
        INT,
        1000,
        "The shortest time between two assignments.",
        at_least(0),
        server_names=("group.consumer.assignment.interval.ms",),
    )
    consumer_assignor_offload_enable = Option(
        BOOLEAN,
        True,
        "Whether assignments are computed beside the coordinator.",
        internal=True,
        server_names=("group.consumer.assignor.offload.enable",),
    )

    # Share groups
    share_session_timeout_ms = Option(
        INT,
        45000,
        "How long a member may be silent before it is removed.",
        at_least(1),
        server_names=("group.share.session.timeout.ms",),
    )
    share_heartbeat_interval_ms = Option(
        INT,
        5000,
        "How often members are told to send heartbeats.",
        at_least(1),
        server_names=("group.share.heartbeat.interval.ms",),
    )
    share_assignment_interval_ms = Option(
        INT,
        1000,
        "The shortest time between two assignments.",
        at_least(0),
        server_names=("group.share.assignment.interval.ms",),
    )
    share_assignor_offload_enable = Option(
        BOOLEAN,
        True,
        "Whether assignments are computed beside the coordinator.",
        internal=True,
        server_names=("group.share.assignor.offload.enable",),
    )
    share_record_lock_duration_ms = Option(
        INT,
        30000,
        "How long a record that was handed out stays reserved for its receiver.",
        at_least(1000),
        server_names=("group.share.record.lock.duration.ms",),
    )
    share_delivery_count_limit = Option(
        INT,
        5,
        "How often a record is handed out before it is given up.",
        at_least(2),
        server_names=("group.share.delivery.count.limit",),
    )
    share_partition_max_record_locks = Option(
        INT,
        2000,
        "Records of a partition that may be handed out at a time.",
        at_least(100),
        server_names=("group.share.partition.max.record.locks",),
    )
    share_auto_offset_reset = Option(
        STRING,
        "latest",
        "Where a group begins: earliest, latest, or by_duration: with an ISO 8601 duration back.",
        SHARE_RESET,
    )
    share_isolation_level = Option(
        STRING,
        "read_uncommitted",
        "Whether records of open and aborted transactions are handed out.",
        OneOf("read_committed", "read_uncommitted"),
    )
    share_renew_acknowledge_enable = Option(BOOLEAN, True, "Whether a receiver may prolong its reservation.")
    errors_deadletterqueue_topic_name = Option(STRING, "", "Where records go that were given up; empty means nowhere.")
    errors_deadletterqueue_copy_record_enable = Option(
        BOOLEAN, False, "Whether the record itself goes there, and not only where it was."
    )

    # Streams groups
    streams_session_timeout_ms = Option(
        INT,
        45000,
        "How long a member may be silent before it is removed.",
        at_least(1),
        server_names=("group.streams.session.timeout.ms",),
    )
    streams_heartbeat_interval_ms = Option(
        INT,
        5000,
        "How often members are told to send heartbeats.",
        at_least(1),
        server_names=("group.streams.heartbeat.interval.ms",),
    )
    streams_assignment_interval_ms = Option(
        INT,
        1000,
        "The shortest time between two assignments.",
        at_least(0),
        server_names=("group.streams.assignment.interval.ms",),
    )
    streams_assignor_name = Option(
        STRING, None, "The assignor of the group.", server_names=("group.streams.assignors",)
    )
    streams_assignor_offload_enable = Option(
        BOOLEAN,
        True,
        "Whether assignments are computed beside the coordinator.",
        internal=True,
        server_names=("group.streams.assignor.offload.enable",),
    )
    streams_initial_rebalance_delay_ms = Option(
        INT,
        3000,
        "How long the first rebalance of an empty group waits for further members.",
        at_least(0),
        server_names=("group.streams.initial.rebalance.delay.ms",),
    )
    streams_num_standby_replicas = Option(
        INT,
        0,
        "Standby copies of each stateful task.",
        at_least(0),
        server_names=("group.streams.num.standby.replicas",),
    )
    streams_num_warmup_replicas = Option(
        INT,
        2,
        "Tasks that may warm up elsewhere at a time.",
        at_least(0),
        internal=True,
        server_names=("group.streams.num.warmup.replicas",),
    )
    streams_acceptable_recovery_lag = Option(
        LONG,
        10000,
        "How many records a copy may lag behind and still count as caught up.",
        at_least(0),
        internal=True,
        server_names=("group.streams.acceptable.recovery.lag",),
    )
    streams_rack_aware_assignment_tags = Option(
        LIST,
        (),
        "Client tags over which standby copies are spread.",
        ANY_LIST,
        server_names=("group.streams.rack.aware.assignment.tags",),
    )
    streams_task_offset_interval_ms = Option(
        INT,
        60000,
        "How often members report their tasks' offsets.",
        at_least(1),
        internal=True,
        server_names=("group.streams.task.offset.interval.ms",),
    )

    overrides: Mapping[str, str]

    def __init__(self, overrides: Mapping[str, str], broker: BrokerConfig) -> None:
        self.overrides = MappingProxyType(dict(overrides))
        self._broker = broker

    @classmethod
    def of(cls, overrides: Mapping[str, str], broker: BrokerConfig) -> Self:
        """Check and build. Raises ConfigError."""
        config = cls(overrides, broker)
        for name in overrides:
            option = cls.option(name)
            if option is None:
                raise ConfigError(f"Unknown group config name: {name}")
            getattr(config, option.attribute)
        return config

    def resolve(self, option: Option[Any]) -> Any:
        text = self.overrides.get(option.name)
        return self.inherited(option) if text is None else option.parse(text)

    def inherited(self, option: Option[Any]) -> Any:
        """Look up what this option is on a group without an override."""
        if option.server_default_name is None:
            return option.default
        value = self._broker.value(option.server_default_name)
        if option is GroupConfig.streams_assignor_name:
            return value[0] if value else option.default  # the first of the broker's assignors is a group's
        return value
