from scenario import error_codes
from scenario.expectations import Deadline, check_equal, expect_code
from scenario.program import Task
from scenario.records import Record, check_values, numbered_records

from with_kcat.command import WITH_DELIMITERS, Process, code_of, encoded, read, send, settings
from with_kcat.produce import values_of
from with_kcat.topics import create_topic

_COMMITTED = settings(isolation_level="read_committed")
_UNCOMMITTED = settings(isolation_level="read_uncommitted")
_INPUT_BLOCK = 4_096  # bytes; versions read 128 or 1,024


def commit(task: Task) -> None:
    """One command is one transaction; its keys spread it over two partitions."""
    topic = create_topic(task, task.name(), partitions=2)
    records = numbered_records(10)
    send(task, topic, records, *_transactional(task), partition=None)
    received = read(task, topic, 10, *_COMMITTED)
    check_values(sorted(values_of(received)), records)
    check_equal("partitions", {message["partition"] for message in received}, {0, 1})


def abort(task: Task) -> None:
    """A command that is interrupted aborts its transaction."""
    topic = create_topic(task, task.name())
    records = _whole_blocks(10)
    with open_transaction(task, topic) as aborted:
        aborted.write(records[:5])
        _wait_for(aborted, task, topic, 5)
        aborted.interrupt()
        aborted.end_input()
        aborted.end()
    send(task, topic, records[5:], *_transactional(task))
    check_values(values_of(read(task, topic, 5, *_COMMITTED)), records[5:])
    check_values(values_of(read(task, topic, 10, *_UNCOMMITTED)), records)


def fenced_producer(task: Task) -> None:
    topic = create_topic(task, task.name())
    first_record, second_record = _whole_blocks(2)
    with open_transaction(task, topic) as first:
        first.write([first_record])
        _wait_for(first, task, topic, 1)
        send(task, topic, [second_record], *_transactional(task))
        with expect_code(code_of, error_codes.PRODUCER_FENCED, error_codes.INVALID_PRODUCER_EPOCH):
            first.end_input()
            first.end()
    check_values(values_of(read(task, topic, 1, *_COMMITTED)), [second_record])


def open_transaction(task: Task, topic: str) -> Process:
    return Process(task, "-P", "-t", topic, "-p", "0", *WITH_DELIMITERS, *_transactional(task))


def _wait_for(producer: Process, task: Task, topic: str, count: int) -> None:
    """Wait until the producer's records have arrived, or raise what ended it."""
    deadline = Deadline(f"{count} records of an open transaction")
    with Process(task, "-C", "-q", "-u", "-J", "-t", topic, "-o", "beginning", *_UNCOMMITTED) as reader:
        while len(reader.records) < count:
            deadline.check()
            if producer.has_ended():
                producer.end()
            reader.wait_for_change(len(reader.records) + len(reader.notices), 0.2)


def _whole_blocks(count: int) -> list[Record]:
    """Make records that kcat sends at once: it reads its input by blocks, and waits until each is whole."""
    return [
        record._replace(value=(record.value or b"").ljust(_INPUT_BLOCK - len(encoded([record._replace(value=b"")]))))
        for record in numbered_records(count)
    ]


def _transactional(task: Task) -> list[str]:
    return settings(transactional_id=task.name())
