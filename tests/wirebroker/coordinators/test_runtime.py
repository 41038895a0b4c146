"""The runtime: append first, answer after; deadlines kept; callers who went away; loading."""

import logging

import pytest
import trio

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.heartbeat import HeartbeatRequest
from kafka_codecs.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from kafka_codecs.messages.leave_group import MemberIdentity
from kafka_codecs.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from kafka_codecs.messages.sync_group import SyncGroupRequest
from kafka_codecs.records.batch import Record, build_batch, iter_batches
from kafka_codecs.wire import EncodeError
from wirebroker.config.broker import BrokerConfig
from wirebroker.coordinators import group_log
from wirebroker.coordinators.group.classic import Caller
from wirebroker.coordinators.group.records import encode_record, partition_for
from wirebroker.coordinators.runtime import GroupService
from wirebroker.errors import KafkaError
from wirebroker.metadata.image import EMPTY_IMAGE, TopicImage

pytestmark = pytest.mark.trio

OFFSETS = "__consumer_offsets"
T_ID, OFFSETS_ID = b"t" * 16, b"o" * 16


class Log:
    """One partition, and its log: what was appended, and a refusal if the test asks for one."""

    log_start_offset = 0

    def __init__(self):
        self.data = bytearray()
        self.refusal = None
        self.most_records = 1000
        self.appends = 0

    @property
    def log(self):
        return self

    def append_records(self, records, *, timestamp_ms):
        if self.refusal is not None:
            raise self.refusal
        if len(records) > self.most_records:
            raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
        self.appends += 1
        self.data += build_batch(records, base_timestamp=timestamp_ms)

    def batches(self, offset):
        for at, header in iter_batches(bytes(self.data)):
            yield header, memoryview(self.data)[at : at + header.size]


class Partitions:
    def __init__(self):
        self.logs = {}

    def get(self, topic, index):
        assert topic == OFFSETS
        return self.logs.get(index)


def image(**topics):
    """A picture of the cluster with these topics: name to (id, number of partitions)."""
    described = {name: TopicImage(name, topic_id, (None,) * count) for name, (topic_id, count) in topics.items()}
    by_id = {topic.topic_id: topic for topic in described.values()}
    return type("Image", (), {"topics": described, "topics_by_id": by_id})


class World:
    """A service with a clock that Trio's autojump drives, and a topic of two partitions, made on first need."""

    def __init__(self, **config):
        self.config = BrokerConfig.of(config)
        self.partitions = Partitions()
        self.created = []
        self.image = image()
        self.service = self.new_service()

    def new_service(self):
        numbers = iter(range(1000))
        service = GroupService(
            self.config,
            self.partitions,
            now=trio.current_time,
            timestamp_ms=lambda: 1_000_000,
            new_uuid=lambda: str(next(numbers)),
            ensure_internal_topic=self.create,
        )
        service.topics_changed(EMPTY_IMAGE, self.image)
        return service

    async def start(self, nursery):
        await self.service.load()
        nursery.start_soon(self.service.run)

    def create(self, name):
        self.created.append(name)
        self.partitions.logs = {0: Log(), 1: Log()}
        self.change(image(**{OFFSETS: (OFFSETS_ID, 2), "t": (T_ID, 1)}))

    def change(self, new):
        old, self.image = self.image, new
        self.service.topics_changed(old, new)

    def log_of(self, group_id):
        return self.partitions.logs[partition_for(group_id, 2)]

    def join(self, member_id="", *, group="g", session=10_000, rebalance=60_000, version=3):
        request = JoinGroupRequest(
            group_id=group,
            session_timeout_ms=session,
            rebalance_timeout_ms=rebalance,
            member_id=member_id,
            protocol_type="consumer",
            protocols=[JoinGroupRequestProtocol("range", b"")],
        )
        return self.service.join(request, Caller("c", "/h", version))

    def sync(self, member_id, generation, group="g"):
        return self.service.sync(SyncGroupRequest(group_id=group, member_id=member_id, generation_id=generation))

    def stable(self, group="g", **options):
        answer = self.join(group=group, **options).result()
        assert self.sync(answer.member_id, answer.generation_id, group).result().error_code == 0
        return answer.member_id

    def commit(self, offset, group="g"):
        partition = OffsetCommitRequestPartition(0, offset)
        request = OffsetCommitRequest(group_id=group, topics=[OffsetCommitRequestTopic("t", T_ID, [partition])])
        return self.service.commit_offsets(request, 9).topics[0].partitions[0].error_code

    def state(self, group="g"):
        described = self.service.describe(group)
        return "Dead" if described is None else described.group_state


@pytest.fixture
async def world():
    return World()


async def test_the_topic_is_made_on_first_need_and_once(world):
    """S78b."""
    assert world.service.describe("g") is None
    assert world.created == []
    world.stable()
    world.service.ensure_topic()
    assert world.created == [OFFSETS]


async def test_the_answer_comes_after_the_append(world):
    """Append first, answer after."""
    answer = world.join().result()
    log = world.log_of("g")
    log.refusal = KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
    with pytest.raises(KafkaError) as refused:
        world.sync(answer.member_id, 1).result()
    assert refused.value.code is ErrorCode.NOT_COORDINATOR
    assert world.state() == "PreparingRebalance"
    log.refusal = None
    again = world.join(answer.member_id).result()
    assert world.sync(again.member_id, 2).result().error_code == 0


@pytest.mark.parametrize(
    ("refusal", "told"),
    [("MESSAGE_TOO_LARGE", "UNKNOWN_SERVER_ERROR"), ("UNKNOWN_TOPIC_OR_PARTITION", "COORDINATOR_NOT_AVAILABLE")],
)
async def test_what_callers_are_told_where_the_log_refuses(world, refusal, told):
    world.service.ensure_topic()
    world.log_of("g").refusal = KafkaError(ErrorCode[refusal])
    for verb in world.join, lambda: world.commit(1):
        with pytest.raises(KafkaError) as refused:
            verb()
        assert refused.value.code is ErrorCode[told]
    assert world.state() == "Dead"


async def test_one_outcome_is_one_batch_of_each_partition(world):
    partitions = [OffsetCommitRequestPartition(index, 5) for index in range(3)]
    topic = OffsetCommitRequestTopic("t", T_ID, partitions)
    world.service.commit_offsets(OffsetCommitRequest(group_id="g", topics=[topic]), 9)
    assert world.log_of("g").appends == 1


async def test_a_group_that_cannot_be_written_takes_no_other_with_it(world, monkeypatch, caplog):
    def encode(record):
        if record.group_id == groups[1]:
            raise EncodeError("too long")
        return encode_record(record)

    groups = [f"g{number}" for number in range(6)]
    for group in groups:
        world.commit(5, group)
    monkeypatch.setattr(group_log, "encode_record", encode)
    world.log_of(groups[0]).refusal = KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
    sound = [group for group in groups if world.log_of(group) is not world.log_of(groups[0]) and group != groups[1]]
    assert 0 < len(sound) < 5
    world.change(image(**{OFFSETS: (OFFSETS_ID, 2)}))
    assert [group for group in groups if not world.service.fetch_offsets(group, None)] == sound
    assert "could not be written" in caplog.text
    world.service = world.new_service()
    await world.service.load()
    assert [group for group in groups if not world.service.fetch_offsets(group, None)] == sound


async def test_what_only_takes_away_may_be_several_batches(world):
    partitions = [OffsetCommitRequestPartition(index, 5) for index in range(7)]
    topic = OffsetCommitRequestTopic("t", T_ID, partitions)
    request = OffsetCommitRequest(group_id="g", topics=[topic])
    world.service.commit_offsets(request, 9)
    log = world.log_of("g")
    log.most_records = 2
    with pytest.raises(KafkaError):
        world.service.commit_offsets(request, 9)
    world.change(image(**{OFFSETS: (OFFSETS_ID, 2)}))
    assert world.service.fetch_offsets("g", None) == []
    assert log.appends == 5


async def test_deadlines_wake_the_task(autojump_clock, world, nursery):
    await world.start(nursery)
    world.stable(session=10_000)
    await trio.sleep(9.9)
    assert world.state() == "Stable"
    await trio.sleep(0.2)
    assert world.state() == "Empty"


async def test_an_earlier_deadline_wakes_it_earlier(autojump_clock, world, nursery):
    await world.start(nursery)
    world.stable("late", session=1_000_000)
    await trio.sleep(1)
    world.stable("early", session=6000)
    await trio.sleep(6.1)
    assert (world.state("early"), world.state("late")) == ("Empty", "Stable")


async def test_a_parked_caller_is_answered(autojump_clock, world, nursery):
    await world.start(nursery)
    first = world.stable(session=1_000_000)
    newcomer = world.join()
    assert not newcomer.is_answered
    with trio.fail_after(61):
        await newcomer.wait()
    answer = newcomer.result()
    assert (answer.generation_id, answer.leader) == (2, answer.member_id)
    heartbeat = HeartbeatRequest(group_id="g", member_id=first, generation_id=2)
    assert world.service.heartbeat(heartbeat) is ErrorCode.UNKNOWN_MEMBER_ID


async def test_a_caller_that_went_away_is_a_member_all_the_same(autojump_clock, world, nursery):
    """S13."""
    await world.start(nursery)
    first = world.stable(session=1_000_000)
    newcomer = world.join()
    with trio.move_on_after(1):
        await newcomer.wait()
    again = world.join(first, session=1_000_000)
    assert again.result().generation_id == 2
    assert len(again.result().members) == 2


async def test_groups_are_loaded_from_the_log(autojump_clock, world, nursery):
    """S139, S140."""
    await world.start(nursery)
    member_id = world.stable()
    assert world.commit(7, "other") == 0
    world.service = world.new_service()
    await world.start(nursery)
    assert (world.state(), world.state("other")) == ("Stable", "Empty")
    assert world.service.fetch_offsets("other", None)[0].partitions[0].committed_offset == 7
    await trio.sleep(9.9)
    assert world.service.heartbeat(HeartbeatRequest("g", 1, member_id, None)) is ErrorCode.NONE


async def test_what_cannot_be_read_is_passed_over(autojump_clock, world, nursery, caplog):
    world.stable()
    log = world.log_of("g")
    for key, value in (None, b""), (b"\0\2\0\1g", b"\0\x63"), (b"\0\x63", b""):
        log.append_records([Record(key=key, value=value)], timestamp_ms=1)
    world.service = world.new_service()
    with caplog.at_level(logging.ERROR):
        await world.start(nursery)
    assert world.state() == "Stable"
    assert len(caplog.records) == 2


async def test_the_offsets_of_a_deleted_topic_are_dropped(world):
    """S105."""
    world.commit(5)
    world.change(image(**{OFFSETS: (OFFSETS_ID, 2)}))
    assert world.service.fetch_offsets("g", None) == []


async def test_without_its_topic_the_coordinator_knows_no_groups(autojump_clock, world, nursery):
    """S78c, S95a: clients may delete it."""
    await world.start(nursery)
    world.stable()
    waiting = world.join()
    world.change(image(t=(T_ID, 1)))
    assert waiting.result().error_code == ErrorCode.NOT_COORDINATOR
    assert world.state() == "Dead"
    assert world.join().result().generation_id == 1
    assert world.created == [OFFSETS, OFFSETS]


async def test_a_fault_in_one_group_is_not_the_others_end(autojump_clock, world, nursery, monkeypatch, caplog):
    await world.start(nursery)
    world.stable("faulty", session=6000)
    world.stable("sound", session=7000)
    coordinator = world.service._coordinator
    monkeypatch.setattr(coordinator.groups["faulty"], "expire", lambda **_: 1 / 0)
    with caplog.at_level(logging.ERROR):
        await trio.sleep(7.1)
    assert world.state("sound") == "Empty"
    assert "ZeroDivisionError" in caplog.text


async def test_leaving_is_answered_at_once(world):
    """S104."""
    member_id = world.stable()
    response = world.service.leave("g", [MemberIdentity(member_id), MemberIdentity("x")])
    assert [member.error_code for member in response.members] == [0, ErrorCode.UNKNOWN_MEMBER_ID]
    assert world.state() == "Empty"


async def test_old_offsets_are_looked_for(autojump_clock, nursery):
    """S107."""
    world = World(**{"offsets.retention.check.interval.ms": "5000"})
    await world.start(nursery)
    world.join(version=9)
    await trio.sleep(4.9)
    assert world.state() == "Empty"
    await trio.sleep(0.2)
    assert world.state() == "Dead"
