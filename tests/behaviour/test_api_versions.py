"""ApiVersions: features, and the client that meant another cluster. (Versions and fallbacks: test_wire.)"""

import pytest
from raw_client import RawClient

from kafka_codecs.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafka_codecs.messages.create_topics import CreatableTopic, CreateTopicsRequest
from kafka_codecs.messages.metadata import MetadataRequest

FINALIZED = {
    "metadata.version": 33,
    "group.version": 1,
    "transaction.version": 2,
    "share.version": 2,
    "streams.version": 1,
    "eligible.leader.replicas.version": 1,
}
SUPPORTED = {
    "metadata.version": (7, 33),
    "group.version": (0, 1),
    "transaction.version": (0, 2),
    "share.version": (0, 2),
    "streams.version": (0, 1),
    "eligible.leader.replicas.version": (0, 1),
    "kraft.version": (0, 1),
}


def ask(raw: RawClient, version: int, *, cluster_id: str | None = None, node_id: int = -1) -> ApiVersionsResponse:
    request = ApiVersionsRequest(
        client_software_name="raw", client_software_version="1.0", cluster_id=cluster_id, node_id=node_id
    )
    response = raw.call(request, version)
    assert isinstance(response, ApiVersionsResponse)
    return response


@pytest.mark.parametrize("version", [3, 4, 5])
def test_finalized_features_of_a_fresh_cluster(raw: RawClient, version: int) -> None:
    """S80c"""
    answer = ask(raw, version)
    levels = {one.name: one.max_version_level for one in answer.finalized_features}
    assert {name: level for name, level in levels.items() if name != "kraft.version"} == FINALIZED
    assert all(one.min_version_level == one.max_version_level for one in answer.finalized_features)
    assert not answer.zk_migration_ready


@pytest.mark.parametrize("version", [3, 4, 5])
def test_supported_features(raw: RawClient, version: int) -> None:
    """S80c, S4"""
    answer = ask(raw, version)
    ranges = {one.name: (one.min_version, one.max_version) for one in answer.supported_features}
    assert ranges == (SUPPORTED if version >= 4 else {"metadata.version": (7, 33)})


@pytest.mark.parametrize("version", [0, 1, 2])
def test_older_versions_have_no_features(raw: RawClient, version: int) -> None:
    """S4"""
    answer = ask(raw, version)
    assert (answer.error_code, answer.supported_features, answer.finalized_features) == (0, [], [])
    assert answer.api_keys


def test_the_epoch_of_the_features_grows_with_the_metadata(raw: RawClient, topic_name: str) -> None:
    """S80d"""
    before = ask(raw, 4).finalized_features_epoch
    assert before >= 0
    topic = CreatableTopic(name=topic_name, num_partitions=1, replication_factor=1)
    assert raw.call(CreateTopicsRequest(topics=[topic]), 7).topics[0].error_code == 0
    while (after := ask(raw, 4).finalized_features_epoch) <= before:
        pass  # published some milliseconds after the answer (S79a)
    assert after > before


def test_a_client_of_this_cluster_and_node_is_answered(raw: RawClient) -> None:
    """S80b"""
    shown = raw.call(MetadataRequest(topics=[]), 12)
    answer = ask(raw, 5, cluster_id=shown.cluster_id, node_id=shown.brokers[0].node_id)
    assert answer.error_code == 0
    assert answer.api_keys == ask(raw, 5).api_keys


@pytest.mark.parametrize(("cluster", "node"), [("another", 0), (None, 77), ("another", 77)])
def test_a_client_of_another_cluster_or_node_shall_bootstrap_again(
    raw: RawClient, cluster: str | None, node: int
) -> None:
    """S80b"""
    shown = raw.call(MetadataRequest(topics=[]), 12)
    answer = ask(raw, 5, cluster_id=cluster or shown.cluster_id, node_id=node or shown.brokers[0].node_id)
    assert (answer.error_code, answer.api_keys) == (129, [])
    assert (answer.supported_features, answer.finalized_features) == ([], [])
    assert ask(raw, 5).error_code == 0


@pytest.mark.parametrize(("cluster", "node"), [("another", -1), (None, 1)])
def test_only_one_of_cluster_and_node_is_refused(raw: RawClient, cluster: str | None, node: int) -> None:
    """S80b"""
    answer = ask(raw, 5, cluster_id=cluster, node_id=node)
    assert (answer.error_code, answer.api_keys) == (42, [])
