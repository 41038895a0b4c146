"""BrokerRegistration (API key 62): request and response."""

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
    listeners: list[Listener] = []
    features: list[Feature] = []
    rack: String | None = ""
    is_migrating_zk_broker: Annotated[Bool, "1+"] = False
    log_dirs: Annotated[list[Uuid], "2+", IGNORABLE] = []
    previous_broker_epoch: Annotated[Int64, "3+", IGNORABLE] = -1


class Listener(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0
    security_protocol: Int16 = 0


class Feature(Struct):
    name: String = ""
    min_supported_version: Int16 = 0
    max_supported_version: Int16 = 0


class BrokerRegistrationResponse(Struct):
    SPEC = Spec(key=62, versions="0-4", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    broker_epoch: Int64 = -1
