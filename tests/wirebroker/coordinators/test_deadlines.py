from hypothesis import given
from hypothesis import strategies as st

from wirebroker.coordinators.deadlines import Deadlines


def test_nothing_is_due_without_deadlines():
    deadlines = Deadlines()
    assert deadlines.next() is None
    assert deadlines.pop_due(1e9) is None


def test_the_earliest_comes_first_and_once():
    deadlines = Deadlines()
    deadlines.set("late", 3.0)
    deadlines.set("early", 1.0)
    assert deadlines.next() == 1.0
    assert [deadlines.pop_due(3.0), deadlines.pop_due(3.0), deadlines.pop_due(3.0)] == ["early", "late", None]


def test_a_deadline_that_was_moved_or_cancelled_does_not_come_at_its_old_time():
    deadlines = Deadlines()
    deadlines.set("session", 1.0)
    deadlines.set("other", 2.0)
    deadlines.set("session", 5.0)
    deadlines.cancel("other")
    assert deadlines.pop_due(4.0) is None
    assert deadlines.next() == 5.0
    deadlines.set("session", 4.5)
    assert deadlines.next() == 4.5


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("set"), st.sampled_from("abc"), st.integers(0, 9)),
            st.tuples(st.just("cancel"), st.sampled_from("abc"), st.just(0)),
            st.tuples(st.just("pop"), st.just(""), st.integers(0, 9)),
        )
    )
)
def test_it_is_a_dictionary_of_times(verbs):
    deadlines, model = Deadlines(), {}
    for verb, name, number in verbs:
        if verb == "set":
            deadlines.set(name, number)
            model[name] = number
        elif verb == "cancel":
            deadlines.cancel(name)
            model.pop(name, None)
        else:
            popped = deadlines.pop_due(number)
            due = [when for when in model.values() if when <= number]
            assert (popped is None) == (not due)
            if popped is not None:
                assert model.pop(popped) == min(due)
        assert deadlines.next() == min(model.values(), default=None)
        assert len(deadlines) == len(model)
