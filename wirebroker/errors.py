"""How code of ours refuses a request, and how it ends a connection."""

from kafka_codecs.error_codes import ErrorCode


class KafkaError(Exception):
    """A refusal: answered in the API's own form with this code, and with the text where that form has a place for one.

    ``message`` None means that the answer carries no text, which is not always the same to a client as the standard
    text of the code.
    """

    def __init__(self, code: ErrorCode, message: str | None = None) -> None:
        super().__init__(message or code.text)
        self.code = code
        self.message = message


class CloseConnection(Exception):  # noqa: N818 - an instruction, not a fault
    """The connection closes without an answer, as Kafka does it; the text goes into one log line."""
