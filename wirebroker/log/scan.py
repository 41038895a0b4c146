"""Going through the batches of a segment one by one: which are sound, and where is damage (``LogSegment.recover``)."""

from kafka_codecs.records.batch import BatchHeader
from kafka_codecs.records.legacy import any_crc_is_valid
from wirebroker.log.damage import Stretch, find_sound
from wirebroker.log.format import FormatError
from wirebroker.log.leader_epochs import LeaderEpochs
from wirebroker.log.segment import MAX_RELATIVE_OFFSET, Segment

__all__ = ["MAX_OFFSET", "look_for_damage", "scan", "seal", "without_bytes"]

MAX_OFFSET = 2**63 - 1


def look_for_damage(segment: Segment, index_interval: int) -> list[Stretch]:
    """Go through all batches of a segment again; return the stretches of damage that were not known.

    Its indexes are made anew, in case it is they that are wrong. Raises OSError.
    """
    known, next_offset, sealed = dict(segment.damage), segment.next_offset, segment.sealed
    segment.start()
    segment.damage = without_bytes(known)
    scan(segment, 0, durable=next_offset, last_offset=next_offset - 1, index_interval=index_interval)
    segment.pass_over(segment.file.size(), next_offset)
    if sealed:
        seal(segment)
    return [stretch for at, stretch in segment.damage.items() if at not in known]


def seal(segment: Segment) -> None:
    """Write the indexes, to stable storage: the next start believes those below the recovery point."""
    segment.seal()
    for sync in segment.syncing(indexes=True):
        sync()


def without_bytes(damage: dict[int, Stretch]) -> dict[int, Stretch]:
    """Return what no scan can find: where a file was cut short."""
    return {at: stretch for at, stretch in damage.items() if stretch.position == stretch.end}


def scan(
    segment: Segment,
    position: int,
    *,
    durable: int,
    last_offset: int,
    index_interval: int,
    epochs: LeaderEpochs | None = None,
) -> bool:
    """Count in all sound batches from ``position`` on. Return False if there are bytes behind them that are not.

    What is not sound and begins below the offset ``durable``, which is a batch's beginning, is noted as damage, and
    passed over. Offsets lie between the segment's and ``last_offset``.
    """
    size = segment.file.size()
    while True:
        if segment.next_offset < durable:
            _count_in(segment, position, size, min(last_offset, durable - 1), index_interval, epochs)
            position = segment.size
        if segment.next_offset >= durable:
            _count_in(segment, position, size, last_offset, index_interval, epochs)
            position = segment.size
        if position == size or segment.next_offset >= durable:
            return position == size
        found = find_sound(
            segment.file, position + 1, size, first_offset=segment.next_offset, last_offset=min(last_offset, MAX_OFFSET)
        )
        if found is None or found[1].base_offset > durable:
            end, next_offset = size, durable
        else:
            end, next_offset = found[0], found[1].base_offset
        segment.damage[position] = Stretch(position, end, segment.next_offset, next_offset)
        segment.pass_over(end, next_offset)
        position = end


def _count_in(
    segment: Segment, position: int, size: int, last_offset: int, index_interval: int, epochs: LeaderEpochs | None
) -> None:
    """Count in batches up to the first that is not sound."""
    try:
        for at, header, batch in segment.batches(position, size):
            if not _is_sound(segment, header, batch, last_offset):
                return
            segment.note(at, len(batch), header.last_offset, header.max_timestamp, index_interval)
            if epochs is not None:
                latest = epochs.latest
                if header.partition_leader_epoch >= 0 and (latest is None or header.partition_leader_epoch > latest):
                    epochs.assign(header.partition_leader_epoch, header.base_offset)
    except FormatError:
        return


def _is_sound(segment: Segment, header: BatchHeader, batch: memoryview, last_offset: int) -> bool:
    return (
        header.base_offset >= segment.next_offset
        and header.last_offset - segment.base_offset <= MAX_RELATIVE_OFFSET
        and header.last_offset <= last_offset
        and header.last_offset_delta >= 0
        and any_crc_is_valid(batch, 0, len(batch))
    )
