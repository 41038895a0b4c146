"""KAFKA_* variables as Apache Kafka's container image takes them (KafkaDockerWrapperTest has the same cases)."""

import pytest

from wirebroker.cli.environment import NOT_OPTIONS, log_level, option_name, options_from_environment


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("KAFKA_NUM_PARTITIONS", "num.partitions"),
        ("KAFKA_LOG_RETENTION_MS", "log.retention.ms"),
        ("KAFKA_TEST__CONFIG", "test_config"),
        ("KAFKA_TEST___CONFIG", "test-config"),
        ("KAFKA_VARIABLE_WITH__UNDERSCORE", "variable.with_underscore"),
        ("KAFKA_VARIABLE_WITH___DASH", "variable.with-dash"),
        ("KAFKA_LISTENER_NAME_SASL__SSL_SASL_ENABLED_MECHANISMS", "listener.name.sasl_ssl.sasl.enabled.mechanisms"),
    ],
)
def test_names(variable, name):
    assert option_name(variable) == name


def test_values_and_what_is_left_out():
    variables = {
        "KAFKA_NUM_PARTITIONS": "3",
        "HOME": "/",
        "kafka_num_partitions": "4",
        **dict.fromkeys(NOT_OPTIONS, "x"),
    }
    assert options_from_environment(variables) == {"num.partitions": "3"}


@pytest.mark.parametrize(("level", "ours"), [("WARN", "warning"), ("debug", "debug"), ("", None), ("odd", None)])
def test_log_level(level, ours):
    assert log_level({"KAFKA_LOG4J_ROOT_LOGLEVEL": level}) == ours
    assert log_level({}) is None
