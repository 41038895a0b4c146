from scenario import error_codes
from scenario.expectations import expect_code
from scenario.program import Task
from scenario.records import Record

from with_kcat.command import code_of, run, send, settings
from with_kcat.produce import send_ten
from with_kcat.topics import create_topic


def unknown_topic(task: Task) -> None:
    """A consumer does not create topics."""
    with expect_code(code_of, error_codes.UNKNOWN_TOPIC_OR_PARTITION):
        run(task, "-C", "-e", "-t", task.name())


def invalid_topic(task: Task) -> None:
    with expect_code(code_of, error_codes.INVALID_TOPIC_EXCEPTION):
        send(task, "not/legal", [Record(b"key", b"value")])


def too_large(task: Task) -> None:
    topic = create_topic(task, task.name(), configs={"max.message.bytes": "1000"})
    with expect_code(code_of, error_codes.MESSAGE_TOO_LARGE):
        send(task, topic, [Record(b"key", b"x" * 2_000)])


def out_of_range(task: Task) -> None:
    send_ten(task)
    place = ["-t", task.name(), "-p", "0", "-o", "1000"]
    with expect_code(code_of, error_codes.OFFSET_OUT_OF_RANGE):
        run(task, "-C", "-c", "1", *place, *settings(auto_offset_reset="error"))
