from kafka_codecs.error_codes import ErrorCode
from wirebroker.coordinators.group.members import Member, Members


def member(member_id, instance=None, protocols=("range",), rebalance=1000):
    return Member(member_id, instance, "c", "/h", rebalance, 2000, [(name, b"") for name in protocols])


def members(*all_of_them):
    group = Members()
    for one in all_of_them:
        group.add(one)
    return group


def test_the_first_member_leads_and_hands_over_in_the_order_of_joining():
    """S94a."""
    group = members(member("a"), member("b"), member("c"))
    assert group.leader == "a"
    group.remove("a")
    assert group.leader == "b"
    group.remove("b")
    group.remove("c")
    assert group.leader is None


def test_the_lead_goes_to_one_that_has_joined_if_the_leader_has_not():
    """S94a."""
    group = members(member("a"), member("b"), member("c"))
    assert not group.elect_joined_leader()
    group["c"].join_ticket = "t"
    assert group.elect_joined_leader()
    assert group.leader == "c"
    group["a"].join_ticket = "t"
    assert group.elect_joined_leader()
    assert group.leader == "c"


def test_who_is_a_member():
    """S95, S101a, S101b."""
    group = members(member("a", "i"), member("b", "j"), member("c"))
    assert group.check("a", "i") is ErrorCode.NONE
    assert group.check("a", None) is ErrorCode.NONE
    assert group.check("a", "j") is ErrorCode.FENCED_INSTANCE_ID
    assert group.check("x", "j") is ErrorCode.FENCED_INSTANCE_ID
    assert group.check("a", "k") is ErrorCode.UNKNOWN_MEMBER_ID
    assert group.check("x", None) is ErrorCode.UNKNOWN_MEMBER_ID


def test_a_successor_takes_rank_lead_and_instance():
    """S101."""
    old = member("a", "i")
    group = members(old, member("b"))
    group.replace(old, member("new", "i", protocols=("other",)))
    assert [one.member_id for one in group] == ["new", "b"]
    assert group.leader == "new"
    assert group.static("i").member_id == "new"
    assert not group.offer_one_of(["range"])


def test_what_all_offer_follows_every_change():
    """S91."""
    group = members(member("a", protocols=("x", "y")), member("b", protocols=("y",)))
    assert group.offer_one_of(["z", "y"])
    assert not group.offer_one_of(["x"])
    group.update(group["b"], [("x", b"")], 1, 1)
    assert group.offer_one_of(["x"])
    assert not group.offer_one_of(["y"])
    group.remove("b")
    assert group.offer_one_of(["y"])


def test_the_rebalance_timeout_is_the_largest():
    """S94b."""
    assert members(member("a", rebalance=5), member("b", rebalance=7)).rebalance_timeout_ms == 7
    assert Members().rebalance_timeout_ms == 0
