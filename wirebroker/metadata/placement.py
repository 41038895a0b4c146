"""Which brokers carry the replicas of a partition (Kafka: ``StripedReplicaPlacer``, ``ReplicationControlManager``)."""

from collections.abc import Sequence
from typing import NamedTuple

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.internal.cluster_metadata import PartitionRecord
from wirebroker.errors import KafkaError
from wirebroker.metadata.image import ClusterImage

UNASSIGNED_DIRECTORY = bytes(16)
"""The directory id of a broker that has several, and will choose (``DirectoryId.UNASSIGNED``)."""


class PartitionReplicas(NamedTuple):
    """The replicas of one partition, the preferred leader first; those alive; and the log directory of each."""

    brokers: tuple[int, ...]
    in_sync: tuple[int, ...]
    directories: tuple[bytes, ...]


def spread(partitions: int, replication_factor: int, image: ClusterImage, *, seed: int) -> list[PartitionReplicas]:
    """Spread partitions over the brokers, those alive first, starting at one that ``seed`` chooses.

    Raises KafkaError (INVALID_REPLICATION_FACTOR) when there are not enough brokers, or none alive.
    """
    times = f"Unable to replicate the partition {replication_factor} time(s): "
    alive = [broker.broker_id for broker in image.alive_brokers()]
    if not alive:
        text = times + "All brokers are currently fenced, or have all their log directories cordoned."
        raise KafkaError(ErrorCode.INVALID_REPLICATION_FACTOR, text)
    if replication_factor > len(image.brokers):
        text = (
            f"{times}The target replication factor of {replication_factor} cannot be reached because only "
            f"{len(image.brokers)} broker(s) are registered or some brokers have all their log directories cordoned."
        )
        raise KafkaError(ErrorCode.INVALID_REPLICATION_FACTOR, text)
    fenced = [broker_id for broker_id in sorted(image.brokers) if broker_id not in alive]
    chosen = []
    for number in range(partitions):
        first = (seed + number) % len(alive)
        chosen.append(_replicas((*alive[first:], *alive[:first], *fenced)[:replication_factor], image))
    return chosen


def assigned_by_hand(assignments: Sequence[tuple[int, Sequence[int]]], image: ClusterImage) -> list[PartitionReplicas]:
    """Return the replicas as the client chose them, in order of partition numbers.

    Raises KafkaError (INVALID_REPLICA_ASSIGNMENT) unless the numbers are exactly 0 to n - 1 and each partition has the
    same number of replicas, on distinct, registered brokers, at least one of them alive.
    """
    chosen: dict[int, PartitionReplicas] = {}
    factor: int | None = None
    for number, brokers in assignments:
        if number in chosen:
            raise _bad(f"Found multiple manual partition assignments for partition {number}")
        chosen[number] = _by_hand(number, brokers, factor, image)
        factor = len(brokers)
    if sorted(chosen) != list(range(len(chosen))):
        raise _bad("partitions should be a consecutive 0-based integer sequence")
    return [chosen[number] for number in range(len(chosen))]


def added_by_hand(
    assignments: Sequence[Sequence[int]], first: int, replication_factor: int, image: ClusterImage
) -> list[PartitionReplicas]:
    """Return the replicas, as the client chose them, of partitions that are added from number ``first`` on.

    Raises KafkaError (INVALID_REPLICA_ASSIGNMENT) as ``assigned_by_hand`` does.
    """
    return [
        _by_hand(number, brokers, replication_factor, image) for number, brokers in enumerate(assignments, start=first)
    ]


def new_partition(topic_id: bytes, number: int, chosen: PartitionReplicas) -> PartitionRecord:
    """Return the record by which a partition begins: the first replica that is alive leads it."""
    return PartitionRecord(
        partition_id=number,
        topic_id=topic_id,
        replicas=list(chosen.brokers),
        isr=list(chosen.in_sync),
        leader=chosen.in_sync[0],
        leader_epoch=0,
        partition_epoch=0,
        directories=list(chosen.directories),
    )


def _by_hand(number: int, brokers: Sequence[int], factor: int | None, image: ClusterImage) -> PartitionReplicas:
    _check_brokers(brokers, factor, image)
    chosen = _replicas(tuple(brokers), image)
    if not chosen.in_sync:
        raise _bad(
            f"All brokers specified in the manual partition assignment for partition {number} are fenced or in "
            "controlled shutdown."
        )
    return chosen


def _check_brokers(brokers: Sequence[int], factor: int | None, image: ClusterImage) -> None:
    if not brokers:
        raise _bad("The manual partition assignment includes an empty replica list.")
    previous = None
    for broker in sorted(brokers):
        if broker not in image.brokers:
            raise _bad(f"The manual partition assignment includes broker {broker}, but no such broker is registered.")
        if broker == previous:
            raise _bad(f"The manual partition assignment includes the broker {broker} more than once.")
        previous = broker
    if factor is not None and len(brokers) != factor:
        raise _bad(
            f"The manual partition assignment includes a partition with {len(brokers)} replica(s), but this is not "
            f"consistent with previous partitions, which have {factor} replica(s)."
        )


def _replicas(brokers: tuple[int, ...], image: ClusterImage) -> PartitionReplicas:
    in_sync = tuple(broker for broker in brokers if not image.brokers[broker].fenced)
    return PartitionReplicas(brokers, in_sync, tuple(_directory(broker, image) for broker in brokers))


def _directory(broker: int, image: ClusterImage) -> bytes:
    log_dirs = image.brokers[broker].log_dirs
    return log_dirs[0] if len(log_dirs) == 1 else UNASSIGNED_DIRECTORY


def _bad(text: str) -> KafkaError:
    return KafkaError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, text)
