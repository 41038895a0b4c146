from kafka_codecs.internal.offsets import OffsetCommitKey, OffsetCommitValue
from wirebroker.coordinators.group.records import GroupRecord
from wirebroker.coordinators.group.transactions import OffsetTransactions


def commit(offset: int, topic: str = "t") -> GroupRecord:
    return GroupRecord(OffsetCommitKey(group="g", topic=topic, partition=0), OffsetCommitValue(offset=offset))


def test_offsets_count_when_their_transaction_is_committed() -> None:
    transactions = OffsetTransactions()
    transactions.add(7, commit(1), 10)
    transactions.add(7, commit(2, "u"), 11)
    transactions.add(8, commit(3), 12)
    assert list(transactions.end(7, is_commit=True)) == [commit(1), commit(2, "u")]
    assert list(transactions.end(8, is_commit=False)) == []
    assert list(transactions.end(8, is_commit=True)) == []


def test_a_later_ordinary_commit_is_not_taken_back_by_the_end_of_a_transaction() -> None:
    transactions = OffsetTransactions()
    transactions.add(7, commit(1), 10)
    transactions.add(7, commit(2, "u"), 11)
    transactions.pass_by(commit(5), 12)
    assert list(transactions.end(7, is_commit=True)) == [commit(2, "u")]


def test_the_transaction_that_wrote_last_wins_whichever_ends_last() -> None:
    transactions = OffsetTransactions()
    transactions.add(7, commit(1), 10)
    transactions.add(8, commit(2), 11)
    assert list(transactions.end(8, is_commit=True)) == [commit(2)]
    assert list(transactions.end(7, is_commit=True)) == []
