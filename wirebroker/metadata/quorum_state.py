"""``quorum-state``: which election of the metadata quorum this node knows of (Kafka's ``FileQuorumStateStore``).

One line of JSON. Version 0 belongs to quorums whose voters stand in ``controller.quorum.voters``, version 1 to those
whose voters are records of the log (kraft.version 1, KIP-853).
"""

from typing import Any

import msgspec

FILE = "quorum-state"


class _Election(msgspec.Struct):
    epoch: int = msgspec.field(name="leaderEpoch")


def read_epoch(data: bytes | None) -> int:
    """Return the epoch of the last election; 0 if there is no file. Raises ValueError for one that is damaged."""
    if data is None:
        return 0
    try:
        return msgspec.json.decode(data, type=_Election).epoch
    except msgspec.DecodeError as fault:
        raise ValueError(f"{FILE} is damaged: {fault}") from None


def pack(node_id: int, epoch: int, *, voters_in_log: bool) -> bytes:
    """Say that this node leads since ``epoch``, as Kafka's leader does."""
    state: dict[str, Any]
    if voters_in_log:
        nobody = "AAAAAAAAAAAAAAAAAAAAAA"
        state = {"leaderId": node_id, "leaderEpoch": epoch, "votedId": -1, "votedDirectoryId": nobody}
        state["data_version"] = 1
    else:
        state = {"clusterId": "", "leaderId": node_id, "leaderEpoch": epoch, "votedId": -1, "appliedOffset": 0}
        state |= {"currentVoters": [{"voterId": node_id}], "data_version": 0}
    return msgspec.json.encode(state)
