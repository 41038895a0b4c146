"""One request to a broker, in a connection of its own."""

import socket
import struct
from typing import Any

from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.compile import decode, encode
from kafka_codecs.headers import request_frame, response_header

SECONDS = 20.0


def ask(bootstrap: str, request: Any, version: int) -> Any:
    """Return the answer. Raises OSError where none comes within 20 seconds."""
    key = request.SPEC.key
    host, _, port = bootstrap.split(",", maxsplit=1)[0].rpartition(":")
    with (
        socket.create_connection((host, int(port)), timeout=SECONDS) as connection,
        connection.makefile("rb") as answers,
    ):
        connection.sendall(request_frame(key, version, 1, "compat", [encode(type(request), version, request)]))
        size = answers.read(4)
        frame = answers.read(struct.unpack(">i", size)[0]) if len(size) == 4 else b""
        header = response_header(key, version, 1)
        if frame[: len(header)] != header:
            raise ConnectionError(f"no answer to {ApiKey(key).name} from {bootstrap}")
        return decode(messages_of(ApiKey(key))[1], version, frame, len(header))
