"""Before the first script: Kafka creates and loads ``__consumer_offsets`` on first need, which takes seconds."""

import time

from compat.differential.side import Side
from kafka_codecs.messages.describe_groups import DescribeGroupsRequest
from kafka_codecs.messages.find_coordinator import FindCoordinatorRequest

SECONDS = 60.0


def warm_up(side: Side) -> None:
    """Wait until every group finds its coordinator ready."""
    groups = [f"warm-up-{number}" for number in range(40)]
    deadline = time.monotonic() + SECONDS
    while True:
        found = side.ask(FindCoordinatorRequest(key_type=0, coordinator_keys=groups), 4)
        if not any(each.error_code for each in found.coordinators):
            described = side.ask(DescribeGroupsRequest(groups=groups), 5)
            if not any(group.error_code for group in described.groups):
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{side.name}: no coordinator after {SECONDS} s")
        time.sleep(0.1)
