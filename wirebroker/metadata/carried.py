"""Records of the metadata that this broker does nothing about, and loses none of.

A log that Apache Kafka wrote tells of ACLs, SCRAM users, quotas, delegation tokens and controllers. The image carries
the newest record of each along, and a snapshot writes them down again, so that Kafka finds all of them should the
directory go back to it. What a record takes away goes, as in Kafka's images of these subjects.
"""

from collections.abc import Hashable
from typing import Any

from kafka_codecs.internal.cluster_metadata import ZkMigrationStateRecord
from kafka_codecs.internal.cluster_nodes import RegisterControllerRecord, UnregisterControllerRecord
from kafka_codecs.internal.cluster_security import (
    AccessControlEntryRecord,
    ClientQuotaRecord,
    DelegationTokenRecord,
    RemoveAccessControlEntryRecord,
    RemoveDelegationTokenRecord,
    RemoveUserScramCredentialRecord,
    UserScramCredentialRecord,
)

Key = tuple[Hashable, ...]

_CONTROLLER, _QUOTA, _ACL, _SCRAM, _TOKEN = range(5)


def placed(record: Any) -> tuple[Key, bool] | None:
    """Return what a record speaks of, and whether it is still there then; None if nothing is to be kept.

    Raises ValueError for a record of a kind that is not known here.
    """
    match record:
        case RegisterControllerRecord():
            return (_CONTROLLER, record.controller_id), True
        case UnregisterControllerRecord():
            return (_CONTROLLER, record.controller_id), False
        case ClientQuotaRecord():
            entity = frozenset((each.entity_type, each.entity_name) for each in record.entity)
            return (_QUOTA, entity, record.key), not record.remove
        case AccessControlEntryRecord():
            return (_ACL, record.id), True
        case RemoveAccessControlEntryRecord():
            return (_ACL, record.id), False
        case UserScramCredentialRecord():
            return (_SCRAM, record.mechanism, record.name), True
        case RemoveUserScramCredentialRecord():
            return (_SCRAM, record.mechanism, record.name), False
        case DelegationTokenRecord():
            return (_TOKEN, record.token_id), True
        case RemoveDelegationTokenRecord():
            return (_TOKEN, record.token_id), False
        case ZkMigrationStateRecord():
            return None
        case _:
            raise ValueError(f"metadata record {type(record).__name__} is not understood")
