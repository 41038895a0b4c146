"""Incremental fetch sessions (KIP-227): which partitions a client fetches, and what it was told about them last.

A client opens a session by a full fetch, and from then on names only what changes; answers leave out partitions of
which there is nothing new. What a fetch has to read, and what of it is answered, depends on its kind: ``begin`` gives
the matching ``FetchContext``. (Names are Kafka's: ``FetchManager``, ``FetchContext``, ``FetchSession``. Kafka divides
its cache into eight shards to spare locks; here is one cache for the same number of sessions.)
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Protocol

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, PartitionData
from wirebroker.errors import KafkaError
from wirebroker.metadata.image import TopicImage

NO_SESSION = 0
INITIAL_EPOCH = 0
FINAL_EPOCH = -1
LAST_EPOCH = 2**31 - 1
MAX_SESSION_ID = 8 * ((2**31 - 1) // 8) - 1
"""Ids run from 1 to this one; a larger one has no shard in Kafka, and nor has one below minus the size of a shard."""
_MIN_SESSION_ID = 1 - (2**31 - 1) // 8

EVICTION_SECONDS = 120.0
"""A session unused for longer may be replaced; one that exists for longer may be replaced by a larger one."""

_BY_TOPIC_ID = 13

TopicKey = str | bytes
PartitionKey = tuple[TopicKey, int]


class FetchSessionError(KafkaError):
    """A fetch that does not fit its session: answered with this code at the top and without partitions."""

    def __init__(self, code: ErrorCode, session_id: int = NO_SESSION) -> None:
        super().__init__(code)
        self.session_id = session_id


class WantedPartition:
    """One partition of a fetch: what the client asked for last, and in a session what it was told last.

    ``topic`` is None while nothing is known of ``topic_id``; once known it stays, also after the topic is deleted.
    """

    __slots__ = ("high_watermark", "key", "log_start_offset", "request", "topic", "topic_id")

    def __init__(self, key: PartitionKey, topic: str | None, topic_id: bytes, request: FetchPartition) -> None:
        self.key = key
        self.topic = topic
        self.topic_id = topic_id
        self.request = request
        self.high_watermark = -1
        self.log_start_offset = -1

    def told(self, data: PartitionData) -> bool:
        """Remember what ``data`` says; return whether it says anything new (``maybeUpdateResponseData``)."""
        news = bool(
            data.records or data.error_code or data.preferred_read_replica >= 0 or data.diverging_epoch.epoch >= 0
        )
        if data.high_watermark != self.high_watermark or data.log_start_offset != self.log_start_offset:
            news = True
        self.log_start_offset = data.log_start_offset
        # After an error the partition is sent once more, when the error is over.
        self.high_watermark = -1 if data.error_code else data.high_watermark
        return news


Answered = list[tuple[WantedPartition, PartitionData]]
TopicNames = Mapping[bytes, TopicImage]


class FetchContext(Protocol):
    """What one fetch reads and what is answered."""

    def partitions(self) -> Collection[WantedPartition]:
        """Return what has to be read, in this order."""
        ...

    def answer(self, answered: Answered, now: float) -> tuple[int, Answered]:
        """Return the session id to answer with, and what of ``answered`` to send. Raises FetchSessionError."""
        ...


class Sessionless:
    """A fetch that names all it wants and wants no session."""

    def __init__(self, wanted: Collection[WantedPartition]) -> None:
        self._wanted = wanted

    def partitions(self) -> Collection[WantedPartition]:
        return self._wanted

    def answer(self, answered: Answered, now: float) -> tuple[int, Answered]:  # noqa: ARG002 - as its siblings
        return NO_SESSION, answered


class Opening:
    """A full fetch that wants a session, and gets one with its answer if there is room (``FullFetchContext``)."""

    def __init__(self, sessions: "FetchSessions", wanted: dict[PartitionKey, WantedPartition], by_id: bool) -> None:
        self._sessions = sessions
        self._wanted = wanted
        self._by_id = by_id

    def partitions(self) -> Collection[WantedPartition]:
        return self._wanted.values()

    def answer(self, answered: Answered, now: float) -> tuple[int, Answered]:
        for wanted, data in answered:
            wanted.high_watermark = data.high_watermark
            wanted.log_start_offset = data.log_start_offset
        session = self._sessions.create({wanted.key: wanted for wanted, _ in answered}, self._by_id, now)
        return NO_SESSION if session is None else session.id, answered


class Incremental:
    """A fetch in a session: reads all of the session's partitions, answers those with news."""

    def __init__(self, session: "FetchSession", names: TopicNames) -> None:
        self._session = session
        self._names = names
        self._epoch = session.epoch

    def partitions(self) -> Collection[WantedPartition]:
        wanted = list(self._session.partitions.values())
        if self._session.by_id:
            for partition in wanted:
                if partition.topic is None:
                    partition.topic = _name(self._names, partition.topic_id)
        return wanted

    def answer(self, answered: Answered, now: float) -> tuple[int, Answered]:  # noqa: ARG002 - as its siblings
        session = self._session
        if session.epoch != self._epoch:  # the next fetch came on another connection while this one waited
            raise FetchSessionError(ErrorCode.INVALID_FETCH_SESSION_EPOCH, session.id)
        news: Answered = []
        partitions = session.partitions
        for pair in answered:
            wanted, data = pair
            if wanted.key in partitions and wanted.told(data):
                news.append(pair)
                if data.records:  # the next fetch serves the others first
                    del partitions[wanted.key]
                    partitions[wanted.key] = wanted
        return session.id, news


class FetchSession:
    """One client's session; ``partitions`` are in the order in which they are read."""

    __slots__ = ("by_id", "created_at", "epoch", "id", "partitions", "used_at")

    def __init__(
        self, session_id: int, partitions: dict[PartitionKey, WantedPartition], by_id: bool, now: float
    ) -> None:
        self.id = session_id
        self.epoch = INITIAL_EPOCH + 1
        self.partitions = partitions
        self.by_id = by_id
        self.created_at = self.used_at = now

    def update(self, wanted: Mapping[PartitionKey, WantedPartition], forgotten: Iterator[PartitionKey]) -> None:
        """Take over what a request adds, changes and forgets."""
        for key, partition in wanted.items():
            known = self.partitions.get(key)
            if known is None:
                self.partitions[key] = partition
            else:
                known.request = partition.request
        for key in forgotten:
            self.partitions.pop(key, None)


class FetchSessions:
    """The sessions of one broker, at most ``slots`` of them; ``new_id`` gives random positive numbers of 31 bits."""

    def __init__(self, slots: int, new_id: Callable[[], int]) -> None:
        self._slots = slots
        self._new_id = new_id
        self._sessions: OrderedDict[int, FetchSession] = OrderedDict()  # the longest unused first

    def __len__(self) -> int:
        return len(self._sessions)

    def begin(self, request: FetchRequest, version: int, names: TopicNames, now: float) -> FetchContext:
        """Find out what kind of fetch this is. ``now``: monotonic seconds.

        Raises FetchSessionError: FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR;
        and KafkaError (UNKNOWN_SERVER_ERROR) for an id that no session can have.
        """
        by_id = version >= _BY_TOPIC_ID
        session_id, epoch = request.session_id, request.session_epoch
        if not _MIN_SESSION_ID <= session_id <= MAX_SESSION_ID:
            raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
        if epoch in (FINAL_EPOCH, INITIAL_EPOCH):
            if session_id != NO_SESSION:
                self._sessions.pop(session_id, None)
            wanted = _wanted(request, by_id, names)
            return Sessionless(wanted.values()) if epoch == FINAL_EPOCH else Opening(self, wanted, by_id)
        session = self._sessions.get(session_id)
        if session is None:
            raise FetchSessionError(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
        if session.epoch != epoch:
            raise FetchSessionError(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
        if session.by_id != by_id:
            raise FetchSessionError(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
        wanted = _wanted(request, by_id, names)
        session.update(wanted, _forgotten(request, by_id))
        if not session.partitions:
            del self._sessions[session_id]
            return Sessionless(wanted.values())
        session.epoch = 1 if epoch == LAST_EPOCH else epoch + 1
        session.used_at = now
        self._sessions.move_to_end(session_id)
        return Incremental(session, names)

    def create(self, partitions: dict[PartitionKey, WantedPartition], by_id: bool, now: float) -> FetchSession | None:
        """Open a session; None if the cache is full of sessions that are worth more."""
        if len(self._sessions) >= self._slots and not self._evict(len(partitions), now):
            return None
        session_id = self._new_id()
        while session_id in self._sessions or not 0 < session_id <= MAX_SESSION_ID:
            session_id = self._new_id()
        session = self._sessions[session_id] = FetchSession(session_id, partitions, by_id, now)
        return session

    def _evict(self, size: int, now: float) -> bool:
        """Make room for a session of ``size`` partitions, if one is stale, or old and smaller (``tryEvict``)."""
        if not self._sessions:
            return False
        stalest = next(iter(self._sessions.values()))
        if now - stalest.used_at > EVICTION_SECONDS:
            del self._sessions[stalest.id]
            return True
        # A session becomes replaceable when it is used after its first two minutes.
        old = (
            session for session in self._sessions.values() if session.used_at - session.created_at > EVICTION_SECONDS
        )
        smallest = min(old, key=lambda session: (len(session.partitions), session.id), default=None)
        if smallest is None or len(smallest.partitions) >= size:
            return False
        del self._sessions[smallest.id]
        return True


def _name(names: TopicNames, topic_id: bytes) -> str | None:
    topic = names.get(topic_id)
    return None if topic is None else topic.name


def _wanted(request: FetchRequest, by_id: bool, names: TopicNames) -> dict[PartitionKey, WantedPartition]:
    """Return the request's partitions in its order; of one that is listed twice the last entry."""
    wanted: dict[PartitionKey, WantedPartition] = {}
    for topic in request.topics:
        topic_key: TopicKey = topic.topic_id if by_id else topic.topic
        name = _name(names, topic.topic_id) if by_id else topic.topic
        for partition in topic.partitions:
            key = topic_key, partition.partition
            wanted[key] = WantedPartition(key, name, topic.topic_id, partition)
    return wanted


def _forgotten(request: FetchRequest, by_id: bool) -> Iterator[PartitionKey]:
    for topic in request.forgotten_topics_data:
        for index in topic.partitions:
            yield topic.topic_id if by_id else topic.topic, index
