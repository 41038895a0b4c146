"""What is downloaded is made once, whole, and by one process at a time."""

import multiprocessing
import time

import pytest

from compat.oracle.home import digest, home, locked, made_once


@pytest.fixture(autouse=True)
def own_home(monkeypatch, tmp_path):
    monkeypatch.setenv("WIREBROKER_ORACLE_HOME", str(tmp_path))


def test_home_is_where_the_variable_says_or_beside_the_code(monkeypatch, tmp_path):
    assert home() == tmp_path
    monkeypatch.delenv("WIREBROKER_ORACLE_HOME")
    assert home().parts[-3:] == ("compat", ".work", "oracle")


def make_and_count(tmp_path):
    def make(folder):
        with (tmp_path / "made").open("a") as made:
            made.write("x")
        (folder / "first").touch()
        time.sleep(0.05)
        (folder / "last").touch()

    folder = made_once("jars", make)
    assert (folder / "first").exists()
    assert (folder / "last").exists()


def test_one_of_several_processes_makes_it(tmp_path):
    context = multiprocessing.get_context("fork")
    several = [context.Process(target=make_and_count, args=(tmp_path,)) for _ in range(4)]
    for process in several:
        process.start()
    for process in several:
        process.join()
    assert [process.exitcode for process in several] == [0] * 4
    assert (tmp_path / "made").read_text() == "x"


def test_what_failed_halfway_is_made_again(tmp_path):
    def fail(folder):
        (folder / "first").touch()
        raise OSError("the network is gone")

    with pytest.raises(OSError, match="gone"):
        made_once("jars", fail)
    assert [each.name for each in tmp_path.iterdir()] == ["locks"]
    make_and_count(tmp_path)


def test_a_lock_that_was_let_go_can_be_taken_again(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "locks" / "a"):
            pass


def test_a_digest_changes_with_every_part():
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("ab", "c", "")}) == 4
    assert digest("ab") == digest(b"ab")
