"""ACLs, SCRAM credentials, delegation tokens and quotas in __cluster_metadata-0.

Framed as all records of that log, see ``cluster_metadata``.
"""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Bool, Bytes, Float64, Int8, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "AccessControlEntryRecord",
    "ClientQuotaRecord",
    "DelegationTokenRecord",
    "EntityData",
    "RemoveAccessControlEntryRecord",
    "RemoveDelegationTokenRecord",
    "RemoveUserScramCredentialRecord",
    "UserScramCredentialRecord",
]


class AccessControlEntryRecord(Struct):
    SPEC = Spec(key=18, versions="0", flexible="0+")

    id: Uuid = ZERO_UUID
    resource_type: Int8 = 0
    """Code of Kafka's ``ResourceType``: 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user."""
    resource_name: String = ""
    pattern_type: Int8 = 0
    """3 literal, 4 prefixed."""
    principal: String = ""
    host: String = ""
    operation: Int8 = 0
    """Code of Kafka's ``AclOperation``."""
    permission_type: Int8 = 0
    """2 deny, 3 allow."""


class RemoveAccessControlEntryRecord(Struct):
    SPEC = Spec(key=19, versions="0", flexible="0+")

    id: Uuid = ZERO_UUID


class UserScramCredentialRecord(Struct):
    SPEC = Spec(key=11, versions="0", flexible="0+")

    name: String = ""
    mechanism: Int8 = 0
    """1 SCRAM-SHA-256, 2 SCRAM-SHA-512."""
    salt: Bytes = b""
    stored_key: Bytes = b""
    server_key: Bytes = b""
    iterations: Int32 = 0


class RemoveUserScramCredentialRecord(Struct):
    SPEC = Spec(key=22, versions="0", flexible="0+")

    name: String = ""
    mechanism: Int8 = 0


class DelegationTokenRecord(Struct):
    SPEC = Spec(key=10, versions="0", flexible="0+")

    owner: String = ""
    requester: String = ""
    renewers: list[String] = []
    issue_timestamp: Int64 = 0
    max_timestamp: Int64 = 0
    expiration_timestamp: Int64 = 0
    token_id: String = ""


class RemoveDelegationTokenRecord(Struct):
    SPEC = Spec(key=26, versions="0", flexible="0+")

    token_id: String = ""


class ClientQuotaRecord(Struct):
    SPEC = Spec(key=14, versions="0", flexible="0+")

    entity: list[EntityData] = []
    key: String = ""
    value: Float64 = 0.0
    remove: Bool = False
    """The quota ``key`` of this entity is removed."""


class EntityData(Struct):
    entity_type: String = ""
    entity_name: String | None = ""
    """Null: the default of that type."""
