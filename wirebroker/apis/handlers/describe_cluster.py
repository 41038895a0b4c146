"""DescribeCluster (60): cluster id, brokers, controller (KIP-700, KIP-919, KIP-1073)."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.describe_cluster import (
    DescribeClusterBroker,
    DescribeClusterRequest,
    DescribeClusterResponse,
)
from wirebroker.apis.authorized_operations import ALL_CLUSTER_OPERATIONS
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError

_BROKERS = 1
_CONTROLLERS = 2


async def handle(request: DescribeClusterRequest, context: Context) -> DescribeClusterResponse:
    """Describe the brokers, the fenced ones if asked for.

    Errors: MISMATCHED_ENDPOINT_TYPE (114) to whoever asks for controllers, UNSUPPORTED_ENDPOINT_TYPE (115).
    """
    _check_endpoint_type(request.endpoint_type)
    peer, services = context.peer, context.services
    image = services.journal.image
    alive = image.alive_brokers()
    brokers = list(image.brokers.values()) if request.include_fenced_brokers else alive
    response = DescribeClusterResponse(
        cluster_id=services.cluster_id,
        controller_id=alive[0].broker_id if alive else -1,
        brokers=[
            DescribeClusterBroker(
                broker_id=broker.broker_id,
                host=peer.advertised_host,
                port=peer.advertised_port,
                rack=broker.rack,
                is_fenced=broker.fenced,
            )
            for broker in brokers
        ],
    )
    if request.include_cluster_authorized_operations:
        response.cluster_authorized_operations = ALL_CLUSTER_OPERATIONS
    return response


def refuse(
    request: DescribeClusterRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> DescribeClusterResponse:
    return DescribeClusterResponse(error_code=code, error_message=message)


def _check_endpoint_type(endpoint_type: int) -> None:
    """Accept a question for brokers only. Version 0 has no endpoint type: it always asks for brokers."""
    if endpoint_type == _CONTROLLERS:
        text = "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"
        raise KafkaError(ErrorCode.MISMATCHED_ENDPOINT_TYPE, text)
    if endpoint_type != _BROKERS:
        raise KafkaError(ErrorCode.UNSUPPORTED_ENDPOINT_TYPE, f"Unsupported endpoint type {endpoint_type}")
