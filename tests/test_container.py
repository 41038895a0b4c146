"""The container image, really built, and used through a forwarded port.

Needs podman or docker. Python's image comes from a registry, or WIREBROKER_TEST_PYTHON_IMAGE names one; where no
registry answers, podman makes one of this machine's own Python. What is missing is said in the reason of the skip.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests import container_base

ROOT = Path(__file__).parents[1]
PYTHON_IMAGE = os.environ.get("WIREBROKER_TEST_PYTHON_IMAGE", "docker.io/library/python:3.13-slim")
OWN_IMAGE = "localhost/wirebroker-test-python"
PULL_SECONDS = 180
# Podman asks for more open files than a restricted root may have, and crun, its usual runtime, for cgroups version 2.
LIMITS = ["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=1000:1000"]
WAYS = [([], []), ([], LIMITS), (["--runtime", "runc"], LIMITS)]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Engine:
    """A container engine, and how it is to be called on this machine."""

    def __init__(self, command):
        self.command = command
        self.run_options = []
        self.python_image = PYTHON_IMAGE

    def __call__(self, *arguments, check=True, timeout=300):
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True, check=False, timeout=timeout)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(done.args)}: {done.stderr}")
        return done

    def find_a_way_to_run(self):
        for engine_options, run_options in WAYS:
            trial = Engine([*self.command, *engine_options])
            done = trial("run", "--rm", *run_options, self.python_image, "python3", "-c", "", check=False)
            if not done.returncode:
                self.command, self.run_options = trial.command, run_options
                return
        pytest.skip(f"{self.command[0]} runs no container here: {_last_line(done.stderr)}")


def _last_line(text):
    return text.strip().rpartition("\n")[2]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    name = next(filter(shutil.which, ("podman", "docker")), None)
    if name is None:
        pytest.skip("there is neither podman nor docker")
    engine = Engine([name])
    info = engine("info", check=False)
    if info.returncode:
        pytest.skip(f"{name} does not work here: {_last_line(info.stderr)}")
    if engine("image", "inspect", PYTHON_IMAGE, check=False).returncode:
        pull = engine("pull", PYTHON_IMAGE, check=False, timeout=PULL_SECONDS)
        if pull.returncode:
            reason = "docker imports no image" if name == "docker" else container_base.unsupported()
            if reason is not None:
                pytest.skip(f"{name} cannot get {PYTHON_IMAGE} ({_last_line(pull.stderr)}), and {reason}")
            engine.python_image = OWN_IMAGE
            archive = tmp_path_factory.mktemp("base") / "python.tar"
            container_base.write(archive)
            engine("import", "--change", f"ENV PATH={container_base.PATH}", str(archive), OWN_IMAGE)
            archive.unlink()
    engine.find_a_way_to_run()
    yield engine
    if engine.python_image == OWN_IMAGE:
        engine("rmi", "--force", OWN_IMAGE, check=False)


@pytest.fixture(scope="module")
def image(engine):
    """The image, built in podman's chroot, which needs the fewest rights."""
    isolation = (
        ["--isolation", "chroot", "--format", "docker", "--layers=false"] if engine.command[0] == "podman" else []
    )
    name = "localhost/wirebroker-test"
    engine("build", *isolation, "--build-arg", f"PYTHON={engine.python_image}", "--tag", name, str(ROOT))
    yield name
    engine("rmi", "--force", name, check=False)


@pytest.fixture(scope="module")
def port():
    """One number inside and outside, since clients are told the port inside."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture(scope="module")
def container(engine, image, port):
    started = engine(
        "run",
        "--detach",
        "--no-healthcheck",  # podman asks systemd for it, which is not everywhere; it is run by hand below
        *engine.run_options,
        *("--env", f"KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:{port}"),
        *("--env", "KAFKA_NUM_PARTITIONS=3", "--env", "KAFKA_HEAP_OPTS=-Xmx1g", "--env", "KAFKA_NUM_IO_THREADS=4"),
        *("--publish", f"127.0.0.1:{port}:{port}"),
        image,
    )
    name = started.stdout.split()[-1]
    try:
        for _ in range(100):
            logs = engine("logs", name)
            if "wirebroker ready on" in logs.stdout:
                break
            time.sleep(0.1)
        else:
            raise AssertionError(logs.stdout + logs.stderr)
        yield name
    finally:
        engine("rm", "--force", name, check=False)


def test_a_client_writes_and_reads_through_the_forwarded_port(container, port):
    kafka = pytest.importorskip("confluent_kafka")
    servers = {"bootstrap.servers": f"127.0.0.1:{port}"}
    producer = kafka.Producer(servers)
    producer.produce("greetings", b"hello")
    assert producer.flush(20) == 0
    consumer = kafka.Consumer({**servers, "group.id": "readers", "auto.offset.reset": "earliest"})
    consumer.subscribe(["greetings"])
    try:
        message = consumer.poll(30)
        assert message is not None
        assert message.value() == b"hello"
        topics = consumer.list_topics().topics
    finally:
        consumer.close()
    assert len(topics["greetings"].partitions) == 3  # KAFKA_NUM_PARTITIONS


def test_it_is_not_root(engine, container):
    assert engine("exec", container, "id", "-u").stdout.strip() == "1000"


def test_data_lies_in_the_volume(engine, container):
    assert "meta.properties" in engine("exec", container, "ls", "/var/lib/kafka/data").stdout


def test_the_health_check(engine, container, image):
    assert engine("exec", container, "python3", "-m", "wirebroker.cli.health").returncode == 0
    assert (
        engine("exec", container, "python3", "-m", "wirebroker.cli.health", "127.0.0.1:1", check=False).returncode == 1
    )
    described = json.loads(engine("image", "inspect", image).stdout)[0]
    assert "wirebroker.cli.health" in json.dumps(described)


def test_the_log_tells_what_became_of_the_variables(engine, container):
    told = engine("logs", container).stderr
    assert "option num.io.threads is known and has no effect here" in told
    assert "heap" not in told


def test_stopping_is_clean_and_quick(engine, image, container):
    begun = time.monotonic()
    engine("stop", container)
    assert time.monotonic() - begun < 5
    assert json.loads(engine("inspect", container).stdout)[0]["State"]["ExitCode"] == 0
