from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebroker.errors import KafkaError
from wirebroker.metadata.image import EMPTY_IMAGE, BrokerImage, ClusterImage
from wirebroker.metadata.placement import UNASSIGNED_DIRECTORY, assigned_by_hand, spread


def cluster_of(*alive: int, fenced: tuple[int, ...] = (), log_dirs: tuple[bytes, ...] = ()) -> ClusterImage:
    brokers = {
        number: BrokerImage(number, 0, bytes(16), None, number in fenced, log_dirs) for number in (*alive, *fenced)
    }
    return msgspec.structs.replace(EMPTY_IMAGE, brokers=MappingProxyType(brokers))


@given(st.integers(1, 9), st.integers(1, 30), st.integers(0), st.data())
def test_replicas_are_distinct_and_leaders_even(brokers: int, partitions: int, seed: int, data: st.DataObject) -> None:
    factor = data.draw(st.integers(1, brokers))
    chosen = spread(partitions, factor, cluster_of(*range(brokers)), seed=seed)
    assert len(chosen) == partitions
    for one in chosen:
        assert len(set(one.brokers)) == factor
        assert one.in_sync == one.brokers
    leads = [sum(one.brokers[0] == broker for one in chosen) for broker in range(brokers)]
    assert max(leads) - min(leads) <= 1


def test_fenced_brokers_are_taken_last_and_are_not_in_sync() -> None:
    for seed in range(4):
        (one,) = spread(1, 3, cluster_of(2, 3, fenced=(1,)), seed=seed)
        assert one.brokers[-1] == 1
        assert set(one.in_sync) == {2, 3}


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (cluster_of(1), "The target replication factor of 2 cannot be reached because only 1 broker(s) are registered"),
        (cluster_of(), "All brokers are currently fenced, or have all their log directories cordoned."),
        (cluster_of(fenced=(1, 2)), "All brokers are currently fenced"),
    ],
)
def test_too_few_brokers(image: ClusterImage, reason: str) -> None:
    with pytest.raises(KafkaError) as refusal:
        spread(1, 2, image, seed=0)
    assert refusal.value.code == 38
    assert str(refusal.value).startswith(f"Unable to replicate the partition 2 time(s): {reason}")


def test_the_directory_is_known_where_there_is_one() -> None:
    (one,) = spread(1, 1, cluster_of(1, log_dirs=(b"d" * 16,)), seed=0)
    assert one.directories == (b"d" * 16,)
    (one,) = spread(1, 1, cluster_of(1, log_dirs=(b"d" * 16, b"e" * 16)), seed=0)
    assert one.directories == (UNASSIGNED_DIRECTORY,)


def test_assignments_keep_the_clients_order() -> None:
    chosen = assigned_by_hand([(1, [3, 1]), (0, [2, 3])], cluster_of(1, 2, fenced=(3,)))
    assert [one.brokers for one in chosen] == [(2, 3), (3, 1)]
    assert [one.in_sync for one in chosen] == [(2,), (1,)]


@pytest.mark.parametrize(
    ("assignments", "reason"),
    [
        ([(0, [1]), (1, [1, 2])], "which have 1 replica(s)"),
        ([(0, [3])], "partition 0 are fenced or in controlled shutdown"),
        ([(0, [1, 1])], "the broker 1 more than once"),
        ([(0, [1, 9])], "broker 9, but no such broker is registered"),
        ([(0, [])], "an empty replica list"),
        ([(0, [1]), (2, [1])], "consecutive 0-based"),
        ([(-1, [1])], "consecutive 0-based"),
        ([(0, [1]), (0, [1])], "multiple manual partition assignments for partition 0"),
    ],
)
def test_assignments_that_will_not_do(assignments: list[tuple[int, list[int]]], reason: str) -> None:
    with pytest.raises(KafkaError) as refusal:
        assigned_by_hand(assignments, cluster_of(1, 2, fenced=(3,)))
    assert refusal.value.code == 39
    assert reason in str(refusal.value)
