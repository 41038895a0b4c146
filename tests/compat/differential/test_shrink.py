"""Shrinking leaves what shows the difference, and nothing else."""

from compat.differential.script import Edit, Script, Step
from compat.differential.shrink import shrunk
from compat.differential.values import Batches


def script_of(*bodies):
    return Script(tuple(Step(f"s{at}", 3, 1, body) for at, body in enumerate(bodies)))


def test_steps_that_do_not_matter_go():
    script = script_of(*({"a": at} for at in range(20)))
    small = shrunk(script, lambda tried: {4, 13} <= {step.body.get("a") for step in tried.steps})
    assert [step.body for step in small.steps] == [{"a": 4}, {"a": 13}]


def test_fields_and_elements_go():
    body = {"topics": [{"name": "x", "bad": True}, {"name": "y"}], "timeout": 5}

    def shows(tried):
        return any(topic.get("bad") for step in tried.steps for topic in step.body.get("topics", ()))

    assert shrunk(script_of(body), shows).steps[0].body == {"topics": [{"bad": True}]}


def test_batches_and_edits_become_fewer():
    step = Step("s", 0, 3, {"records": Batches([{"a": 1}, {"b": 2}])}, edits=(Edit("cut", 1), Edit("append")))

    def shows(tried):
        return bool(tried.steps and tried.steps[0].body.get("records", Batches([])).batches)

    small = shrunk(Script((step,)), shows).steps[0]
    assert len(small.body["records"].batches) == 1
    assert small.edits == ()


def test_the_attempts_are_bounded():
    tried = []
    shrunk(script_of(*({"a": at} for at in range(50))), lambda script: bool(tried.append(script)), most_attempts=10)
    assert len(tried) == 10


def test_what_cannot_be_made_smaller_stays():
    script = script_of({"a": 1})
    assert shrunk(script, lambda tried: tried == script) == script
