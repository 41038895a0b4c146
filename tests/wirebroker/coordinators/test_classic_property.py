"""Random lives of a group: whatever members, time and the log do, these hold.

- Each caller is answered at most once, and all of them once every deadline has passed.
- Each join phase that ends counts exactly one generation; the generation never goes back.
- In Stable and Empty a coordinator that starts from the records has the same group as the one that wrote them.
- All members of a generation are told the same protocol.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

PROTOCOLS = [
    (("range", b"1"),),
    (("range", b"2"),),
    (("range", b"1"), ("sticky", b"1")),
    (("sticky", b"1"), ("range", b"1")),
]
INSTANCES = [None, None, "i", "j"]

verbs = st.one_of(
    st.tuples(
        st.just("join"),
        st.integers(0, 5),
        st.sampled_from(INSTANCES),
        st.sampled_from(PROTOCOLS),
        st.sampled_from([0, 3, 5, 9]),
        st.sampled_from([6000, 20_000]),
        st.sampled_from([5000, 30_000]),
    ),
    st.tuples(st.just("sync"), st.integers(0, 5)),
    st.tuples(st.just("heartbeat"), st.integers(0, 5)),
    st.tuples(st.just("leave"), st.integers(0, 5)),
    st.tuples(st.just("commit"), st.integers(0, 5)),
    st.tuples(st.just("time"), st.floats(0.0, 40.0)),
    st.tuples(st.just("log"), st.booleans()),
)


def picture(coordinator):
    """What must survive, of one group and its offsets."""
    group = coordinator.groups.get("g")
    offsets = sorted((key.topic, key.partition, value.offset) for key, value in coordinator.offsets.of("g"))
    if group is None:
        return offsets
    members = [
        (
            member.member_id,
            member.group_instance_id,
            member.client_id,
            member.client_host,
            member.session_timeout_ms,
            member.rebalance_timeout_ms,
            member.metadata(group.protocol_name),
            member.assignment,
        )
        for member in group.members
    ]
    written = group.generation, group.protocol_type, group.protocol_name, group.members.leader, group.state_timestamp_ms
    return group.state, written, members, offsets


class Life:
    """Verbs with ids out of a small pool: those that the coordinator gave, and unknown ones."""

    def __init__(self, driver):
        self.driver = driver
        self.ids = []
        self.tickets = 0
        self.asked = []
        self.told = {}

    def member(self, number):
        return self.ids[number % len(self.ids)] if self.ids and number < 5 else ("", None)

    def generation(self):
        group = self.driver.coordinator.groups.get("g")
        return 0 if group is None else group.generation

    def ticket(self):
        self.tickets += 1
        self.asked.append(self.tickets)
        return self.tickets

    def do(self, verb, *arguments):
        getattr(self, verb)(*arguments)
        for ticket in self.asked:
            answer = self.driver.answers.get(ticket)
            if getattr(answer, "leader", "") and answer.error_code == 0:
                said = answer.protocol_name, answer.protocol_type
                assert self.told.setdefault(answer.generation_id, said) == said

    def join(self, number, instance, protocols, version, session, rebalance):
        member_id, known_instance = self.member(number)
        instance = known_instance if member_id else instance
        ticket = self.ticket()
        answer = self.driver.join(
            ticket,
            member_id,
            instance=instance,
            protocols=protocols,
            version=version,
            session=session,
            rebalance=rebalance,
        )
        if answer not in (None, "refused") and answer.member_id:
            self.ids.append((answer.member_id, instance))
        group = self.driver.coordinator.groups.get("g")
        self.ids += [(member.member_id, member.group_instance_id) for member in (group.members if group else ())]
        self.ids = list(dict.fromkeys(self.ids))[-4:]

    def sync(self, number):
        member_id, instance = self.member(number)
        assignments = {member_id: f"{member_id} {self.generation()}".encode() for member_id, _ in self.ids}
        self.driver.sync(self.ticket(), member_id, self.generation(), assignments, instance=instance)

    def heartbeat(self, number):
        member_id, instance = self.member(number)
        self.driver.heartbeat(member_id, self.generation(), instance=instance)

    def leave(self, number):
        self.driver.leave(self.member(number))

    def commit(self, number):
        member_id, instance = self.member(number)
        self.driver.commit(number, member_id=member_id, instance=instance, generation=self.generation() or -1)

    def time(self, seconds):
        self.driver.at(self.driver.now + seconds)

    def log(self, is_full):
        self.driver.log_is_full = is_full


@settings(deadline=None, max_examples=200)
@given(st.lists(verbs, max_size=40), st.sampled_from([0, 3000]), st.sampled_from([2, 100]))
def test_lives(make_driver, verbs, delay, max_size):
    driver = make_driver(initial_rebalance_delay_ms=delay, max_size=max_size)
    life = Life(driver)
    for verb, *arguments in verbs:
        before = life.generation()
        life.do(verb, *arguments)
        assert before <= life.generation()
        assert verb == "time" or life.generation() <= before + 1
        if driver.state() in ("Stable", "Empty"):
            assert picture(driver.reloaded()) == picture(driver.coordinator)
    driver.log_is_full = False
    driver.at(driver.now + 10_000)
    assert set(life.asked) <= set(driver.answers)
    assert driver.state() in ("Empty", "Dead")
    assert picture(driver.reloaded()) == picture(driver.coordinator)
