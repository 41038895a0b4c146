"""Committing offsets: who may, what is kept, and what a fetch finds."""

import pytest

from kafka_codecs.messages.offset_fetch import OffsetFetchRequestTopics
from kafka_codecs.schema import ZERO_UUID

TOPIC_ID = b"0123456789abcdef"


def test_a_commit_without_generation_makes_a_simple_group(driver):
    """S98, S106a."""
    assert driver.commit(5, member_id="anybody") == 0
    assert driver.committed() == 5
    described = driver.coordinator.describe("g")
    assert (described.group_state, described.protocol_type) == ("Empty", "")


def test_the_group_without_a_name_is_a_group(driver):
    """S89b."""
    assert driver.commit(5, group="") == 0
    assert driver.state("") == "Empty"


@pytest.mark.parametrize(("version", "code"), [(8, "ILLEGAL_GENERATION"), (9, "GROUP_ID_NOT_FOUND")])
def test_a_generation_of_an_unknown_group(driver, codes, version, code):
    """S98a."""
    assert driver.commit(5, generation=0, version=version) == codes[code]
    assert driver.state() == "Dead"


def test_only_members_commit_in_a_group_that_has_some(driver, codes):
    """S98."""
    (a,) = driver.stable("a")
    assert driver.commit(5) == codes.UNKNOWN_MEMBER_ID
    assert driver.commit(5, member_id=a) == codes.ILLEGAL_GENERATION
    assert driver.commit(5, member_id="x") == codes.UNKNOWN_MEMBER_ID
    assert driver.commit(5, instance="i") == codes.UNKNOWN_MEMBER_ID
    assert driver.commit(5, member_id=a, generation=2) == codes.ILLEGAL_GENERATION
    assert driver.commit(5, member_id="x", generation=2) == codes.UNKNOWN_MEMBER_ID
    assert driver.commit(5, member_id=a, generation=1) == 0
    driver.leave(a)
    assert driver.commit(6, member_id=a, generation=1) == codes.UNKNOWN_MEMBER_ID
    assert driver.commit(6) == 0


def test_commits_during_a_rebalance(driver, codes):
    """S98."""
    a, b = driver.stable("a", "b")
    driver.join("a3", a)
    assert driver.commit(5, member_id=b, generation=2) == 0
    driver.join("b3", b)
    assert driver.commit(6, member_id=b, generation=3) == codes.REBALANCE_IN_PROGRESS
    assert driver.commit(6, member_id=b, generation=2) == codes.ILLEGAL_GENERATION


@pytest.mark.parametrize(
    ("metadata", "is_accepted"),
    [("x" * 4096, True), ("x" * 4097, False), ("é" * 4096, True), ("🚀" * 2048, True), ("🚀" * 2048 + "x", False)],
)
def test_metadata_is_counted_in_utf_16_code_units(driver, codes, metadata, is_accepted):
    """S99."""
    code = driver.commit(5, metadata=metadata)
    assert code == (0 if is_accepted else codes.OFFSET_METADATA_TOO_LARGE)
    assert (driver.committed() == 5) is is_accepted


def test_a_commit_of_which_all_is_refused_makes_a_group_that_is_seen_later(driver, codes):
    """S99."""
    assert driver.commit(5, metadata="x" * 4097) == codes.OFFSET_METADATA_TOO_LARGE
    assert driver.records == []
    assert driver.state() == "Dead"
    assert driver.coordinator.list_groups([], []) == []
    driver.coordinator.written(lambda group_id: group_id != "g")
    assert driver.state() == "Dead"
    driver.coordinator.written(lambda group_id: group_id == "g")
    assert driver.state() == "Empty"
    assert [group.group_id for group in driver.coordinator.list_groups([], [])] == ["g"]
    driver.restart()
    assert driver.state() == "Dead"


def test_a_group_that_a_refused_commit_made_goes_with_old_offsets(driver):
    """S99, S107."""
    driver.commit(5, metadata="x" * 4097)
    driver.coordinator.look_for_old_offsets(now=driver.now)
    driver.at(driver.settings.offsets_retention_check_interval_ms / 1000 + 1)
    assert "g" not in driver.coordinator.groups


def test_null_metadata_is_empty_and_any_offset_is_stored(driver):
    """S99."""
    assert driver.commit(-7, metadata=None) == 0
    (topic,) = driver.coordinator.offsets.fetch_all("g")
    (partition,) = topic.partitions
    assert (partition.committed_offset, partition.metadata, partition.committed_leader_epoch) == (-7, "", 7)


def fetch(driver, *, name="t", topic_id=ZERO_UUID, partitions=(0, 1), group="g"):
    (topic,) = driver.coordinator.offsets.fetch(group, [OffsetFetchRequestTopics(name, topic_id, list(partitions))])
    return [partition.committed_offset for partition in topic.partitions]


def test_fetching(driver):
    """S100, S99a."""
    driver.commit(5)
    assert fetch(driver) == [5, -1]
    assert fetch(driver, topic_id=TOPIC_ID) == [5, -1]
    assert fetch(driver, topic_id=b"another id......") == [-1, -1]
    assert fetch(driver, name="u") == [-1, -1]
    assert fetch(driver, group="unknown") == [-1, -1]
    assert driver.coordinator.offsets.fetch_all("unknown") == []


def test_the_offsets_of_a_deleted_topic_go_with_it(driver):
    """S105: by id, so that a commit for a newer topic of that name stays."""
    driver.commit(5)
    driver.carry_out(driver.coordinator.topics_deleted([("t", b"an older one....")]))
    assert driver.committed() == 5
    driver.carry_out(driver.coordinator.topics_deleted([("t", TOPIC_ID)]))
    assert driver.committed() is None
    assert driver.state() == "Empty"
    assert driver.reloaded().offsets.fetch_all("g") == []


def test_a_refused_commit_changes_nothing(driver):
    driver.commit(5)
    driver.log_is_full = True
    assert driver.commit(6) == "refused"
    assert driver.committed() == 5


def test_offsets_survive_a_restart(driver):
    """S139."""
    driver.commit(5, metadata="m")
    driver.commit(6, retention=1000)
    driver.restart()
    assert driver.committed() == 6
