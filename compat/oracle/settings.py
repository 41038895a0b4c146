"""The ``server.properties`` of one node, and the users of a secure one."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

CLUSTER_ID = "d2lyZWJyb2tlci1qdWRnZQ"
USERS = ("admin", "alice")
"""Of a secure cluster; the password is the name followed by ``-secret``. ``admin`` is a super user."""

_LOGIN = "org.apache.kafka.common.security"


class Ports(NamedTuple):
    """On loopback, of one node."""

    plain: int
    controller: int
    sasl: int


def node_settings(
    node: int, ports: Mapping[int, Ports], data: Path, *, is_secure: bool, options: Mapping[str, str]
) -> dict[str, str]:
    """Return the settings of ``node`` among those that have ``ports``; ``options`` come last and win."""
    mine, replicas = ports[node], str(min(3, len(ports)))
    settings = {
        "process.roles": "broker,controller",
        "node.id": str(node),
        "broker.rack": f"rack{node}",
        "log.dirs": str(data),
        "controller.quorum.voters": ",".join(f"{n}@127.0.0.1:{each.controller}" for n, each in ports.items()),
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listeners": f"PLAINTEXT://127.0.0.1:{mine.plain},CONTROLLER://127.0.0.1:{mine.controller}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT",
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
    }
    if is_secure:
        settings["listeners"] += f",SASL://127.0.0.1:{mine.sasl}"
        settings |= _security()
    return settings | dict(options)


def properties_text(settings: Mapping[str, str]) -> str:
    """Write settings in the form of Java's properties."""
    escaped = {name: value.replace("\\", "\\\\").replace("\n", "\\n") for name, value in settings.items()}
    return "".join(f"{name}={value}\n" for name, value in escaped.items())


def scram_users() -> list[str]:
    """Return the storage tool's arguments that give each user a SCRAM password."""
    mechanisms = ("SCRAM-SHA-256", "SCRAM-SHA-512")
    users = [f"{mechanism}=[name={user},password={user}-secret]" for mechanism in mechanisms for user in USERS]
    return [word for user in users for word in ("--add-scram", user)]


def _security() -> dict[str, str]:
    """Every mechanism on the SASL listener; on PLAINTEXT everybody is ``User:ANONYMOUS``, a super user as well."""
    plain_users = " ".join(f'user_{user}="{user}-secret"' for user in USERS)
    scram = f"{_LOGIN}.scram.ScramLoginModule required;"
    oauth = f"{_LOGIN}.oauthbearer"
    return {
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
        "listener.name.sasl.plain.sasl.jaas.config": f"{_LOGIN}.plain.PlainLoginModule required {plain_users};",
        "listener.name.sasl.scram-sha-256.sasl.jaas.config": scram,
        "listener.name.sasl.scram-sha-512.sasl.jaas.config": scram,
        "listener.name.sasl.oauthbearer.sasl.jaas.config": (
            f'{oauth}.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="admin";'
        ),
        "listener.name.sasl.oauthbearer.sasl.server.callback.handler.class": (
            f"{oauth}.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler"
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:admin",
    }
