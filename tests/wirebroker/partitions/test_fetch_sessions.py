"""Fetch sessions: S59 to S62, with numbers for time and counted session ids."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import (
    EpochEndOffset,
    FetchPartition,
    FetchRequest,
    FetchTopic,
    ForgottenTopic,
    PartitionData,
)
from wirebroker.errors import KafkaError
from wirebroker.metadata.image import TopicImage
from wirebroker.partitions.fetch_sessions import EVICTION_SECONDS, LAST_EPOCH, FetchSessionError, FetchSessions

ONE = bytes(15) + b"\1"
TWO = bytes(15) + b"\2"
NAMES = {ONE: TopicImage("one", ONE, ())}


@pytest.fixture
def sessions():
    return new_sessions()


def new_sessions(slots=1000):
    return FetchSessions(slots, count(1).__next__)


def request(session_id=0, epoch=0, wanted=(), forgotten=(), *, by_id=False):
    """``wanted`` and ``forgotten`` are (topic, index) or (topic, index, offset)."""

    def name(topic):
        return {"topic_id": topic} if by_id else {"topic": topic}

    return FetchRequest(
        session_id=session_id,
        session_epoch=epoch,
        topics=[
            FetchTopic(**name(topic), partitions=[FetchPartition(index, fetch_offset=offset[0] if offset else 0)])
            for topic, index, *offset in wanted
        ],
        forgotten_topics_data=[ForgottenTopic(**name(topic), partitions=[index]) for topic, index in forgotten],
    )


def fetch(sessions, asked, data=None, *, version=12, names=NAMES, now=0.0):
    """Make a fetch and answer it; return the session id and the indexes answered. ``data``: PartitionData by index."""
    context = sessions.begin(asked, version, names, now)
    answered = [
        (wanted, (data or {}).get(wanted.key[1]) or PartitionData(wanted.key[1], high_watermark=5, log_start_offset=0))
        for wanted in context.partitions()
    ]
    session_id, answered = context.answer(answered, now)
    return session_id, [wanted.key[1] for wanted, _ in answered]


def error(sessions, asked, *, version=12, names=NAMES):
    with pytest.raises(FetchSessionError) as refusal:
        sessions.begin(asked, version, names, 0.0)
    assert refusal.value.session_id == 0
    return refusal.value.code


def test_without_a_session(sessions):
    """S59: session id 0 with epoch -1."""
    assert fetch(sessions, request(0, -1, [("t", 0), ("t", 1)])) == (0, [0, 1])
    assert len(sessions) == 0


def test_epoch_zero_opens(sessions):
    """S59"""
    assert fetch(sessions, request(wanted=[("t", 0)])) == (1, [0])
    assert fetch(sessions, request(1, 1)) == (1, [])
    assert fetch(sessions, request(1, 2)) == (1, [])


def test_a_wrong_epoch_changes_nothing(sessions):
    """S59"""
    fetch(sessions, request(wanted=[("t", 0)]))
    for epoch in (2, 5, -2, LAST_EPOCH):
        assert error(sessions, request(1, epoch, [("t", 9)])) == ErrorCode.INVALID_FETCH_SESSION_EPOCH
    assert [wanted.key for wanted in sessions.begin(request(1, 1), 12, NAMES, 0.0).partitions()] == [("t", 0)]


@pytest.mark.parametrize(("session_id", "epoch"), [(5, 1), (0, 1), (0, 7), (0, -2), (-3, 1), (2147483639, 1)])
def test_an_unknown_session(sessions, session_id, epoch):
    """S59"""
    assert error(sessions, request(session_id, epoch)) == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_the_epoch_wraps_to_one(sessions):
    """S59"""
    fetch(sessions, request(wanted=[("t", 0)]))
    sessions._sessions[1].epoch = LAST_EPOCH
    assert fetch(sessions, request(1, LAST_EPOCH)) == (1, [])
    assert error(sessions, request(1, 0x7FFFFFFE)) == ErrorCode.INVALID_FETCH_SESSION_EPOCH
    assert fetch(sessions, request(1, 1)) == (1, [])


def test_the_final_epoch_closes(sessions):
    """S59a: and what that request names is answered in full."""
    fetch(sessions, request(wanted=[("t", 0)]))
    assert fetch(sessions, request(1, -1, [("t", 3)])) == (0, [3])
    assert error(sessions, request(1, 1)) == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_epoch_zero_with_an_id_replaces_the_session(sessions):
    """S59a"""
    fetch(sessions, request(wanted=[("t", 0)]))
    assert fetch(sessions, request(1, 0, [("t", 3)])) == (2, [3])
    assert error(sessions, request(1, 1)) == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_forgetting_the_last_partition_closes(sessions):
    """S59a"""
    fetch(sessions, request(wanted=[("t", 0), ("t", 1)]))
    assert fetch(sessions, request(1, 1, forgotten=[("t", 0)])) == (1, [])
    assert fetch(sessions, request(1, 2, forgotten=[("t", 1)])) == (0, [])
    assert len(sessions) == 0


def test_a_session_may_open_empty(sessions):
    """S59b: and is closed by the first incremental fetch that adds nothing."""
    assert fetch(sessions, request()) == (1, [])
    assert fetch(sessions, request(1, 1, [("t", 0)])) == (1, [0])


def test_the_next_epoch_overtakes_a_parked_fetch(sessions):
    """S59b: the parked one ends with 71 and the session's id."""
    fetch(sessions, request(wanted=[("t", 0)]))
    parked = sessions.begin(request(1, 1), 12, NAMES, 0.0)
    fetch(sessions, request(1, 2))
    with pytest.raises(FetchSessionError) as refusal:
        parked.answer([], 0.0)
    assert (refusal.value.code, refusal.value.session_id) == (ErrorCode.INVALID_FETCH_SESSION_EPOCH, 1)


@pytest.mark.parametrize("session_id", [2147483647, 2147483640, -2147483648, -268435455])
@pytest.mark.parametrize("epoch", [0, -1, 1])
def test_an_id_outside_of_all_ranges(sessions, session_id, epoch):
    """S59c"""
    with pytest.raises(KafkaError) as refusal:
        sessions.begin(request(session_id, epoch), 12, NAMES, 0.0)
    assert not isinstance(refusal.value, FetchSessionError)
    assert refusal.value.code == ErrorCode.UNKNOWN_SERVER_ERROR


def test_an_id_just_inside_of_the_ranges(sessions):
    """S59c"""
    assert fetch(sessions, request(-268435454, 0, [("t", 0)])) == (1, [0])


@pytest.mark.parametrize(
    "news",
    [
        PartitionData(0, high_watermark=6, log_start_offset=0),
        PartitionData(0, high_watermark=5, log_start_offset=1),
        PartitionData(0, high_watermark=5, log_start_offset=0, records=[b"r"]),
        PartitionData(0, high_watermark=5, log_start_offset=0, preferred_read_replica=2),
        PartitionData(0, high_watermark=5, log_start_offset=0, diverging_epoch=EpochEndOffset(0, 3)),
        PartitionData(0, 3, high_watermark=5, log_start_offset=0),
    ],
)
def test_only_news_are_sent(sessions, news):
    """S60"""
    fetch(sessions, request(wanted=[("t", 0), ("t", 1)]))
    assert fetch(sessions, request(1, 1)) == (1, [])
    assert fetch(sessions, request(1, 2), {0: news}) == (1, [0])


def test_an_error_is_repeated_and_its_end_is_told(sessions):
    """S60"""
    fetch(sessions, request(wanted=[("t", 0), ("t", 1)]))
    failed = {0: PartitionData(0, 3, high_watermark=-1)}
    assert fetch(sessions, request(1, 1), failed) == (1, [0])
    assert fetch(sessions, request(1, 2), failed) == (1, [0])
    assert fetch(sessions, request(1, 3)) == (1, [0])
    assert fetch(sessions, request(1, 4)) == (1, [])


def test_what_is_not_named_is_read_from_the_offset_sent_last(sessions):
    """S60a"""
    fetch(sessions, request(wanted=[("t", 0, 10), ("t", 1, 20)]))
    context = sessions.begin(request(1, 1, [("t", 1, 21)]), 12, NAMES, 0.0)
    assert [wanted.request.fetch_offset for wanted in context.partitions()] == [10, 21]


def test_who_got_records_goes_to_the_end(sessions):
    """S60b"""
    fetch(sessions, request(wanted=[("t", 0), ("t", 1), ("t", 2)]))
    fetch(sessions, request(1, 1), {0: PartitionData(0, high_watermark=5, log_start_offset=0, records=[b"r"])})
    context = sessions.begin(request(1, 2), 12, NAMES, 0.0)
    assert [wanted.key[1] for wanted in context.partitions()] == [1, 2, 0]


def test_a_partition_listed_twice_is_read_once(sessions):
    """S50c: from where its last entry says, at the place of its first."""
    context = sessions.begin(request(0, -1, [("t", 0, 1), ("t", 1, 2), ("t", 0, 3)]), 12, NAMES, 0.0)
    assert [(wanted.key[1], wanted.request.fetch_offset) for wanted in context.partitions()] == [(0, 3), (1, 2)]


def test_a_session_by_id_remembers_the_name(sessions):
    """S61: an entry whose topic is deleted keeps the name, so that it is a missing topic and not an unknown id."""
    fetch(sessions, request(wanted=[(ONE, 0)], by_id=True), version=13)
    context = sessions.begin(request(1, 1, by_id=True), 13, {}, 0.0)
    assert [wanted.topic for wanted in context.partitions()] == ["one"]


def test_a_session_by_id_resolves_a_name_later(sessions):
    """S61"""
    fetch(sessions, request(wanted=[(TWO, 0)], by_id=True), version=13)
    context = sessions.begin(request(1, 1, by_id=True), 13, {}, 0.0)
    assert [wanted.topic for wanted in context.partitions()] == [None]
    context = sessions.begin(request(1, 2, by_id=True), 13, {TWO: TopicImage("two", TWO, ())}, 0.0)
    assert [wanted.topic for wanted in context.partitions()] == ["two"]


@pytest.mark.parametrize(("opened", "continued"), [(12, 13), (13, 12)])
def test_names_and_ids_do_not_mix(sessions, opened, continued):
    """S61a: and the session itself stays."""
    fetch(sessions, request(wanted=[(ONE if opened == 13 else "one", 0)], by_id=opened == 13), version=opened)
    assert error(sessions, request(1, 1), version=continued) == ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR
    assert fetch(sessions, request(1, 1), version=opened) == (1, [])


def test_a_full_cache_opens_no_session():
    """S62: the full answer has session id 0 and no error."""
    sessions = new_sessions(slots=2)
    fetch(sessions, request(wanted=[("t", 0)]))
    fetch(sessions, request(wanted=[("t", 0)]))
    assert fetch(sessions, request(wanted=[("t", 0), ("t", 1)]), now=EVICTION_SECONDS) == (0, [0, 1])
    assert len(sessions) == 2


def test_a_stale_session_is_replaced():
    """S62: the one that is unused longest."""
    sessions = new_sessions(slots=2)
    fetch(sessions, request(wanted=[("t", 0)]), now=0.0)
    fetch(sessions, request(wanted=[("t", 0)]), now=1.0)
    fetch(sessions, request(1, 1), now=2.0)
    assert fetch(sessions, request(wanted=[("t", 0)]), now=1.0 + EVICTION_SECONDS + 0.1) == (3, [0])
    assert error(sessions, request(2, 1)) == ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    assert fetch(sessions, request(1, 2)) == (1, [])


def test_a_larger_session_replaces_an_old_smaller_one():
    """S62"""
    sessions = new_sessions(slots=2)
    fetch(sessions, request(wanted=[("t", 0), ("t", 1)]), now=0.0)
    fetch(sessions, request(wanted=[("t", 0), ("t", 1), ("t", 2)]), now=0.0)
    later = EVICTION_SECONDS + 1
    fetch(sessions, request(1, 1), now=later)
    fetch(sessions, request(2, 1), now=later)
    assert fetch(sessions, request(wanted=[("t", 0), ("t", 1)]), now=later) == (0, [0, 1])
    assert fetch(sessions, request(wanted=[("t", 0), ("t", 1), ("t", 2)]), now=later) == (3, [0, 1, 2])
    assert error(sessions, request(1, 2)) == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_no_slots_no_sessions():
    """S62"""
    assert fetch(new_sessions(slots=0), request(wanted=[("t", 0)])) == (0, [0])


@given(st.lists(st.tuples(st.sampled_from(["append", "break", "mend", "add", "forget", "fetch"]), st.integers(0, 3))))
@settings(deadline=None, max_examples=300)
def test_a_client_that_is_told_only_news_knows_everything(steps):
    """S60: whatever happens, after each fetch a client knows what a full fetch would have told it."""
    sessions = new_sessions()
    marks, broken = dict.fromkeys(range(4), 0), set()
    wanted, known, to_add, to_forget = {0}, {}, {0}, set()
    session, epoch = 0, 0

    def state(index):
        return (3, -1) if index in broken else (0, marks[index])

    for step, index in [*steps, ("fetch", 0)]:
        if step == "append":
            marks[index] += 1
        elif step == "break":
            broken.add(index)
        elif step == "mend":
            broken.discard(index)
        elif step == "add":
            wanted.add(index)
            to_add.add(index)
            to_forget.discard(index)
        elif step == "forget" and len(wanted) > 1 and index in wanted:
            wanted.discard(index)
            to_add.discard(index)
            to_forget.add(index)
        elif step == "fetch":
            asked = request(session, epoch, [("t", each) for each in to_add], [("t", each) for each in to_forget])
            context = sessions.begin(asked, 12, NAMES, 0.0)
            answered = []
            for each in context.partitions():
                code, mark = state(each.key[1])
                answered.append((each, PartitionData(each.key[1], code, high_watermark=mark, log_start_offset=0)))
            session, answered = context.answer(answered, 0.0)
            known = {each: what for each, what in known.items() if each not in to_forget}
            for each, data in answered:
                known[each.key[1]] = data.error_code, data.high_watermark
            assert known == {each: state(each) for each in wanted}
            epoch, to_add, to_forget = epoch + 1, set(), set()
