"""Scripts played to two wirebrokers: they agree, and where they do not, it is found, shrunk, saved and replayed."""

import struct
from contextlib import contextmanager

import pytest
from group_client import Member
from partition_client import batch_of, produce_request
from raw_client import RawClient

from compat.differential.assigned import Pairs
from compat.differential.campaign import Campaign, Player
from compat.differential.compare import Difference
from compat.differential.draw.scripts import drawn
from compat.differential.findings import Findings
from compat.differential.logs import Logs, line_differences
from compat.differential.outcome import Ending
from compat.differential.proxy import Proxy
from compat.differential.recorded import NAMES, script_of
from compat.differential.run import Found, Played, Stage
from compat.differential.script import CLOSE, Script, Step, read
from compat.differential.side import Side
from compat.differential.values import Answer, Batches, TopicId
from compat.differential.warm_up import warm_up
from kafka_codecs.api_keys import ApiKey
from kafka_codecs.messages.create_topics import CreatableTopic, CreateTopicsRequest
from kafka_codecs.messages.init_producer_id import InitProducerIdRequest
from wirebroker.testing import Broker


@contextmanager
def stage_of(*settings):
    """Two brokers, each with these settings of its own."""
    both = {"group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "2"}
    with Broker({**both, **settings[0]}) as one, Broker({**both, **settings[1]}) as other:
        sides = [Side("one", one.bootstrap), Side("other", other.bootstrap)]
        for side in sides:
            warm_up(side)
        yield Stage(*sides)
        for side in sides:
            side.close()


@pytest.fixture
def stage():
    with stage_of({}, {}) as equals:
        yield equals


def step(label, api, version, body, **options):
    return Step(label, int(api), version, body, **options)


CREATE = step("s0", ApiKey.CREATE_TOPICS, 7, {"topics": [{"name": "~t", "num_partitions": 1, "replication_factor": 1}]})
GROUP = {"group_id": "~g", "session_timeout_ms": 10_000, "rebalance_timeout_ms": 10_000, "protocol_type": "consumer"}
OFFERS = [{"name": "range", "metadata": b"m"}]


@pytest.mark.parametrize("seed", range(5))
def test_two_of_a_kind_agree(stage, seed):
    played = stage.play(drawn(f"agree/{seed}"))
    assert [str(found.difference) for found in played.found] == []
    assert sum(played.exchanges.values()) > 15


def test_symbols_are_each_brokers_own(stage):
    body = {"acks": -1, "topic_data": [{"topic_id": TopicId("~t"), "partition_data": [{"records": None}]}]}
    batch = {
        "records": [{"value": b"x"}],
        "producer_id": Answer("s1", "producer_id"),
        "producer_epoch": 0,
        "base_sequence": 0,
    }
    body["topic_data"][0]["partition_data"][0]["records"] = Batches([batch])
    stage.sides[0].ask(InitProducerIdRequest(transactional_id=None), 4)  # so that the two are one apart
    played = stage.play(
        Script((CREATE, step("s1", ApiKey.INIT_PRODUCER_ID, 4, {"transactional_id": None}), step("s2", 0, 13, body)))
    )
    assert [str(found.difference) for found in played.found] == []
    answers = [side.resolve(Answer("s2", "responses.0.partition_responses.0.error_code"), -9) for side in stage.sides]
    assert answers == [0, 0]
    one, other = (side.resolve(Answer("s1", "producer_id"), -9) for side in stage.sides)
    assert one == other + 1


def test_a_join_that_waits_is_answered_later(stage):
    """A second member joins: both wait until the first has joined again."""
    join = {**GROUP, "protocols": OFFERS}
    steps = (
        step("a", ApiKey.JOIN_GROUP, 9, {**join, "group_instance_id": "one"}, connection=1),
        step("b", ApiKey.JOIN_GROUP, 9, {**join, "group_instance_id": "two"}, connection=2),
        step(
            "c",
            ApiKey.JOIN_GROUP,
            9,
            {**join, "group_instance_id": "one", "member_id": Answer("a", "member_id")},
            connection=1,
        ),
    )
    played = stage.play(Script(steps))
    assert [str(found.difference) for found in played.found] == []
    assert played.exchanges["join_group", 9] == 4  # that the second one waits is compared as well
    assert [side.resolve(Answer("b", "generation_id"), -9) for side in stage.sides] == [2, 2]


def test_members_are_told_apart_before_a_leader_lists_them(stage):
    """One member's connection is closed before it learns its id: the leader's answer lists two whom nobody knows."""
    join = {**GROUP, "protocols": OFFERS}
    leader = {**join, "group_instance_id": "one", "member_id": Answer("a", "member_id")}
    steps = (
        step("a", ApiKey.JOIN_GROUP, 9, {**join, "group_instance_id": "one"}, connection=1),
        step("b", ApiKey.JOIN_GROUP, 3, join, connection=2),
        step("c", CLOSE, 0, {}, connection=2),
        step("d", ApiKey.JOIN_GROUP, 3, join, connection=3),
        step("e", ApiKey.JOIN_GROUP, 9, leader, connection=1),
    )
    played = stage.play(Script(steps))
    assert [str(found.difference) for found in played.found] == []
    one, other = (side.resolve(Answer("d", "member_id"), "") for side in stage.sides)
    assert played.pairs.counterpart("member_id", one) == other


def test_a_produce_without_an_answer(stage):
    def produce(topic):
        batch = Batches([{"records": [{"value": b"x"}]}])
        topics = [{"name": topic, "partition_data": [{"records": batch}]}]
        return step("p", ApiKey.PRODUCE, 9, {"acks": 0, "topic_data": topics})

    assert stage.play(Script((CREATE, produce("~t"), produce("~missing"), produce("~t")))).found == []


def test_a_difference_is_shrunk_saved_and_replayed(tmp_path):
    """One of the two gives new topics two partitions."""
    topics = [{"name": "~a", "num_partitions": 1, "replication_factor": 1}, {"name": "~b", "num_partitions": -1}]
    create = step("s1", ApiKey.CREATE_TOPICS, 7, {"topics": [{"replication_factor": 1, **topic} for topic in topics]})
    script = Script((CREATE, create, step("s2", ApiKey.HEARTBEAT, 4, {})))
    with stage_of({}, {"num.partitions": "2"}) as stage:
        findings = Findings(tmp_path, verbose=False)
        Player(stage, findings, None).try_out(script)
        (known,) = findings.known.values()
        (smallest,) = known.script.steps
        assert smallest.body == {"topics": [{"num_partitions": -1, "name": "~b", "replication_factor": 1}]}
        saved = read(known.file)
        assert (known.file.name, saved.steps) == ("create_topics-1.json", known.script.steps)
        again = Findings(tmp_path, verbose=False)
        Player(stage, again, None).replay(known.file)
    assert list(again.known) == list(findings.known)


def test_topics_are_deleted_at_the_end_of_a_batch(stage, tmp_path):
    player = Player(stage, Findings(tmp_path, verbose=False), None)
    player.try_out(Script((CREATE,)))
    player.end_batch()
    for side in stage.sides:
        (described,) = side.learn_topics([next(iter(side.topic_ids))]).values()
        assert described.error_code == 3


class Pretended:
    """A stage on which each step is an exchange, and Metadata shows a difference."""

    def __init__(self):
        self.played = []

    def play(self, script):
        played = Played(script=script, prefix="d-0-", now_ms=0)
        for at, each in enumerate(script.steps):
            played.exchanges[each.api_name, each.version] += 1
            if each.api == ApiKey.METADATA:
                played.found.append(Found(at, Difference("metadata", "metadata", 1, 2), Ending.CLOSED, Ending.SILENT))
        self.played.append(script)
        return played

    def delete_topics(self, names):
        assert names == []


def test_players_share_what_they_find(tmp_path):
    """Together they play each script once, stop together, and one pursues the difference."""
    stages = [Pretended(), Pretended(), Pretended()]
    findings = Findings(tmp_path, verbose=False)
    Campaign(stages, findings, None).draw(1000, seed=5)
    assert 1000 <= findings.total() == sum(findings.exchanges.values()) < 1500
    drawn_ones = [script for stage in stages for script in stage.played if len(script.steps) > 15]
    assert len({script.about for script in drawn_ones}) == findings.scripts
    (known,) = findings.known.values()
    assert [each.api_name for each in known.script.steps] == ["metadata"]
    assert [path.name for path in tmp_path.iterdir()] == ["metadata-1.json"]


def test_a_recorded_session_replays(stage):
    """Its ids are symbols, its names those of the run."""
    settings = {"group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "2"}
    with Broker(settings) as broker, Proxy() as proxy:
        proxy.forward_to(broker.bootstrap)
        with RawClient(proxy.address) as client:
            topic = CreatableTopic(name=NAMES + "t", num_partitions=1, replication_factor=1)
            client.call(CreateTopicsRequest(topics=[topic], timeout_ms=10_000), 7)
            producer = client.call(InitProducerIdRequest(transactional_id=None), 4)
            records = batch_of(b"x", producer_id=producer.producer_id, producer_epoch=0, base_sequence=0)
            topic_of = type("T", (), {"name": NAMES + "t"})
            client.call(produce_request(topic_of, records), 9)
            member = Member(client, NAMES + "g")
            member.join()
            assert member.heartbeat() == 0
    script = script_of(proxy.exchanges, "a test")
    assert [each.api_name for each in script.steps] == [
        "create_topics", "init_producer_id", "produce", "join_group", "join_group", "heartbeat",
    ]  # fmt: skip
    assert script.steps[0].body["topics"][0]["name"] == "~t"
    assert script.steps[2].body["topic_data"][0]["partition_data"][0]["records"].batches[0]["set"] == {
        "producer_id": Answer("r2", "producer_id")
    }
    assert script.steps[5].body["member_id"] == Answer("r4", "member_id")
    played = stage.play(script)
    assert [str(found.difference) for found in played.found] == []


def test_logs_are_compared_byte_by_byte_and_by_the_dump_tool(tmp_path):
    shown = {}

    def dump(files):
        return "".join(f"Dumping {path}\n{shown[path.read_bytes()]}\n" for path in files)

    for side, content in (("one", b"abc"), ("other", b"abc")):
        folder = tmp_path / side / "d-1-t-0"
        folder.mkdir(parents=True)
        (folder / "0.log").write_bytes(content)
        (folder / "5.log").write_bytes(b"")
    logs = Logs(tmp_path / "one", tmp_path / "other", dump)
    assert logs.differences("d-1-", Pairs()) == []
    (tmp_path / "other" / "d-1-t-0" / "0.log").write_bytes(b"abd")
    shown |= {b"abc": "baseOffset: 0 payload: a", b"abd": "baseOffset: 0 payload: b"}
    assert len(logs.differences("d-1-", Pairs())) == 1
    (tmp_path / "other" / "d-1-t-0" / "5.log").write_bytes(b"x")
    assert len(logs.differences("d-1-", Pairs())) == 2


def test_what_is_only_reserved_is_not_compared(tmp_path):
    batch, second = struct.pack(">qi4s", 0, 4, b"v\0\0\0"), struct.pack(">qi4s", 1, 4, b"w\0\0\0")
    for side, content in (("one", batch + bytes(40)), ("other", batch + second)):
        folder = tmp_path / side / "d-1-t-0"
        folder.mkdir(parents=True)
        (folder / "0.log").write_bytes(content)
        (folder / "5.log").write_bytes(bytes(15) if side == "one" else b"")
    shown = []

    def dump(files):
        shown.append([path.read_bytes() for path in files])
        return "".join(f"Dumping {path}\n" for path in files)

    logs = Logs(tmp_path / "one", tmp_path / "other", dump)
    assert logs.differences("d-1-", Pairs()) == []
    assert shown == [[batch], [batch + second]]
    (tmp_path / "other" / "d-1-t-0" / "0.log").write_bytes(batch)
    assert logs.differences("d-1-", Pairs()) == []
    assert len(shown) == 2


def test_lines_of_the_dump_tool():
    def differ(one, other, pairs=None):
        return bool(list(line_differences("x", [one], [other], pairs or Pairs())))

    head = "baseOffset: 0 producerId: {} position: 0 {}: {} size: 70 magic: 2 compresscodec: {} crc: {} isvalid: true"
    assert differ(head.format(-1, "CreateTime", 5, "none", 1), head.format(-1, "CreateTime", 5, "none", 2))
    assert differ(head.format(-1, "CreateTime", 5, "none", 1), head.format(-1, "CreateTime", 6, "none", 1))
    assert not differ(head.format(-1, "LogAppendTime", 5, "none", 1), head.format(-1, "LogAppendTime", 6, "none", 2))
    assert not differ(head.format(-1, "CreateTime", 5, "zstd", 1), head.format(-1, "CreateTime", 5, "zstd", 2))
    pairs = Pairs()
    pairs.pair("producer_id", 4, 9)
    assert not differ(head.format(4, "CreateTime", 5, "none", 1), head.format(9, "CreateTime", 5, "none", 2), pairs)
    assert differ(head.format(4, "CreateTime", 5, "none", 1), head.format(8, "CreateTime", 5, "none", 2), pairs)
