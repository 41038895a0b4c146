"""DescribeCluster: the cluster's id, its brokers and its controller."""

import pytest
from raw_client import RawClient

from kafka_codecs.messages.describe_cluster import DescribeClusterRequest
from kafka_codecs.messages.metadata import MetadataRequest

NOT_ASKED = -0x8000_0000


@pytest.mark.parametrize("version", range(3))
def test_every_version_describes_the_cluster_as_metadata_does(raw: RawClient, version: int) -> None:
    """S79, S80a"""
    answer = raw.call(DescribeClusterRequest(), version)
    shown = raw.call(MetadataRequest(topics=[]), 12)
    assert (answer.error_code, answer.error_message, answer.endpoint_type) == (0, None, 1)
    assert answer.cluster_id == shown.cluster_id
    brokers = [(one.broker_id, one.host, one.port, one.rack) for one in answer.brokers]
    assert brokers == [(one.node_id, one.host, one.port, one.rack) for one in shown.brokers]
    assert answer.controller_id in {one.broker_id for one in answer.brokers}
    assert not any(one.is_fenced for one in answer.brokers)


@pytest.mark.parametrize("version", range(3))
def test_authorized_operations_are_filled_when_asked_for(raw: RawClient, version: int) -> None:
    """S80"""
    assert raw.call(DescribeClusterRequest(), version).cluster_authorized_operations == NOT_ASKED
    asked = raw.call(DescribeClusterRequest(include_cluster_authorized_operations=True), version)
    assert asked.cluster_authorized_operations == 8096


def test_fenced_brokers_are_listed_when_asked_for(raw: RawClient) -> None:
    """S80a"""
    plain = raw.call(DescribeClusterRequest(), 2)
    asked = raw.call(DescribeClusterRequest(include_fenced_brokers=True), 2)
    assert [one for one in asked.brokers if not one.is_fenced] == plain.brokers


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("endpoint_type", "code", "text"),
    [
        (
            2,
            114,
            "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER",
        ),
        (0, 115, "Unsupported endpoint type 0"),
        (3, 115, "Unsupported endpoint type 3"),
        (-1, 115, "Unsupported endpoint type -1"),
    ],
)
def test_only_brokers_can_be_asked_for(raw: RawClient, version: int, endpoint_type: int, code: int, text: str) -> None:
    """S80a"""
    answer = raw.call(DescribeClusterRequest(endpoint_type=endpoint_type), version)
    assert (answer.error_code, answer.error_message) == (code, text)
    assert (answer.cluster_id, answer.controller_id, answer.brokers) == ("", -1, [])
