"""Settings from ``KAFKA_*`` environment variables, as Apache Kafka's container image takes them.

``KAFKA_NUM_PARTITIONS`` is num.partitions: ``_`` stands for a dot, ``__`` for an underscore, ``___`` for a dash. Rules
and exceptions are those of kafka.docker.KafkaDockerWrapper.
"""

from collections.abc import Mapping

PREFIX = "KAFKA_"
NOT_OPTIONS = frozenset(
    {
        "KAFKA_VERSION",
        "KAFKA_HEAP_OPTS",
        "KAFKA_LOG4J_OPTS",
        "KAFKA_OPTS",
        "KAFKA_JMX_OPTS",
        "KAFKA_JVM_PERFORMANCE_OPTS",
        "KAFKA_GC_LOG_OPTS",
        "KAFKA_LOG4J_ROOT_LOGLEVEL",
        "KAFKA_LOG4J_LOGGERS",
        "KAFKA_TOOLS_LOG4J_LOGLEVEL",
        "KAFKA_JMX_HOSTNAME",
    }
)
LOG4J_LEVELS = {
    "ALL": "debug",
    "TRACE": "debug",
    "DEBUG": "debug",
    "INFO": "info",
    "WARN": "warning",
    "ERROR": "error",
    "FATAL": "error",
    "OFF": "error",
}


def options_from_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the options that the variables set, by Kafka's names."""
    return {
        option_name(variable): value
        for variable, value in variables.items()
        if variable.startswith(PREFIX) and variable not in NOT_OPTIONS
    }


def option_name(variable: str) -> str:
    """Turn KAFKA_LOG_RETENTION_MS into log.retention.ms."""
    dotted = variable.removeprefix(PREFIX).lower().replace("_", ".")
    return dotted.replace("...", "-").replace("..", "_")


def log_level(variables: Mapping[str, str]) -> str | None:
    """Return the level that KAFKA_LOG4J_ROOT_LOGLEVEL asks for, in the words of --log-level."""
    return LOG4J_LEVELS.get(variables.get("KAFKA_LOG4J_ROOT_LOGLEVEL", "").strip().upper())
