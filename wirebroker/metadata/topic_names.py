"""What a topic may be called, and which topics are the broker's own (Kafka: ``Topic``)."""

import re

from kafka_codecs.error_codes import ErrorCode
from wirebroker.errors import KafkaError

OFFSETS_TOPIC = "__consumer_offsets"
TRANSACTIONS_TOPIC = "__transaction_state"
SHARE_STATE_TOPIC = "__share_group_state"
METADATA_TOPIC = "__cluster_metadata"

INTERNAL_TOPICS = frozenset({OFFSETS_TOPIC, TRANSACTIONS_TOPIC, SHARE_STATE_TOPIC})
"""Topics listed with ``is_internal``. The metadata log is not one of them: it is never listed at all."""

MAX_NAME_LENGTH = 249

_LEGAL = re.compile(r"[a-zA-Z0-9._-]+")


def is_internal(name: str) -> bool:
    return name in INTERNAL_TOPICS


def what_is_wrong(name: str) -> str | None:
    """Return why this cannot be a topic's name, in the words that clients print, or None."""
    if not name:
        reason = "the empty string is not allowed"
    elif name in {".", ".."}:
        reason = f"'{name}' is not allowed"
    elif len(name) > MAX_NAME_LENGTH:
        reason = f"the length of '{name}' is longer than the max allowed length {MAX_NAME_LENGTH}"
    elif not _LEGAL.fullmatch(name):
        reason = f"'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
    else:
        return None
    return f"Topic name is invalid: {reason}"


def check(name: str) -> None:
    """Raise KafkaError (INVALID_TOPIC_EXCEPTION) if this cannot be a topic's name."""
    wrong = what_is_wrong(name)
    if wrong is not None:
        raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, wrong)


def collision_key(name: str) -> str | None:
    """Return what two names share that would be one name in metrics, where "." turns into "_"; None: no such letter."""
    return name.replace(".", "_") if "." in name or "_" in name else None
