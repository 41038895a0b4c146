"""Many partitions, few open files."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wirebroker.log.files import DiskFiles, OpenFiles
from wirebroker.log.platform import FEWEST_OPEN_FILES, MOST_OPEN_FILES, open_files_limit


@pytest.fixture
def files(tmp_path) -> DiskFiles:
    return DiskFiles(tmp_path, OpenFiles(limit=4))


def written(files, count, content=b"0123456789"):
    made = [files.open(f"{n}.log") for n in range(count)]
    for file in made:
        file.write(content, 0)
    return made


def are_open(made) -> list[int]:
    return [n for n, file in enumerate(made) if file.handle is not None]


def test_a_file_opens_when_it_is_used_and_closes_for_others(files):
    made = written(files, 10)
    assert len(are_open(made)) == len(files.open_files) == 4
    for n, file in enumerate(made):
        file.write(b"more", 10)
        assert bytes(file.read(0, 99)) == b"0123456789more", n
    assert len(are_open(made)) == 4


def test_a_file_in_use_stays_open(files):
    made = written(files, 3)
    busy = made[0].handle
    for n in range(3, 30):
        made[0].read(0, 1)
        files.open(f"{n}.log").write(b"x", 0)
    assert made[0].handle is busy


def test_a_closed_file_makes_room(files):
    made = written(files, 4)
    made[0].close()
    made[0].close()
    assert len(files.open_files) == 3
    files.open("9.log").write(b"x", 0)
    assert are_open(made) == [1, 2, 3]


def descriptors():
    """Those that are open in this process, and perhaps the one by which that was found out."""
    return {int(path.name) for path in Path("/dev/fd").iterdir()}


def end_of_free_ones(count):
    """Below which so many descriptors are free: whoever opens a file gets the lowest."""
    gc.collect()  # or others become free meanwhile
    return sorted(set(range(4096)) - descriptors())[count - 1] + 1


def test_an_answer_with_pieces_of_many_files_leaves_descriptors_for_others(tmp_path):
    """A consumer of a thousand partitions: what it gets is lent up to some descriptor, and copied from there on."""
    end = end_of_free_ones(20)
    files = DiskFiles(tmp_path, OpenFiles(limit=4, lent_end=end))
    made = written(files, 200)
    answer = [piece for file in made for piece in file.pieces(2, 5)]
    assert {bytes(piece) if isinstance(piece, memoryview) else piece.tobytes() for piece in answer} == {b"23456"}
    lent = [piece.fileno() for piece in answer if not isinstance(piece, memoryview)]
    assert 4 < len(lent) <= 20 + 5, "those of the 4 that were open, and one of finding out"
    assert max(lent) < end
    del answer
    (piece,) = made[0].pieces(0, 1)
    (piece,) = made[1].pieces(0, 1)
    assert not isinstance(piece, memoryview), "they are lent again when the answer is sent"


def test_syncs_of_many_files_leave_descriptors_for_others(tmp_path, monkeypatch):
    """Each of four workers syncs dozens of logs of several files at a time."""
    end = end_of_free_ones(20)
    files = DiskFiles(tmp_path, OpenFiles(limit=4, lent_end=end))
    made = written(files, 200)
    before = descriptors()
    calls = [file.syncing() for file in made]
    assert len(descriptors() - before) <= 20 + 4
    files.remove("199.log")
    synced = []
    monkeypatch.setattr("wirebroker.log.files.sync_file", lambda fd: synced.append(os.fstat(fd).st_ino))
    for call in calls:
        call()
    assert set(synced) == {(tmp_path / f"{n}.log").stat().st_ino for n in range(199)}


def test_a_send_under_way_keeps_its_file_open(files):
    (first,) = written(files, 1)
    (piece,) = first.pieces(2, 5)
    descriptor = piece.fileno()
    written(files, 10)
    assert first.handle is None
    assert (os.pread(descriptor, 5, 2), piece.tobytes()) == (b"23456", b"23456")
    del piece
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)


def test_a_sync_under_way_keeps_its_file_open(files):
    (first,) = written(files, 1)
    sync = first.syncing()
    written(files, 10)
    assert first.handle is None
    sync()


def test_files_of_several_directories_share_the_room(tmp_path):
    shared = OpenFiles(limit=4)
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made += written(DiskFiles(tmp_path / name, shared), 4)
    assert are_open(made) == [4, 5, 6, 7]


def test_the_room_follows_from_what_the_process_may_open(monkeypatch):
    for descriptors, expected in ((20, FEWEST_OPEN_FILES), (1024, 256), (1 << 20, MOST_OPEN_FILES)):
        monkeypatch.setattr("wirebroker.log.platform._descriptors", lambda descriptors=descriptors: descriptors)
        assert open_files_limit() == expected


MANY = """
import os, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
from kafka_codecs.records.batch import Record, build_batch
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.log.storage import Storage

COUNT = int(sys.argv[2])
config = TopicConfig.of({}, BrokerConfig.of({}))
for start in range(2):
    storage = Storage.open(Path(sys.argv[1]), node_id=1, new_id=lambda: "x" * 22)
    logs = [storage.open_log("orders", n, bytes(16), config) for n in range(COUNT)]
    for round in range(2):
        for log in logs:
            batch = build_batch([Record(value=b"value")], base_timestamp=1)
            log.append(memoryview(batch), leader_epoch=start, timestamp_ms=1)
    for log in logs:
        assert log.log_end_offset == 2 * (start + 1)
        assert log.read(0, max_bytes=100, upper_offset=9, at_least_one=True).size > 0
    print(len(os.listdir("/proc/self/fd")))
    storage.close()
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts descriptors as Linux shows them")  # noqa: PTH112
def test_partitions_by_the_hundred_with_few_descriptors(tmp_path):
    """Ten thousand go as well: ``WIREBROKER_MANY=10000``."""
    command = [sys.executable, "-c", MANY, str(tmp_path / "data"), os.environ.get("WIREBROKER_MANY", "200")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert max(map(int, done.stdout.split())) < 50
