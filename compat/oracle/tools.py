"""Apache Kafka's command line tools, by class name."""

import subprocess

from compat.oracle.jars import tool_jars
from compat.oracle.java import java


def tool_command(*arguments: str) -> list[str]:
    """Return the command of a tool: its class, as ``org.apache.kafka.tools.TopicCommand``, and its arguments."""
    return java(tool_jars(), *arguments)


def run_tool(*arguments: str) -> str:
    """Run a tool and return what it wrote to its standard output; ToolError where it failed."""
    done = subprocess.run(tool_command(*arguments), check=False, capture_output=True, text=True)
    if done.returncode:
        raise ToolError(f"{arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-1000:]}")
    return done.stdout


class ToolError(Exception):
    """A tool of Apache Kafka's ended with an exit code other than 0; the message has the end of what it complained."""
