"""The settings of a node, as Java reads them."""

from pathlib import Path

from compat.oracle.settings import Ports, node_settings, properties_text, scram_users

PORTS = {number: Ports(9000 + number, 9100 + number, 9200 + number) for number in (1, 2, 3)}


def settings(node=2, *, is_secure=False, **options):
    return node_settings(node, PORTS, Path("/data"), is_secure=is_secure, options=options)


def test_a_node_listens_on_its_own_ports_and_knows_all_voters():
    made = settings()
    assert made["listeners"] == "PLAINTEXT://127.0.0.1:9002,CONTROLLER://127.0.0.1:9102"
    assert made["controller.quorum.voters"] == "1@127.0.0.1:9101,2@127.0.0.1:9102,3@127.0.0.1:9103"
    assert made["offsets.topic.replication.factor"] == "3"


def test_given_options_win():
    assert settings(**{"group.initial.rebalance.delay.ms": "3000"})["group.initial.rebalance.delay.ms"] == "3000"


def test_a_secure_node_has_one_more_listener():
    assert settings(is_secure=True)["listeners"].endswith(",SASL://127.0.0.1:9202")
    assert "SCRAM-SHA-256=[name=alice,password=alice-secret]" in scram_users()


def test_backslashes_and_ends_of_lines_are_escaped():
    assert properties_text({"a": "b\\c\nd"}) == "a=b\\\\c\\nd\n"
