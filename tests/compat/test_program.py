"""The runner of client programs: whatever a program does, each capability ends with one outcome."""

import sys
from pathlib import Path

import pytest

from compat import program
from compat.program import take
from compat.toolchains import Client

NAMES = ["a", "b", "c"]

PROGRAM = """
import json, os, signal, sys, time
def tell(**line):
    print(json.dumps(line), flush=True)
names = sys.argv[sys.argv.index("--prefix") + 2:]
tell(client="fake", version="1.2")
for name in names:
    {body}
    tell(capability=name, outcome="pass")
"""


@pytest.fixture
def run(tmp_path):
    def run(body):
        script = tmp_path / "program.py"
        script.write_text(PROGRAM.format(body=body))
        client = Client("fake", "python", (), (), (sys.executable, str(script)), {}, tmp_path)
        return take(client, "127.0.0.1:1", "p", NAMES, tmp_path / "log")

    return run


def test_a_program_that_passes_is_started_once(run, tmp_path):
    body = f"open({str(tmp_path / 'starts')!r}, 'a').write(name) if name == names[0] else None"
    ran = run(body)
    assert ran.version == "1.2"
    assert {name: outcome.outcome for name, outcome in ran.outcomes.items()} == dict.fromkeys(NAMES, "pass")
    assert Path(tmp_path / "starts").read_text() == "a"


def test_what_the_program_tells_is_kept(run):
    ran = run(
        "if name == 'b': tell(capability=name, outcome='fail', reason='no', variations=['timestamps']); continue\n"
        "    if name == 'c': tell(capability=name, outcome='lacks', reason='none here'); continue"
    )
    assert ran.outcomes["a"].outcome == "pass"
    assert ran.outcomes["b"][:3] == ("fail", "no", ("timestamps",))
    assert ran.outcomes["c"][:2] == ("lacks", "none here")


def test_a_death_costs_one_capability(run):
    ran = run("if name == 'b': os.kill(os.getpid(), signal.SIGABRT)")
    assert {name: outcome.outcome for name, outcome in ran.outcomes.items()} == {"a": "pass", "b": "fail", "c": "pass"}
    assert "SIGABRT" in ran.outcomes["b"].reason


def test_a_hang_costs_one_capability(run, monkeypatch):
    monkeypatch.setattr(program, "CAPABILITY_SECONDS", 2.0)
    ran = run("if name == 'b': time.sleep(600)")
    assert {name: outcome.outcome for name, outcome in ran.outcomes.items()} == {"a": "pass", "b": "fail", "c": "pass"}
    assert "no answer" in ran.outcomes["b"].reason


def test_an_early_end_is_a_failure_of_what_was_not_told(run):
    ran = run("if name == 'b': sys.exit(3)")
    assert "status 3" in ran.outcomes["b"].reason
    assert ran.outcomes["c"].outcome == "pass"


@pytest.mark.parametrize("line", ["print('debugging', flush=True)", "tell(capability='z', outcome='pass')"])
def test_noise_is_never_taken_for_a_pass(run, line):
    ran = run(f"if name == 'b': {line}; time.sleep(0.1); sys.exit(0)")
    assert ran.outcomes["b"].outcome == "fail"
    assert ran.outcomes["a"].outcome == "pass"
    assert ran.outcomes["c"].outcome == "pass"
