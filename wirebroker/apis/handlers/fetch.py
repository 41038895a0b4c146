"""Fetch: read batches of some partitions, and wait for them if there are not enough.

What is read and what of it is answered is decided by the fetch session (``partitions/fetch_sessions.py``); a fetch that
is answered at once goes through here without creating a task, a scope or an event.
"""

import msgspec

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import (
    AbortedTransaction,
    EpochEndOffset,
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    LeaderIdAndEpoch,
    NodeEndpoint,
    PartitionData,
    SnapshotId,
)
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError
from wirebroker.partitions.fetch_sessions import Answered, FetchContext, FetchSessionError, WantedPartition
from wirebroker.partitions.partition import Partition, Read
from wirebroker.partitions.waiters import ParkedFetch, Waiters

_READ_UNCOMMITTED, _READ_COMMITTED = 0, 1
_SAYS_RACK = 11
_BY_TOPIC_ID = 13
_REPLICA_STATE = 15
_LEADER_HINTS = 16
_KNOWS_STORAGE_ERROR = 6

_NO_RECORDS: list[object] = []
_NOTHING_DIVERGES = EpochEndOffset()
_NO_LEADER = LeaderIdAndEpoch()
_NO_SNAPSHOT = SnapshotId()


class _Round(msgspec.Struct):
    """One pass over all partitions of a fetch."""

    answered: Answered
    reads: list[tuple[Partition, WantedPartition, Read]]
    available: int = 0
    settled: bool = False


async def handle(request: FetchRequest, context: Context) -> FetchResponse:
    """Read, perhaps wait, answer (``KafkaApis.handleFetchRequest``).

    Errors at the top: FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR. Errors of
    a partition: UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID, those of ``Partition.read``, and
    KAFKA_STORAGE_ERROR. Raises KafkaError (UNKNOWN_SERVER_ERROR) for what fails Kafka too: an isolation level or a
    session id that cannot be.
    """
    services = context.services
    try:
        fetch = services.fetch_sessions.begin(
            request, context.version, services.journal.image.topics_by_id, services.clock.now()
        )
        answered = await _read(fetch, request, context)
        session_id, answered = fetch.answer(answered, services.clock.now())
    except FetchSessionError as refusal:
        return FetchResponse(error_code=refusal.code, session_id=refusal.session_id)
    response = FetchResponse(0, 0, session_id, _by_topic(answered))
    if context.version >= _LEADER_HINTS:
        _hint_at_leaders(request, response, answered, context)
    return response


def refuse(request: FetchRequest, context: Context, code: ErrorCode, message: str | None) -> FetchResponse:
    """Put the error at the top, before version 13 at every partition too (``FetchRequest.getErrorResponse``)."""
    topics = request.topics if context.version < _BY_TOPIC_ID else []
    return FetchResponse(
        error_code=code,
        session_id=request.session_id,
        responses=[
            FetchableTopicResponse(
                topic.topic, topic.topic_id, [_failed(wanted.partition, code, []) for wanted in topic.partitions]
            )
            for topic in topics
        ],
    )


async def _read(fetch: FetchContext, request: FetchRequest, context: Context) -> Answered:
    """Return an answer for each partition: the readable ones first, after them those that do not exist.

    For consumers, those of unknown topic ids come before other missing ones (``KafkaApis.handleFetchRequest``).
    """
    readable: list[WantedPartition] = []
    missing: Answered = []
    partitions = context.services.partitions
    for wanted in fetch.partitions():
        if wanted.topic is None:
            missing.append((wanted, _failed(wanted.request.partition, ErrorCode.UNKNOWN_TOPIC_ID, [])))
        elif partitions.exists(wanted.topic, wanted.request.partition):
            readable.append(wanted)
        else:
            missing.append((wanted, _failed(wanted.request.partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, [])))
    if _replica_id(request, context) < 0:
        missing.sort(key=lambda answer: answer[1].error_code != ErrorCode.UNKNOWN_TOPIC_ID)
    if not readable:
        return missing
    if request.isolation_level not in (_READ_UNCOMMITTED, _READ_COMMITTED):
        raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
    answered = await _read_enough(readable, request, context)
    return answered + missing if missing else answered


async def _read_enough(readable: list[WantedPartition], request: FetchRequest, context: Context) -> Answered:
    """Read until there are ``min_bytes``, something that ends the wait, or ``max_wait_ms`` are over."""
    max_bytes = min(request.max_bytes, context.services.config.fetch_max_bytes)
    min_bytes = min(request.min_bytes, max_bytes)
    committed = request.isolation_level == _READ_COMMITTED
    this_round = _read_once(readable, request, max_bytes, context)
    clock = context.services.clock
    remaining = request.max_wait_ms / 1000
    deadline = clock.now() + remaining
    while not (this_round.settled or this_round.available >= min_bytes or remaining <= 0):
        parked = ParkedFetch(min_bytes - this_round.available, read_committed=committed)
        with parked.standing_at(_places(this_round)):  # also while earlier answers leave
            await context.flush()
            await parked.wait(deadline - clock.now())
        this_round = _read_once(readable, request, max_bytes, context)
        remaining = deadline - clock.now()
    return this_round.answered


def _places(this_round: _Round) -> list[tuple[Waiters, int]]:
    """Where to wait: each partition, with the bytes that it may still add."""
    return [
        (partition.waiters, wanted.request.partition_max_bytes - read.available)
        for partition, wanted, read in this_round.reads
    ]


def _read_once(readable: list[WantedPartition], request: FetchRequest, max_bytes: int, context: Context) -> _Round:
    """Read all partitions in order, ``max_bytes`` together (``ReplicaManager.readFromLog``)."""
    version = context.version
    replica_id = _replica_id(request, context)
    partitions = context.services.partitions
    committed = request.isolation_level == _READ_COMMITTED and replica_id < 0
    selector = context.services.replica_selector if version >= _SAYS_RACK and replica_id < 0 else None
    this_round = _Round([], [])
    left, at_least_one = max_bytes, True
    for wanted in readable:
        asked = wanted.request
        try:
            partition = partitions.find(wanted.topic or "", asked.partition)
            if version >= _BY_TOPIC_ID and partition.topic_id != wanted.topic_id:
                raise KafkaError(ErrorCode.INCONSISTENT_TOPIC_ID)
            if replica_id >= 0:
                raise _not_a_replica(partition, asked.current_leader_epoch)
            node_id = None
            if selector is not None:
                node_id = selector.select(partition, request.rack_id, asked.fetch_offset)
            if node_id is not None:
                read = partition.redirect(asked, node_id)
            else:
                read = partition.read(asked, limit=left, at_least_one=at_least_one, read_committed=committed)
        except KafkaError as refusal:
            code = refusal.code
            if code is ErrorCode.KAFKA_STORAGE_ERROR and version < _KNOWS_STORAGE_ERROR:
                code = ErrorCode.NOT_LEADER_OR_FOLLOWER
            this_round.answered.append((wanted, _failed(asked.partition, code, None)))
            this_round.settled = True
            left = max(0, left)
            continue
        if read.size:
            at_least_one = False
        left = max(0, left - read.size)  # so that a negative limit concerns the first partition alone
        this_round.available += read.available
        this_round.settled |= read.settled
        this_round.reads.append((partition, wanted, read))
        this_round.answered.append((wanted, _data(asked.partition, read, committed)))
    return this_round


def _not_a_replica(partition: Partition, current_leader_epoch: int) -> KafkaError:
    """Return what a broker is told that fetches as a follower and is none (``Partition.followerReplicaOrThrow``)."""
    if current_leader_epoch < 0:
        return KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    partition.check_leader_epoch(current_leader_epoch)
    return KafkaError(ErrorCode.UNKNOWN_LEADER_EPOCH)


def _data(index: int, read: Read, committed: bool) -> PartitionData:
    """Who reads committed data is told which transactions were aborted.

    Others get null, and so does who diverges, or whose limit is too small for the first batch.
    """
    return PartitionData(
        index,
        0,
        read.high_watermark,
        read.last_stable_offset,
        read.log_start_offset,
        read.diverging or _NOTHING_DIVERGES,
        _NO_LEADER,
        _NO_SNAPSHOT,
        [AbortedTransaction(aborted.producer_id, aborted.first_offset) for aborted in read.aborted]
        if committed and read.diverging is None and read.aborted is not None
        else None,
        read.preferred_read_replica,
        read.chunks,
    )


def _failed(index: int, code: ErrorCode, aborted_transactions: list[AbortedTransaction] | None) -> PartitionData:
    """Answer without records, which are empty and never null: librdkafka refuses null."""
    return PartitionData(
        index,
        code,
        -1,
        aborted_transactions=aborted_transactions,
        records=_NO_RECORDS,
    )


def _by_topic(answered: Answered) -> list[FetchableTopicResponse]:
    """Neighbours of one topic go into one entry; the order stays."""
    topics: list[FetchableTopicResponse] = []
    last: str | bytes | None = None
    for wanted, data in answered:
        topic_key = wanted.key[0]
        if topic_key == last:
            topics[-1].partitions.append(data)
        else:
            last = topic_key
            topics.append(FetchableTopicResponse(wanted.topic or "", wanted.topic_id, [data]))
    return topics


def _hint_at_leaders(request: FetchRequest, response: FetchResponse, answered: Answered, context: Context) -> None:
    """Tell who leads to a client that asked the wrong broker or with an old epoch (KIP-951).

    A broker that fetches as a follower is not told the leader's address, which it knows.
    """
    services = context.services
    for wanted, data in answered:
        if data.error_code not in (ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.FENCED_LEADER_EPOCH):
            continue
        partition = services.partitions.get(wanted.topic or "", wanted.request.partition)
        if partition is None:
            continue
        data.current_leader = LeaderIdAndEpoch(services.node_id, partition.leader_epoch)
        if not response.node_endpoints and _replica_id(request, context) < 0:
            peer, broker = context.peer, services.journal.image.brokers.get(services.node_id)
            rack = None if broker is None else broker.rack
            response.node_endpoints = [NodeEndpoint(services.node_id, peer.advertised_host, peer.advertised_port, rack)]


def _replica_id(request: FetchRequest, context: Context) -> int:
    """Return the broker id of a follower; negative for consumers."""
    return request.replica_id if context.version < _REPLICA_STATE else request.replica_state.replica_id
