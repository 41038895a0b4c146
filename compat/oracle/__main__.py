"""``python -m compat.oracle``: Apache Kafka itself, from Maven Central. Needs Java 17 and Maven."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from compat.oracle.archive import broker_archive
from compat.oracle.cluster import Cluster, stop_in
from compat.oracle.codec import codec_command
from compat.oracle.definitions import unpack_definitions
from compat.oracle.errors import OracleError
from compat.oracle.home import home
from compat.oracle.jars import broker_jars, tool_jars
from compat.oracle.tools import tool_command

_VERBATIM = {"ignore_unknown_options": True, "allow_interspersed_args": False}


def _settings(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    settings = {}
    for value in values:
        name, equals, setting = value.partition("=")
        if not equals:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, parameter)
        settings[name] = setting
    return settings


def _cluster_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "-o", "options", multiple=True, callback=_settings, metavar="NAME=VALUE", help="A broker setting."
        ),
        click.option("--secure", "is_secure", is_flag=True, help="SASL listeners, an authorizer, users."),
        click.option("--port", type=int, default=0, help="Of node 1; node N has the N-1th after it (default: free)."),
        click.option("--nodes", type=click.IntRange(1), default=1, show_default=True),
    ):
        command = option(command)
    return command


@click.group(help=__doc__)
def main() -> None:
    """All verbs; see each one's help."""


@main.command()
@_cluster_options
@click.option("--dir", "directory", type=click.Path(path_type=Path), help="Where data and logs of the nodes lie.")
def start(directory: Path | None, nodes: int, port: int, is_secure: bool, options: dict[str, str]) -> None:
    """Start a cluster, print its bootstrap address (a secure one's SASL address below it), and leave it running."""
    where = directory or home() / "cluster"
    cluster = Cluster(nodes, options, directory=where, port=port, is_secure=is_secure)
    click.echo(cluster.start())
    if is_secure:
        click.echo(cluster.sasl_bootstrap)


@main.command()
@click.option("--dir", "directory", type=click.Path(path_type=Path), help="As it was given to start.")
@click.option("--remove", is_flag=True, help="Remove the data as well.")
def stop(directory: Path | None, remove: bool) -> None:
    """Stop what start has started; its data stays."""
    where = directory or home() / "cluster"
    stop_in(where)
    if remove:
        shutil.rmtree(where, ignore_errors=True)


@main.command(context_settings=_VERBATIM)
@_cluster_options
@click.option("--dir", "directory", type=click.Path(path_type=Path), help="Keep the data, in this folder.")
@click.argument("command", nargs=-1, required=True)
def run(
    directory: Path | None,
    nodes: int,
    port: int,
    is_secure: bool,
    options: dict[str, str],
    command: tuple[str, ...],
) -> None:
    """Run COMMAND with a cluster's address in its environment, then stop the cluster.

    WIREBROKER_TEST_ORACLE tells our tests that it is Apache Kafka, and that they may start more. KAFKA_BOOTSTRAP and
    WIREBROKER_TEST_BOOTSTRAP hold the address, KAFKA_SASL_BOOTSTRAP a secure one's SASL address. The exit
    status is COMMAND's.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with Cluster(nodes, options, directory=directory, port=port, is_secure=is_secure) as cluster:
        address = cluster.bootstrap
        environment = os.environ | {
            "KAFKA_BOOTSTRAP": address,
            "WIREBROKER_TEST_BOOTSTRAP": address,
            "WIREBROKER_TEST_ORACLE": "1",
        }
        if is_secure:
            environment["KAFKA_SASL_BOOTSTRAP"] = cluster.sasl_bootstrap
        status = subprocess.run(command, env=environment, check=False).returncode
    sys.exit(status if status >= 0 else 128 - status)


@main.command(context_settings=_VERBATIM)
@click.argument("arguments", nargs=-1, required=True, metavar="CLASS [ARGUMENT]...")
def tool(arguments: tuple[str, ...]) -> None:
    """Run a command line tool by its class, such as org.apache.kafka.tools.DumpLogSegments."""
    _become(tool_command(*arguments))


@main.command()
def codec() -> None:
    """Kafka's message classes as a filter: a JSON object a line in, one out."""
    _become(codec_command())


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def definitions(folder: Path) -> None:
    """Unpack Kafka's message definitions into FOLDER, and print what to set for the tests that read them."""
    count = unpack_definitions(folder)
    click.echo(f"{count} definitions", err=True)
    click.echo(f"export KAFKA_MESSAGE_DEFINITIONS={folder.resolve()}")


@main.command()
def jars() -> None:
    """Fetch and prepare all that the other verbs need, and print the folders of the jars."""
    broker_archive()
    codec_command()
    click.echo(json.dumps({"broker": str(broker_jars()), "tools": str(tool_jars())}))


def _become(command: list[str]) -> NoReturn:
    """Let the program take this process's place: its pipes and signals are then its own."""
    sys.stdout.flush()
    os.execvp(command[0], command)


def _report_and_run() -> None:
    try:
        main(prog_name="python -m compat.oracle")
    except OracleError as error:
        sys.exit(f"oracle: {error}")


if __name__ == "__main__":
    _report_and_run()
