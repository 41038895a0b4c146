"""The short way and click's way of reading a command line agree."""

import pytest

from wirebroker.cli import commands
from wirebroker.cli.main import plain_arguments
from wirebroker.cli.serve import LOG_LEVELS, Arguments

PLAIN = [
    ([], Arguments()),
    (["serve"], Arguments()),
    (["--memory"], Arguments(memory=True)),
    (["--environment"], Arguments(environment=True)),
    (["--listen", ":9092"], Arguments(listen=":9092")),
    (["serve", "--listen=:9092", "--memory"], Arguments(listen=":9092", memory=True)),
    (["--data-dir", "a=b"], Arguments(data_dir="a=b")),
    (["--data-dir=a=b"], Arguments(data_dir="a=b")),
    (["--node-id", "7"], Arguments(node_id=7)),
    (["--config", "f", "-o", "a=1", "-o", "b=2"], Arguments(configs=("f",), options=("a=1", "b=2"))),
    *((["--log-level", level], Arguments(log_level=level)) for level in LOG_LEVELS),
    (["--config", "f", "--config=g"], Arguments(configs=("f", "g"))),
    (["--listen", "a:1", "--listen", "b:2"], Arguments(listen="b:2")),
]
NOT_PLAIN = [
    ["--help"],
    ["--version"],
    ["--bogus"],
    ["other"],
    ["serve", "more"],
    ["--listen"],
    ["--memory=1"],
    ["--node-id", "x"],
    ["--node-id", "-1"],
    ["-o=a"],
    ["-oa=1"],
    ["--listen", "--memory"],
]


@pytest.fixture
def click_reads(monkeypatch):
    """What click makes of a command line."""
    seen = []
    monkeypatch.setattr(commands, "run_broker", lambda arguments: seen.append(arguments) or 0)

    def read(arguments):
        assert commands.run_with_click(arguments) == 0
        return seen.pop()

    return read


@pytest.mark.parametrize(("arguments", "meaning"), PLAIN)
def test_both_ways_mean_the_same(arguments, meaning, click_reads):
    assert plain_arguments(arguments) == click_reads(arguments) == meaning


@pytest.mark.parametrize("arguments", NOT_PLAIN)
def test_what_is_not_plain_goes_to_click(arguments):
    assert plain_arguments(arguments) is None


def test_click_reads_short_options_written_together(click_reads):
    assert click_reads(["-oa=1"]) == Arguments(options=("a=1",))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--bogus"], "wirebroker: No such option"),
        (["--listn", "a"], "--listen"),
        (["other"], "wirebroker: No such command 'other'."),
        (["--node-id", "x"], "wirebroker: Invalid value for '--node-id'"),
        (["--listen"], "wirebroker: Option '--listen' requires an argument."),
    ],
)
def test_a_mistake_is_one_line(arguments, complaint, capsys):
    assert commands.run_with_click(arguments) == 2
    shown = capsys.readouterr()
    assert complaint in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_help_names_every_option(capsys):
    assert commands.run_with_click(["serve", "--help"]) == 0
    shown = capsys.readouterr().out
    for option in ("--listen", "--data-dir", "--memory", "--node-id", "--config", "-o", "--log-level", "--version"):
        assert option in shown


@pytest.mark.parametrize("arguments", [["--version"], ["serve", "--version"]])
def test_version(arguments, capsys):
    assert commands.run_with_click(arguments) == 0
    assert capsys.readouterr().out.startswith("wirebroker 0.")
