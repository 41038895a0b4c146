from wirebroker.coordinators.group.states import NEXT_STATES, ClassicGroupState


def test_every_state_but_dead_can_be_reached_and_left():
    """Dead is what a group is called that does not exist."""
    reached = {state for states in NEXT_STATES.values() for state in states}
    assert reached == set(ClassicGroupState) - {ClassicGroupState.DEAD}
    assert {state for state, following in NEXT_STATES.items() if following} == reached


def test_a_generation_is_only_reached_through_both_phases():
    """S94b, S96."""
    before_stable = {state for state, following in NEXT_STATES.items() if ClassicGroupState.STABLE in following}
    assert before_stable == {ClassicGroupState.COMPLETING_REBALANCE, ClassicGroupState.STABLE}
