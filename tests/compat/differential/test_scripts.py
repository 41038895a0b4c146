"""Scripts are values: they survive JSON, name what brokers assign by symbols, and can be drawn for every served API."""

import struct
from collections import Counter

import pytest

from compat.differential.draw.scripts import drawn
from compat.differential.draw.tame import tamed
from compat.differential.frames import frame_of, named
from compat.differential.script import CLOSE, Edit, Script, Step, from_text, to_text
from compat.differential.values import (
    Answer,
    AnswerPlus,
    Batches,
    Now,
    TopicId,
    from_json,
    replaced,
    to_json,
    walk,
    without,
)
from kafka_codecs.api_keys import ApiKey
from kafka_codecs.compile import decode
from kafka_codecs.headers import read_request_header
from kafka_codecs.messages.metadata import MetadataRequest
from wirebroker.apis.registry import SERVED


def plain(value, default):
    """Resolve no symbol."""
    return default if isinstance(value, Answer | AnswerPlus | Now | TopicId) else value


SYMBOLS = {
    "id": TopicId("~t1"),
    "member": Answer("s1", "member_id"),
    "epoch": AnswerPlus("s2", "generation_id", -1),
    "now": Now(-5),
    "records": Batches([{"records": [{"key": b"k", "value": None}], "producer_id": Answer("s3", "producer_id")}]),
    "bytes": b"\0\xff",
    "nothing": None,
    "list": [1, "ä", True],
}


def test_a_body_survives_json():
    assert from_json(to_json(SYMBOLS)) == SYMBOLS


def test_a_script_survives_its_text():
    steps = (
        Step("s1", int(ApiKey.FETCH), 12, SYMBOLS, connection=3, edits=(Edit("set", 4, "ff"),), client_id=None),
        Step("s2", 999, 0, b"\0\1"),
        Step("s3", CLOSE, 0, {}),
    )
    script = Script(steps, "what it shows")
    assert from_text(to_text(script)) == script


@pytest.mark.parametrize("seed", range(20))
def test_drawn_scripts_survive_their_text(seed):
    script = drawn(f"test/{seed}")
    assert from_text(to_text(script)) == script
    assert drawn(f"test/{seed}") == script


def test_every_served_api_is_drawn_at_every_version():
    """Whoever serves another API adds an area that draws it."""
    counts = Counter((step.api, step.version) for seed in range(400) for step in drawn(f"all/{seed}").steps)
    wanted = {(api.key, version) for api in SERVED.values() for version in range(api.min_version, api.max_version + 1)}
    assert wanted <= counts.keys()


@pytest.mark.parametrize("seed", range(20))
def test_most_drawn_requests_can_be_sent(seed):
    steps = [step for step in drawn(f"test/{seed}").steps if step.api != CLOSE]
    sent = 0
    for step in steps:
        try:
            frame_of(step, 1, plain)
        except (ValueError, OverflowError, struct.error):
            continue
        sent += 1
    assert sent > 0.9 * len(steps)


def test_what_chance_or_other_scripts_would_decide_is_not_drawn():
    configs = [{"name": name, "value": "1"} for name in ("retention.ms", "x", "", "x", "segment.ms")]
    create = Step("s", ApiKey.CREATE_TOPICS, 7, {"topics": [{"name": "~t", "configs": configs}, {"name": "~u"}]})
    kept = tamed(create).body["topics"][0]["configs"]
    assert [config["name"] for config in kept] == ["retention.ms", "x", "segment.ms"]
    join = {"group_id": "x" * 32767, "group_instance_id": "x" * 32767}
    body = tamed(Step("s", ApiKey.JOIN_GROUP, 9, join)).body
    assert len(named(body["group_id"], "d-1234567-")) == 32767
    assert body["group_id"].startswith("~")
    assert len(body["group_instance_id"]) == 32_700
    assert tamed(Step("s", ApiKey.JOIN_GROUP, 9, {"group_id": ""})).body["group_id"] == ""
    assert tamed(Step("s", ApiKey.OFFSET_COMMIT, 9, {"group_id": ""})).body["group_id"] == "~"


def test_places_of_a_body():
    body = {"a": [1, {"b": Batches([{"records": [5]}])}]}
    assert (("a", 1, "b", 0, "records", 0), 5) in list(walk(body))
    assert replaced(body, ("a", 1, "b", 0, "records", 0), 6) == {"a": [1, {"b": Batches([{"records": [6]}])}]}
    assert without(body, ("a", 1, "b")) == {"a": [1, {}]}
    assert without(body, ("a", 0)) == {"a": [{"b": Batches([{"records": [5]}])}]}


def test_names_of_a_run():
    assert named("~t1", "d-0123456-") == "d-0123456-t1"
    assert named("t~1", "d-0123456-") == "t~1"


def test_a_frame_has_the_values_that_symbols_stand_for():
    step = Step("s1", int(ApiKey.METADATA), 12, {"topics": [{"name": None, "topic_id": TopicId("~t")}, {"name": "x"}]})
    frame = frame_of(step, 7, lambda value, default: b"i" * 16 if isinstance(value, TopicId) else value)
    header, at = read_request_header(frame[4:])
    assert (header.api_key, header.api_version, header.correlation_id) == (ApiKey.METADATA, 12, 7)
    topics = decode(MetadataRequest, 12, frame[4:], at).topics
    assert [(topic.topic_id, topic.name) for topic in topics] == [(b"i" * 16, None), (bytes(16), "x")]


@pytest.mark.parametrize(
    ("edit", "change"),
    [
        (Edit("cut", 2), lambda body: body[:-2]),
        (Edit("cut", 1000), lambda body: b""),
        (Edit("append", data="0001"), lambda body: body + b"\0\1"),
        (Edit("set", 0, "ff"), lambda body: b"\xff" + body[1:]),
        (Edit("tag", 20, "abcd"), lambda body: body[:-1] + b"\x01\x14\x02\xab\xcd"),
    ],
)
def test_edits_of_bytes(edit, change):
    step = Step("s", int(ApiKey.METADATA), 12, {"topics": []}, client_id="")
    plainly = frame_of(step, 1, plain)[4 + 11 :]
    edited = frame_of(Step("s", step.api, 12, step.body, edits=(edit,), client_id=""), 1, plain)[4 + 11 :]
    assert edited == change(plainly)


def test_an_api_that_does_not_exist_can_be_asked_for():
    frame = frame_of(Step("s", 999, 3, b"body", client_id=None), 1, plain)
    assert frame.endswith(b"\x03\xe7\0\3\0\0\0\1\xff\xffbody")
