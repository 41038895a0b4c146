"""Fetch sessions on raw frames (KIP-227)."""

import pytest
from partition_client import batch_of, fetch_request, produce_all, produce_values, values
from test_fetch import LONG_MS, at_once, delete, waiting

from kafka_codecs.messages.fetch import FetchRequest


@pytest.fixture
def topic(make_topic):
    return make_topic(3)


def call(raw, topic, session=(0, 0), partitions=3, offset=0, version=12, **options):
    """Fetch in a session, (id, epoch); return (error, session id, the partitions answered)."""
    session_id, epoch = session
    request = fetch_request(
        topic, offset, partitions=partitions, version=version, session_id=session_id, session_epoch=epoch, **options
    )
    return summary(raw.call(request, version))


def summary(response):
    answered = [part for entry in response.responses for part in entry.partitions]
    return response.error_code, response.session_id, answered


def indexes(result):
    error, _, answered = result
    assert error == 0
    return [part.partition_index for part in answered]


def open_session(raw, topic, **options):
    error, session_id, answered = call(raw, topic, **options)
    assert error == 0
    assert session_id > 0
    assert len(answered) == options.get("partitions", 3)
    return session_id


class TestEpochs:
    @pytest.mark.parametrize("version", [7, 12, 13, 18])
    def test_a_life(self, raw, topic, version):
        """S59, S60"""
        session = open_session(raw, topic, version=version)
        assert call(raw, topic, (session, 1), 0, version=version) == (0, session, [])
        produce_values(raw, topic, b"a")
        error, same, (answer,) = call(raw, topic, (session, 2), 0, version=version)
        assert (error, same, answer.partition_index, values(answer)) == (0, session, 0, [b"a"])
        assert call(raw, topic, (session, -1), 0, version=version) == (0, 0, [])
        assert call(raw, topic, (session, 3), 0, version=version) == (70, 0, [])

    def test_no_session(self, raw, topic):
        """S59"""
        error, session_id, answered = call(raw, topic, (0, -1))
        assert (error, session_id, len(answered)) == (0, 0, 3)

    @pytest.mark.parametrize("epoch", [2, -2, 2**31 - 1])
    def test_a_wrong_epoch(self, raw, topic, epoch):
        """S59: and the session is untouched."""
        session = open_session(raw, topic)
        assert call(raw, topic, (session, epoch)) == (71, 0, [])
        assert call(raw, topic, (session, 1), 0) == (0, session, [])

    @pytest.mark.parametrize("session", [(0, 1), (0, 7), (0, -2), (-5, 1)])
    def test_an_unknown_session(self, raw, topic, session):
        """S59"""
        assert call(raw, topic, session) == (70, 0, [])

    @pytest.mark.parametrize("session_id", [2147483647, -2147483648])
    def test_an_impossible_session(self, raw, topic, session_id):
        """S59c"""
        error, same, answered = call(raw, topic, (session_id, 1))
        assert (error, same) == (-1, session_id)
        assert [part.error_code for part in answered] == [-1] * 3
        assert call(raw, topic, (session_id, 1), version=13) == (-1, session_id, [])

    def test_epoch_zero_opens_anew(self, raw, topic):
        """S59a"""
        first = open_session(raw, topic)
        error, second, answered = call(raw, topic, (first, 0), 1)
        assert (error, len(answered)) == (0, 1)
        assert second not in (0, first)
        assert call(raw, topic, (first, 1), 0) == (70, 0, [])

    def test_the_final_epoch_answers_in_full(self, raw, topic):
        """S59a"""
        session = open_session(raw, topic)
        error, none, answered = call(raw, topic, (session, -1), 2)
        assert (error, none, len(answered)) == (0, 0, 2)

    def test_forgetting_everything_closes(self, raw, topic):
        """S59a"""
        session = open_session(raw, topic)
        assert call(raw, topic, (session, 1), 0, forget=[0, 1]) == (0, session, [])
        assert call(raw, topic, (session, 2), 0, forget=[2]) == (0, 0, [])
        assert call(raw, topic, (session, 3), 0) == (70, 0, [])

    def test_an_empty_session(self, raw, topic):
        """S59b"""
        session = open_session(raw, topic, partitions=0)
        assert indexes(call(raw, topic, (session, 1), 2)) == [0, 1]

    def test_another_connection_goes_on(self, raw, connect, topic):
        """S59b"""
        session = open_session(raw, topic)
        assert call(connect(), topic, (session, 1), 0) == (0, session, [])
        assert call(raw, topic, (session, 2), 0) == (0, session, [])

    def test_another_version_goes_on(self, raw, topic):
        """S59b"""
        session = open_session(raw, topic, version=7)
        assert call(raw, topic, (session, 1), 0, version=12) == (0, session, [])

    def test_a_parked_fetch_is_overtaken(self, raw, connect, topic):
        """S59b: it ends with 71 and the session's id."""
        session = open_session(raw, topic)
        request = FetchRequest(max_wait_ms=LONG_MS, min_bytes=1, max_bytes=1 << 20, session_id=session, session_epoch=1)
        parked = raw.send(request, 12)
        assert raw.is_silent()
        other = connect()
        assert call(other, topic, (session, 2), 0) == (0, session, [])
        with at_once():
            produce_values(other, topic, b"a")
            assert summary(raw.receive(parked)) == (71, session, [])
        assert indexes(call(raw, topic, (session, 3), 0)) == [0]

    @pytest.mark.parametrize(("opened", "continued"), [(12, 13), (13, 12)])
    def test_names_and_ids(self, raw, topic, opened, continued):
        """S61a"""
        session = open_session(raw, topic, version=opened)
        assert call(raw, topic, (session, 1), 0, version=continued) == (106, 0, [])
        assert call(raw, topic, (session, 1), 0, version=opened) == (0, session, [])


class TestNews:
    def test_an_error_is_repeated(self, raw, topic):
        """S60: until it is over, which is told once."""
        session = open_session(raw, topic)
        failing = {"partitions": 1, "offset": 99}
        for epoch in (1, 2):
            (answer,) = call(raw, topic, (session, epoch), **failing)[2]
            assert answer.error_code == 1
        assert indexes(call(raw, topic, (session, 3), 1)) == [0]
        assert indexes(call(raw, topic, (session, 4), 0)) == []

    def test_a_missing_partition_is_repeated(self, raw, topic):
        """S60"""
        session = open_session(raw, topic, partitions=4)
        for epoch in (1, 2):
            (answer,) = call(raw, topic, (session, epoch), 0)[2]
            assert (answer.partition_index, answer.error_code) == (3, 3)
        assert indexes(call(raw, topic, (session, 3), 0, forget=[3])) == []

    def test_a_new_high_watermark_is_news(self, raw, topic):
        """S60: also where no records are read."""
        session = open_session(raw, topic)
        produce_values(raw, topic, b"a")
        assert indexes(call(raw, topic, (session, 1), 1, offset=1)) == [0]
        assert indexes(call(raw, topic, (session, 2), 0)) == []

    def test_the_last_offset_sent_counts(self, raw, topic):
        """S60a: what a request does not name is read again from there."""
        session = open_session(raw, topic)
        produce_values(raw, topic, b"a")
        for epoch in (1, 2, 3):
            (answer,) = call(raw, topic, (session, epoch), 0)[2]
            assert values(answer) == [b"a"]
        assert indexes(call(raw, topic, (session, 4), 1, offset=1)) == []

    def test_waiting(self, raw, connect, topic):
        """S60a"""
        session = open_session(raw, topic)
        with waiting(400):
            assert call(raw, topic, (session, 1), 0, max_wait_ms=400) == (0, session, [])
        request = fetch_request(topic, partitions=0, max_wait_ms=LONG_MS, session_id=session, session_epoch=2)
        parked = raw.send(request, 12)
        assert raw.is_silent()
        with at_once():
            produce_values(connect(), topic, b"a")
            assert indexes(summary(raw.receive(parked))) == [0]

    def test_all_partitions_get_their_turn(self, raw, topic):
        """S60b"""
        for answer in produce_all(raw, topic, *[batch_of(b"a" * 1000) for _ in range(3)]):
            assert answer.error_code == 0
        session = open_session(raw, topic, max_bytes=1)
        turns = []
        for epoch in range(1, 7):
            turns += indexes(call(raw, topic, (session, epoch), 0, max_bytes=1))
        assert turns == [0, 1, 2, 0, 1, 2]

    def test_a_deleted_topic(self, raw, make_topic):
        """S61: an entry that was there answers 3, and 103 once there is another topic of that name."""
        topic = make_topic()
        session = open_session(raw, topic, partitions=1, version=13)
        delete(raw, topic)
        epoch = 1
        (answer,) = call(raw, topic, (session, epoch), 0, version=13)[2]
        assert answer.error_code == 3
        again = make_topic(name=topic.name)
        (answer,) = call(raw, topic, (session, 2), 0, version=13)[2]
        assert answer.error_code == 103
        assert answer.aborted_transactions is None
        (answer,) = call(raw, topic, (0, -1), 1, version=13)[2]
        assert answer.error_code == 100
        (answer,) = call(raw, again, (0, -1), 1, version=13)[2]
        assert answer.error_code == 0

    def test_an_unknown_id(self, raw, topic):
        """S61"""
        unknown = topic._replace(topic_id=bytes(range(16)))
        session = open_session(raw, unknown, partitions=1, version=13)
        (answer,) = call(raw, unknown, (session, 1), 0, version=13)[2]
        assert answer.error_code == 100


def test_a_full_cache(start_broker, connect, make_topic):
    """S62: session id 0 and no error, and the client goes on with full fetches."""
    address = start_broker({"max.incremental.fetch.session.cache.slots": "8"})
    topic = make_topic(3, to=address)
    raw = connect(address)
    sessions = {open_session(raw, topic) for _ in range(8)}
    assert len(sessions) == 8
    error, session_id, answered = call(raw, topic)
    assert (error, session_id, len(answered)) == (0, 0, 3)
