"""When work on logs is done."""

from wirebroker.config.option import INT, Option, OptionTable
from wirebroker.config.validators import at_least


class LogWorkOptions(OptionTable):
    log_flush_start_offset_checkpoint_interval_ms = Option(
        INT, 60000, "How often the first offset of the logs is noted.", at_least(0)
    )
