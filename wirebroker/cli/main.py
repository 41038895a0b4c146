"""The console script: takes the short way to the broker where it can, and asks click where it must.

Importing click costs about as much as everything else here together, a tenth of the time to the first answer. So a
command line in its plain form (``wirebroker [serve] --listen ... -o ...``) is read by ``plain_arguments``; whatever
that does not understand, such as help, other commands and mistakes, goes to click (``commands``), which can explain.
"""

import sys
from collections.abc import Sequence
from typing import Any

from wirebroker.cli.serve import Arguments, serve

FLAGS = {"--memory": "memory", "--environment": "environment"}
TEXTS = {"--listen": "listen", "--data-dir": "data_dir", "--log-level": "log_level", "--durability": "durability"}


def main() -> None:
    """Run the command line of this process and exit."""
    try:
        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the broker took over the signal
        status = 0
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Return the exit status: 0, or 2 after one line on stderr that says what was wrong."""
    plain = plain_arguments(arguments)
    if plain is not None:
        return serve(plain)
    from wirebroker.cli.commands import run_with_click

    return run_with_click(arguments)


def plain_arguments(arguments: Sequence[str]) -> Arguments | None:
    """Read ``serve`` with long options as ``--name value`` or ``--name=value``; None for anything else."""
    values: dict[str, Any] = {}
    configs: list[str] = []
    options: list[str] = []
    rest = list(arguments[1:] if arguments[:1] == ["serve"] else arguments)
    while rest:
        name, given, value = rest.pop(0).partition("=")
        if name in FLAGS and not given:
            values[FLAGS[name]] = True
            continue
        if not given:
            if not rest or rest[0].startswith("--"):
                return None
            value = rest.pop(0)
        if name in TEXTS:
            values[TEXTS[name]] = value
        elif name == "--node-id" and value.isdecimal():
            values["node_id"] = int(value)
        elif name == "--config":
            configs.append(value)
        elif name == "-o" and not given:
            options.append(value)
        else:
            return None
    return Arguments(configs=tuple(configs), options=tuple(options), **values)
