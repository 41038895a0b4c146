import json

from scenario.expectations import check, check_equal
from scenario.program import Task

from with_kcat.command import offset_at, run
from with_kcat.produce import send_ten
from with_kcat.topics import create_topic


def describe_topic(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=2)
    metadata = json.loads(run(task, "-L", "-J", "-t", topic))
    nodes = [broker["id"] for broker in metadata["brokers"]]
    check(metadata["controllerid"] in nodes, "the controller is not one of the brokers")
    (description,) = metadata["topics"]
    check_equal("name", description["topic"], topic)
    check_equal("partitions", [each["partition"] for each in description["partitions"]], [0, 1])
    for partition in description["partitions"]:
        check(partition["leader"] in nodes, "the leader is not one of the brokers")
        check_equal("replicas", partition["replicas"], [{"id": partition["leader"]}])
        check_equal("in-sync replicas", partition["isrs"], [{"id": partition["leader"]}])


def list_offsets(task: Task) -> None:
    send_ten(task)
    check_equal("earliest", offset_at(task, task.name(), -2), 0)
    check_equal("latest", offset_at(task, task.name(), -1), 10)


def offsets_for_times(task: Task) -> list[str]:
    """Timestamps are those of the sending, as kcat cannot set others: the broker tells which."""
    send_ten(task)
    message = json.loads(run(task, "-C", "-q", "-J", "-t", task.name(), "-p", "0", "-o", "5", "-c", "1"))
    found = offset_at(task, task.name(), message["ts"])
    check(0 <= found <= message["offset"], f"the first offset at the time of offset 5 is {found}")
    check_equal("after the last", offset_at(task, task.name(), message["ts"] + 60_000), -1)
    return ["timestamps"]
