"""Apache Kafka's command line tools, by class name."""

import subprocess

from compat.oracle.jars import tool_jars
from compat.oracle.java import java


def tool_command(*arguments: str) -> list[str]:
    """Return the command of a tool: its class, as ``org.apache.kafka.tools.TopicCommand``, and its arguments."""
    return java(tool_jars(), *arguments)


def run_tool(*arguments: str) -> str:
    """Run a tool and return what it wrote to its standard output; CalledProcessError where it failed."""
    return subprocess.run(tool_command(*arguments), check=True, capture_output=True, text=True).stdout
