"""kcat as people use it at a prompt; its records are in ``test_client_records.py``."""

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")


@pytest.fixture
def kcat(bootstrap: str) -> Callable[..., str]:
    """Run kcat, ``kcat("-L", "-t", "topic", text="input")``, and return what it prints."""

    def run(*options: str, text: str = "") -> str:
        command = ["kcat", "-b", bootstrap, *options]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_hello(kcat: Callable[..., str], topic_name: str):
    """The README's first lines: a topic that is not there yet, written to and read to its end."""
    kcat("-P", "-t", topic_name, text="hello\n")
    assert kcat("-C", "-t", topic_name, "-e", "-q") == "hello\n"


def test_metadata_is_listed(kcat: Callable[..., str], bootstrap: str, make_topic: Callable[..., Any]):
    topic = make_topic(partitions=2).name
    told = json.loads(kcat("-L", "-J", "-t", topic))
    assert bootstrap in {broker["name"] for broker in told["brokers"]}
    (described,) = told["topics"]
    assert described["topic"] == topic
    assert [(each["partition"], each["leader"]) for each in described["partitions"]] == [(0, 1), (1, 1)]


def test_offsets_are_queried_by_time(kcat: Callable[..., str], make_topic: Callable[..., Any]):
    topic = make_topic().name
    kcat("-P", "-t", topic, text="one\ntwo\n")
    assert kcat("-Q", "-t", f"{topic}:0:0").split() == [topic, "[0]", "offset", "0"]
    assert kcat("-Q", "-t", f"{topic}:0:-1").split() == [topic, "[0]", "offset", "2"]


def test_a_group_goes_on_where_it_stopped(kcat: Callable[..., str], make_topic: Callable[..., Any], group_name: str):
    topic = make_topic().name
    consume = ("-G", group_name, "-q", "-e", "-X", "auto.offset.reset=earliest", topic)
    kcat("-P", "-t", topic, text="one\ntwo\n")
    assert kcat(*consume) == "one\ntwo\n"
    kcat("-P", "-t", topic, text="three\n")
    assert kcat(*consume) == "three\n"


def test_a_message_that_is_too_large(bootstrap: str, make_topic: Callable[..., Any]):
    topic = make_topic(configs={"max.message.bytes": "1000"}).name
    command = ["kcat", "-P", "-b", bootstrap, "-t", topic]
    done = subprocess.run(command, input="x" * 2_000, capture_output=True, text=True, timeout=60, check=False)
    assert "Message size too large" in done.stderr
