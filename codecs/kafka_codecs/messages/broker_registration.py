"""BrokerRegistration (API key 62): a broker that starts makes itself known to the controller (KIP-631).

Versions: 1: ZooKeeper migration (KIP-866). 2: log directories (KIP-858). 3: the last epoch, after a clean stop
(KIP-966). 4: features may begin at 0 (KAFKA-17011).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int16, Int32, Int64, Spec, String, Struct, UInt16, Uuid

__all__ = [
    "BrokerRegistrationRequest",
    "BrokerRegistrationResponse",
    "Feature",
    "Listener",
]


class BrokerRegistrationRequest(Struct):
    SPEC = Spec(key=62, versions="0-4", flexible="0+")

    broker_id: Int32 = 0
    cluster_id: String = ""
    incarnation_id: Uuid = ZERO_UUID
    """New at each start of the process."""
    listeners: list[Listener] = []
    features: list[Feature] = []
    rack: String | None = ""
    is_migrating_zk_broker: Annotated[Bool, "1+"] = False
    log_dirs: Annotated[list[Uuid], "2+", IGNORABLE] = []
    previous_broker_epoch: Annotated[Int64, "3+", IGNORABLE] = -1
    """The last one, if its shutdown was clean; -1: the broker may have lost records."""


class Listener(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0
    security_protocol: Int16 = 0
    """0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL."""


class Feature(Struct):
    name: String = ""
    min_supported_version: Int16 = 0
    max_supported_version: Int16 = 0


class BrokerRegistrationResponse(Struct):
    SPEC = Spec(key=62, versions="0-4", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). NOT_CONTROLLER (41). INCONSISTENT_CLUSTER_ID (104).
    DUPLICATE_BROKER_REGISTRATION (101): another process with this id is alive. UNSUPPORTED_VERSION (35): features that
    do not fit. INVALID_REGISTRATION (119).
    """
    broker_epoch: Int64 = -1
