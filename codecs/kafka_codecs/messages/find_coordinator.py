"""FindCoordinator (API key 10): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "Coordinator",
    "FindCoordinatorRequest",
    "FindCoordinatorResponse",
]


class FindCoordinatorRequest(Struct):
    SPEC = Spec(key=10, versions="0-6", flexible="3+")

    key: Annotated[String, "0-3"] = ""
    key_type: Annotated[Int8, "1+"] = 0
    coordinator_keys: Annotated[list[String], "4+"] = []


class FindCoordinatorResponse(Struct):
    SPEC = Spec(key=10, versions="0-6", flexible="3+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Annotated[Int16, "0-3"] = 0
    error_message: Annotated[String | None, "1-3", IGNORABLE] = ""
    node_id: Annotated[Int32, "0-3"] = 0
    host: Annotated[String, "0-3"] = ""
    port: Annotated[Int32, "0-3"] = 0
    coordinators: Annotated[list[Coordinator], "4+"] = []


class Coordinator(Struct):
    key: String = ""
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    error_code: Int16 = 0
    error_message: Annotated[String | None, IGNORABLE] = ""
