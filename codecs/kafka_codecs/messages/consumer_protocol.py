"""Internal records: consumer protocol."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bytes, Int32, Spec, String, Struct

__all__ = [
    "ConsumerProtocolAssignment",
    "ConsumerProtocolSubscription",
    "TopicPartition",
]


class ConsumerProtocolSubscription(Struct):
    SPEC = Spec(key=None, versions="0-3")

    topics: list[String] = []
    user_data: Bytes | None = None
    owned_partitions: Annotated[list[TopicPartition], "1+", IGNORABLE] = []
    generation_id: Annotated[Int32, "2+", IGNORABLE] = -1
    rack_id: Annotated[String | None, "3+", IGNORABLE] = None


class TopicPartition(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class ConsumerProtocolAssignment(Struct):
    SPEC = Spec(key=None, versions="0-3")

    assigned_partitions: list[TopicPartition] = []
    user_data: Bytes | None = None
