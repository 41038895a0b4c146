"""Codecs of declared messages, compiled per message and version on first use and cached.

``emit_decode`` and ``emit_encode`` write straight-line Python source for exactly one version, which
``scripts/print_codec.py`` shows.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from kafka_codecs.emit_decode import MAX_ELEMENTS, decoder_source
from kafka_codecs.emit_encode import encoder_source
from kafka_codecs.schema import Chunk, Struct
from kafka_codecs.wire import Buffer

__all__ = ["MAX_ELEMENTS", "Decoder", "Encoder", "decode", "decoder", "encode", "encoder"]

T = TypeVar("T", bound=Struct)
T_co = TypeVar("T_co", bound=Struct, covariant=True)
T_contra = TypeVar("T_contra", bound=Struct, contravariant=True)


class Decoder(Protocol[T_co]):
    """Reads one message."""

    def __call__(self, buffer: Buffer, at: int, budget: int = MAX_ELEMENTS, /) -> tuple[T_co, int]:
        """Read the message at ``at``: (message, where it ends). What follows it is ignored.

        ``buffer`` is one frame or record (it may be copied as a whole, unless the message carries record batches: these
        stay views of it). ``budget`` is how many array elements the message may have in all. Raises DecodeError.
        """
        ...


class Encoder(Protocol[T_contra]):
    """Writes one message."""

    def __call__(self, message: T_contra, parts: list[Chunk], /) -> None:
        """Append the message's bytes to ``parts``, and the chunks of its record batches as they are.

        Raises EncodeError, with ``parts`` as it was, when a field's value is illegal in this version.
        """
        ...


def decoder(cls: type[T], version: int) -> Decoder[T]:
    """Return the decoder of a message in one version. Raises ValueError when it has no such version."""
    return cast("Decoder[T]", _decoder(cls, version))


def encoder(cls: type[T], version: int) -> Encoder[T]:
    """Return the encoder of a message in one version. Raises ValueError when it has no such version."""
    return cast("Encoder[T]", _encoder(cls, version))


def decode(cls: type[T], version: int, data: Buffer, at: int = 0) -> T:
    """Read one message at ``at``. Raises DecodeError; ValueError when there is no such version."""
    message: T = _decoder(cls, version)(data, at)[0]
    return message


def encode(cls: type[T], version: int, message: T) -> bytes:
    """Write one message as one piece (record batches in bytes, not files). Raises EncodeError; ValueError as above."""
    parts: list[Chunk] = []
    _encoder(cls, version)(message, parts)
    return b"".join(parts)


@cache
def _decoder(cls: type[Struct], version: int) -> Callable[..., Any]:
    def decode_replacing(buffer: Buffer, at: int, budget: int) -> tuple[Struct, int]:
        message: tuple[Struct, int] = _replacing_decoder(cls, version)(buffer, at, budget)
        return message

    source = decoder_source(cls, version)
    return _function("decode", cls, version, source.text(), source.names | {"decode_replacing": decode_replacing})


@cache
def _replacing_decoder(cls: type[Struct], version: int) -> Callable[..., Any]:
    """Compile the decoder that replaces invalid UTF-8: seldom needed."""
    source = decoder_source(cls, version, strict=False)
    return _function("decode", cls, version, source.text(), source.names)


@cache
def _encoder(cls: type[Struct], version: int) -> Callable[..., Any]:
    source = encoder_source(cls, version)
    return _function("encode", cls, version, source.text(), source.names)


def _function(name: str, cls: type[Struct], version: int, source: str, names: dict[str, Any]) -> Callable[..., Any]:
    code = compile(source, f"<{name} {cls.__name__} v{version}>", "exec")
    exec(code, names)  # noqa: S102 - the source was written from our own declarations
    return cast("Callable[..., Any]", names[name])
