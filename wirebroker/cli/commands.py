"""The commands as click knows them: help, --version, completion, and mistakes explained in one line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from wirebroker.cli.serve import LOG_LEVELS, Arguments, complain
from wirebroker.cli.serve import serve as run_broker
from wirebroker.config.settings import DURABILITIES

DEFAULT_COMMAND = "serve"


class DefaultGroup(click.Group):
    """A group whose command is ``serve`` where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "--version")):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


def run_with_click(arguments: Sequence[str]) -> int:
    """Return the exit status: a command's own, 0 after help, 2 after a mistake."""
    try:
        status = wirebroker.main(list(arguments), prog_name="wirebroker", standalone_mode=False)
    except click.ClickException as mistake:
        return complain(mistake.format_message())
    return int(status or 0)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"wirebroker {version('wirebroker')}")
        ctx.exit()


@click.group(cls=DefaultGroup, context_settings={"help_option_names": ["--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def wirebroker() -> None:
    """Run a broker that speaks Apache Kafka's wire protocol.

    Without a command, "serve" is meant: see "wirebroker serve --help".
    """


@wirebroker.command()
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; port 0 lets the system choose. [127.0.0.1:9092]")
@click.option("--data-dir", metavar="DIR", help="Where data lies. [./wirebroker-data]")
@click.option("--memory", is_flag=True, help="Keep everything in memory, nothing on disk.")
@click.option(
    "--durability",
    type=click.Choice(DURABILITIES),
    help="os: a record counts when the system has it, as in Kafka; fsync: when it is on stable storage. [os]",
)
@click.option("--node-id", type=click.IntRange(0, 2**31 - 1), metavar="N", help="The broker's node id. [1]")
@click.option(
    "--config",
    "configs",
    metavar="FILE",
    multiple=True,
    help="A server.properties of Kafka's; of several, the last wins.",
)
@click.option("-o", "options", metavar="NAME=VALUE", multiple=True, help="An option by its Kafka name; repeatable.")
@click.option("--log-level", type=click.Choice(LOG_LEVELS), help="How much to tell on stderr. [info]")
@click.option("--environment", is_flag=True, help="Take KAFKA_* variables as options, as Kafka's container image does.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def serve(
    listen: str | None,
    data_dir: str | None,
    memory: bool,
    node_id: int | None,
    configs: tuple[str, ...],
    options: tuple[str, ...],
    log_level: str | None,
    environment: bool,
    durability: str | None,
) -> int:
    """Run a broker until SIGTERM or SIGINT. When it is ready it says so in one line on stdout."""
    return run_broker(
        Arguments(listen, data_dir, memory, node_id, configs, options, log_level, environment, durability)
    )
