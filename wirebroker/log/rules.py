"""What a topic's configuration means to its logs, worked out once: an append reads these some million times."""

from typing import Self

import msgspec

from kafka_codecs.records.compression import Compression
from wirebroker.config.topic import TopicConfig

__all__ = ["DECOMPRESSED_PER_MESSAGE", "AppendRules"]

DECOMPRESSED_PER_MESSAGE = 64
"""A batch that must be opened may grow to this many times ``max.message.bytes``."""
LEAST_STORED = 1_048_588
"""What is in the log came when ``max.message.bytes`` was another, at least its default."""

_TARGETS = {
    "uncompressed": Compression.NONE,
    "gzip": Compression.GZIP,
    "snappy": Compression.SNAPPY,
    "lz4": Compression.LZ4,
    "zstd": Compression.ZSTD,
}


class AppendRules(msgspec.Struct, frozen=True):
    """What a topic's configuration demands of a batch and of the segment that takes it."""

    partition: str
    max_message_bytes: int
    segment_bytes: int
    segment_ms: int
    segment_jitter_ms: int
    """What is drawn at random for each segment, and taken from ``segment_ms``, is less than this; 0 for nothing."""
    index_bytes: int
    index_interval: int
    compression: Compression | None
    compacted: bool
    log_append_time: bool
    before_max_ms: int
    after_max_ms: int
    record_max: int
    decompressed_max: int
    """Bytes of a batch that a client sends."""
    stored_decompressed_max: int
    """Bytes of a batch that is in the log."""

    @classmethod
    def of(cls, config: TopicConfig, partition: str) -> Self:
        """``partition`` is named in record errors: ``topic-0``."""
        return cls(
            partition=partition,
            max_message_bytes=config.max_message_bytes,
            segment_bytes=config.segment_size,
            segment_ms=config.max_segment_ms,
            segment_jitter_ms=min(config.segment_jitter_ms, config.segment_ms),
            index_bytes=config.segment_index_bytes,
            index_interval=config.index_interval_bytes,
            compression=_TARGETS.get(config.compression_type),
            compacted="compact" in config.cleanup_policy,
            log_append_time=config.message_timestamp_type == "LogAppendTime",
            before_max_ms=config.message_timestamp_before_max_ms,
            after_max_ms=config.message_timestamp_after_max_ms,
            record_max=config.max_decompressed_message_bytes,
            decompressed_max=DECOMPRESSED_PER_MESSAGE * config.max_message_bytes,
            stored_decompressed_max=DECOMPRESSED_PER_MESSAGE * max(config.max_message_bytes, LEAST_STORED),
        )
