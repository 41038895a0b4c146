"""DescribeLogDirs (API key 35): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "DescribableLogDirTopic",
    "DescribeLogDirsPartition",
    "DescribeLogDirsRequest",
    "DescribeLogDirsResponse",
    "DescribeLogDirsResult",
    "DescribeLogDirsTopic",
]


class DescribeLogDirsRequest(Struct):
    SPEC = Spec(key=35, versions="1-5", flexible="2+")

    topics: list[DescribableLogDirTopic] | None = []


class DescribableLogDirTopic(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class DescribeLogDirsResponse(Struct):
    SPEC = Spec(key=35, versions="1-5", flexible="2+")

    throttle_time_ms: Int32 = 0
    error_code: Annotated[Int16, "3+", IGNORABLE] = 0
    results: list[DescribeLogDirsResult] = []


class DescribeLogDirsResult(Struct):
    error_code: Int16 = 0
    log_dir: String = ""
    topics: list[DescribeLogDirsTopic] = []
    total_bytes: Annotated[Int64, "4+", IGNORABLE] = -1
    usable_bytes: Annotated[Int64, "4+", IGNORABLE] = -1
    is_cordoned: Annotated[Bool, "5+", IGNORABLE] = False


class DescribeLogDirsTopic(Struct):
    name: String = ""
    partitions: list[DescribeLogDirsPartition] = []


class DescribeLogDirsPartition(Struct):
    partition_index: Int32 = 0
    partition_size: Int64 = 0
    offset_lag: Int64 = 0
    is_future_key: Bool = False
