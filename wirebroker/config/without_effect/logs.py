"""When work on logs is done."""

from wirebroker.config.option import BOOLEAN, CLUSTER_WIDE, INT, LONG, Option, OptionTable
from wirebroker.config.validators import at_least


class LogWorkOptions(OptionTable):
    log_cleaner_enable = Option(BOOLEAN, True, "Whether compaction runs at all.")
    log_cleaner_backoff_ms = Option(
        LONG, 15000, "How long compaction rests when there was nothing to compact.", at_least(0), CLUSTER_WIDE
    )
    log_flush_start_offset_checkpoint_interval_ms = Option(
        INT, 60000, "How often the first offset of the logs is noted.", at_least(0)
    )
