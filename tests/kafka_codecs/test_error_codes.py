"""The table of error codes: whole, and the same as kio's, which was made independently."""

import pytest
from kio.schema.errors import ErrorCode as KioErrorCode

from kafka_codecs.error_codes import ErrorCode


def test_codes_run_from_minus_one_to_136_without_a_hole() -> None:
    assert [int(code) for code in ErrorCode] == list(range(-1, 137))


@pytest.mark.parametrize("kio", list(KioErrorCode), ids=lambda code: code.name)
def test_number_name_and_retriable_are_those_of_kio(kio: KioErrorCode) -> None:
    code = ErrorCode(int(kio))
    assert (code.name.lower(), code.retriable) == (kio.name, kio.retriable)


def test_texts_are_kafkas_to_the_letter() -> None:
    """Clients print them. A sample, among it what Kafka 4.4 added."""
    assert ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.text == "This server does not host this topic-partition."
    assert ErrorCode.NONE.text == "NONE"
    assert ErrorCode.FENCED_INSTANCE_ID.text == (
        "The broker rejected this static consumer since another consumer with the same group.instance.id has "
        "registered with a different member.id."
    )
    assert ErrorCode.CONTROLLER_ID_NOT_REGISTERED.text == "The given controller ID was not registered."


def test_texts_are_whole_sentences_on_one_line() -> None:
    """Long ones are written in pieces: no piece may have lost or doubled its space."""
    for code in ErrorCode:
        if code:
            assert code.text.endswith(".")
            assert " ".join(code.text.split()) == code.text


def test_a_code_is_a_number() -> None:
    assert ErrorCode(3) is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert ErrorCode.UNKNOWN_TOPIC_OR_PARTITION == 3
    with pytest.raises(ValueError, match="137"):
        ErrorCode(137)
