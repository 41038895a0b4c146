"""DescribeLogDirs (API key 35): log directories of this broker, what lies in them and how large it is (KIP-113).

Versions (0 went with Kafka 4.0): 1: throttled answers leave at once (KIP-219). 2: flexible. 3: an error of the whole
answer. 4: size of the disks (KIP-827). 5: cordoned directories (KIP-1066).
"""

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
    """Null: all. What there is not is simply left out."""


class DescribableLogDirTopic(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class DescribeLogDirsResponse(Struct):
    SPEC = Spec(key=35, versions="1-5", flexible="2+")

    throttle_time_ms: Int32 = 0
    error_code: Annotated[Int16, "3+", IGNORABLE] = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no DESCRIBE on the cluster; below v3 an empty answer."""
    results: list[DescribeLogDirsResult] = []


class DescribeLogDirsResult(Struct):
    error_code: Int16 = 0
    """KAFKA_STORAGE_ERROR (56): the directory is offline."""
    log_dir: String = ""
    topics: list[DescribeLogDirsTopic] = []
    total_bytes: Annotated[Int64, "4+", IGNORABLE] = -1
    """-1: unknown."""
    usable_bytes: Annotated[Int64, "4+", IGNORABLE] = -1
    """-1: unknown."""
    is_cordoned: Annotated[Bool, "5+", IGNORABLE] = False
    """Gets no new replicas."""


class DescribeLogDirsTopic(Struct):
    name: String = ""
    partitions: list[DescribeLogDirsPartition] = []


class DescribeLogDirsPartition(Struct):
    partition_index: Int32 = 0
    partition_size: Int64 = 0
    """Bytes of all segments."""
    offset_lag: Int64 = 0
    """How far the replica's log end lies behind the high watermark, or the future one's behind the present one's."""
    is_future_key: Bool = False
    """A replica that is being moved here."""
