"""FindCoordinator: this broker, for every group; other kinds of coordinators."""

import pytest
from conftest import fresh_name
from group_client import await_coordinator
from raw_client import RawClient

from kafka_codecs.messages.find_coordinator import FindCoordinatorRequest
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic

INVALID_REQUEST = 42
INVALID_REQUEST_TEXT = (
    "This most likely occurs because of a request being malformed by the client library or the message was sent to an "
    "incompatible broker. See the broker logs for more details."
)


@pytest.fixture
def group(raw: RawClient, group_name: str) -> str:
    await_coordinator(raw, group_name)
    return group_name


@pytest.mark.parametrize("version", range(4))
def test_one_group(raw: RawClient, bootstrap: str, group: str, version: int) -> None:
    """S78b: the broker that metadata names, at the address that this client dialled."""
    found = raw.call(FindCoordinatorRequest(key=group), version)
    (broker,) = raw.call(MetadataRequest(topics=[]), 1).brokers
    assert (found.error_code, found.node_id, f"{found.host}:{found.port}") == (0, broker.node_id, bootstrap)
    assert found.error_message == ("NONE" if version else "")


@pytest.mark.parametrize("version", [4, 5, 6])
def test_many_groups(raw: RawClient, bootstrap: str, group: str, version: int) -> None:
    """S89b: "" is a name like others here."""
    keys = [group, "", fresh_name("g")]
    found = raw.call(FindCoordinatorRequest(key_type=0, coordinator_keys=keys), version).coordinators
    assert [answer.key for answer in found] == keys
    assert {(answer.error_code, answer.error_message) for answer in found} == {(0, "")}
    assert {f"{answer.host}:{answer.port}" for answer in found} == {bootstrap}


@pytest.mark.parametrize("version", [1, 3, 4, 6])
def test_an_unknown_kind_of_coordinator(raw: RawClient, group: str, version: int) -> None:
    """``FindCoordinatorRequest.CoordinatorType``."""
    if version < 4:
        found = raw.call(FindCoordinatorRequest(key_type=3, key=group), version)
    else:
        (found,) = raw.call(FindCoordinatorRequest(key_type=3, coordinator_keys=[group]), version).coordinators
    assert (found.error_code, found.error_message) == (INVALID_REQUEST, INVALID_REQUEST_TEXT)
    assert (found.node_id, found.host, found.port) == (-1, "", -1)


@pytest.mark.parametrize("version", [3, 5])
def test_share_coordinators_are_not_asked_for_before_version_6(raw: RawClient, group: str, version: int) -> None:
    """KIP-932: an error of one key has no text of its own."""
    if version < 4:
        found = raw.call(FindCoordinatorRequest(key_type=2, key=group), version)
    else:
        (found,) = raw.call(FindCoordinatorRequest(key_type=2, coordinator_keys=[group]), version).coordinators
    assert (found.error_code, found.node_id) == (INVALID_REQUEST, -1)
    assert found.error_message == (INVALID_REQUEST_TEXT if version < 4 else "")


@pytest.mark.parametrize(
    "key", ["", "g", "g:0", "g:not-an-id:0", "g:AAAAAAAAAAAAAAAAAAAAAQ:x", " :AAAAAAAAAAAAAAAAAAAAAQ:0"]
)
def test_a_share_partition_that_is_badly_written(raw: RawClient, key: str) -> None:
    """KIP-932: group, topic id, partition."""
    (found,) = raw.call(FindCoordinatorRequest(key_type=2, coordinator_keys=[key]), 6).coordinators
    assert (found.error_code, found.error_message, found.node_id) == (INVALID_REQUEST, "", -1)


def test_the_topic_of_groups_is_internal(raw: RawClient, group: str) -> None:
    """S78b, S78c."""
    (topic,) = raw.call(MetadataRequest(topics=[MetadataRequestTopic(name="__consumer_offsets")]), 9).topics
    assert (topic.error_code, topic.is_internal, len(topic.partitions)) == (0, True, 50)


@pytest.mark.parametrize(
    ("key_type", "code", "text"),
    [(1, 53, "Transactions are not served yet."), (2, INVALID_REQUEST, "Share groups are not served yet.")],
)
def test_what_is_not_served_yet_says_so_at_once(
    raw: RawClient, is_external: bool, key_type: int, code: int, text: str
) -> None:
    """Of this broker only: clients give up at once instead of asking for a minute."""
    if is_external:
        pytest.skip("another broker serves them")
    (found,) = raw.call(
        FindCoordinatorRequest(key_type=key_type, coordinator_keys=["g:AAAAAAAAAAAAAAAAAAAAAQ:0"]), 6
    ).coordinators
    assert (found.error_code, found.error_message, found.node_id) == (code, text, -1)
