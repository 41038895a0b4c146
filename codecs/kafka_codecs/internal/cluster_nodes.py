"""Brokers and controllers in __cluster_metadata-0: who is registered, who is alive.

Framed as all records of that log, see ``cluster_metadata``.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import ZERO_UUID, Bool, Int8, Int16, Int32, Int64, Spec, String, Struct, Tag, UInt16, Uuid

__all__ = [
    "BrokerEndpoint",
    "BrokerFeature",
    "BrokerRegistrationChangeRecord",
    "ControllerEndpoint",
    "ControllerFeature",
    "FenceBrokerRecord",
    "RegisterBrokerRecord",
    "RegisterControllerRecord",
    "UnfenceBrokerRecord",
    "UnregisterBrokerRecord",
    "UnregisterControllerRecord",
]


class RegisterBrokerRecord(Struct):
    SPEC = Spec(key=0, versions="0-4", flexible="0+")

    broker_id: Int32 = 0
    is_migrating_zk_broker: Annotated[Bool, "2+"] = False
    incarnation_id: Uuid = ZERO_UUID
    """New at each start of the broker's process."""
    broker_epoch: Int64 = 0
    """Offset of this record: grows with each registration."""
    end_points: list[BrokerEndpoint] = []
    """Addresses by listener."""
    features: list[BrokerFeature] = []
    rack: String | None = ""
    fenced: Bool = True
    """Registered but not alive (yet): leads nothing."""
    in_controlled_shutdown: Annotated[Bool, "1+"] = False
    log_dirs: Annotated[list[Uuid], "3+", Tag(0)] = []
    """Ids of its log directories."""
    cordoned_log_dirs: Annotated[list[Uuid] | None, "4+", Tag(1)] = None
    """Directories that shall not get new replicas."""


class BrokerEndpoint(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0
    security_protocol: Int16 = 0
    """0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL."""


class BrokerFeature(Struct):
    name: String = ""
    min_supported_version: Int16 = 0
    max_supported_version: Int16 = 0


class BrokerRegistrationChangeRecord(Struct):
    """What changed in a registration."""

    SPEC = Spec(key=17, versions="0-3", flexible="0+")

    broker_id: Int32 = 0
    broker_epoch: Int64 = 0
    fenced: Annotated[Int8, Tag(0)] = 0
    """-1 unfenced now, 0 unchanged, 1 fenced now."""
    in_controlled_shutdown: Annotated[Int8, "1+", Tag(1)] = 0
    """0 unchanged, 1 shutting down."""
    log_dirs: Annotated[list[Uuid], "2+", Tag(2)] = []
    """Empty: unchanged."""
    cordoned_log_dirs: Annotated[list[Uuid] | None, "3+", Tag(3)] = None


class FenceBrokerRecord(Struct):
    """Superseded by ``BrokerRegistrationChangeRecord``."""

    SPEC = Spec(key=7, versions="0", flexible="0+")

    id: Int32 = 0
    epoch: Int64 = 0


class UnfenceBrokerRecord(Struct):
    """Superseded by ``BrokerRegistrationChangeRecord``."""

    SPEC = Spec(key=8, versions="0", flexible="0+")

    id: Int32 = 0
    epoch: Int64 = 0


class UnregisterBrokerRecord(Struct):
    SPEC = Spec(key=1, versions="0", flexible="0+")

    broker_id: Int32 = 0
    broker_epoch: Int64 = 0


class RegisterControllerRecord(Struct):
    SPEC = Spec(key=27, versions="0", flexible="0+")

    controller_id: Int32 = 0
    incarnation_id: Uuid = ZERO_UUID
    zk_migration_ready: Bool = False
    end_points: list[ControllerEndpoint] = []
    features: list[ControllerFeature] = []


class ControllerEndpoint(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0
    security_protocol: Int16 = 0


class ControllerFeature(Struct):
    name: String = ""
    min_supported_version: Int16 = 0
    max_supported_version: Int16 = 0


class UnregisterControllerRecord(Struct):
    SPEC = Spec(key=29, versions="0", flexible="0+")

    controller_id: Int32 = 0
