"""Broker options of the metadata log (Kafka: ``MetadataLogConfig``)."""

from wirebroker.config.option import INT, LONG, STRING, Option, OptionTable
from wirebroker.config.validators import at_least


class MetadataOptions(OptionTable):
    metadata_log_dir = Option(STRING, None, "Where the metadata log lies; unset, in the first data directory.")
    metadata_log_segment_bytes = Option(
        INT, 1_073_741_824, "A segment of the metadata log that reaches this size is closed.", at_least(8_388_608)
    )
    metadata_log_segment_ms = Option(LONG, 604_800_000, "The same by its age.")
    metadata_log_max_record_bytes_between_snapshots = Option(
        LONG, 20_971_520, "So many bytes of the metadata log are followed by a snapshot.", at_least(1)
    )
    metadata_log_max_snapshot_interval_ms = Option(
        LONG, 3_600_000, "So long after the last one there is a snapshot of what has changed; 0: never.", at_least(0)
    )
    metadata_max_retention_bytes = Option(
        LONG, 104_857_600, "Older snapshots, and the log before them, go when all is larger; -1 means never."
    )
    metadata_max_retention_ms = Option(LONG, 604_800_000, "The same by their age; -1 means never.")
