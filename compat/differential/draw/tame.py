"""What drawn requests keep away from, whoever draws them: where chance, or another script, would decide."""

from typing import Any

import msgspec

from compat.differential.draw.topics import CONFIGS
from compat.differential.run import PREFIX_LENGTH
from compat.differential.script import Step
from compat.differential.values import NAME_MARK
from kafka_codecs.api_keys import ApiKey

LONGEST_INSTANCE_ID = 32_700
"""Member ids begin with the instance id: Kafka can neither answer with nor write longer ones (DIFFERENCES)."""
LONGEST_NAME = 32_767 - PREFIX_LENGTH
UNKNOWN_CONFIGS = ("", "no.such.config", "message.format.version")


def tamed(step: Step) -> Step:
    """Return the step without what cannot be compared."""
    if not isinstance(step.body, dict):
        return step
    match step.api:
        case ApiKey.CREATE_TOPICS:
            body = step.body | {"topics": [_with_one_unknown_config(topic) for topic in step.body.get("topics") or ()]}
        case ApiKey.JOIN_GROUP | ApiKey.OFFSET_COMMIT:
            body = step.body | {"group_id": _own(step, step.body.get("group_id", ""))}
            if body.get("group_instance_id"):
                body["group_instance_id"] = body["group_instance_id"][:LONGEST_INSTANCE_ID]
        case _:
            return step
    return msgspec.structs.replace(step, body=body)


def _with_one_unknown_config(topic: Any) -> Any:
    """Of several, Kafka complains of the one that comes first in a hash map (DIFFERENCES)."""
    configs, kept, unknown = topic.get("configs") or [], [], False
    for config in configs:
        is_unknown = config.get("name") in UNKNOWN_CONFIGS or config.get("name") not in CONFIGS
        if not (is_unknown and unknown):
            kept.append(config)
        unknown |= is_unknown
    return topic | {"configs": kept} if configs else topic


def _own(step: Step, group: Any) -> Any:
    """Name a group of this script: others would share one of any other name, also the one without."""
    if not isinstance(group, str) or group.startswith(NAME_MARK) or (step.api == ApiKey.JOIN_GROUP and not group):
        return group
    return NAME_MARK + group[:LONGEST_NAME]
