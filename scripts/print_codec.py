"""Print the source compiled for a message in one version: ``print_codec.py FetchResponse 13 [decode|encode]``."""

import argparse
from importlib import import_module
from pkgutil import iter_modules

import kafka_codecs.internal
import kafka_codecs.messages
from kafka_codecs.emit_decode import decoder_source
from kafka_codecs.emit_encode import encoder_source
from kafka_codecs.schema import Struct


def find(name: str) -> type[Struct]:
    """Look for the message in all modules, since records share modules."""
    for package in (kafka_codecs.messages, kafka_codecs.internal):
        for module in iter_modules(package.__path__, package.__name__ + "."):
            found = getattr(import_module(module.name), name, None)
            if isinstance(found, type) and issubclass(found, Struct) and "SPEC" in vars(found):
                return found
    raise SystemExit(f"there is no message {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", help="Kafka's name: FetchResponse, OffsetCommitValue, ...")
    parser.add_argument("version", type=int)
    parser.add_argument("direction", nargs="?", choices=("decode", "encode"))
    arguments = parser.parse_args()
    cls = find(arguments.message)
    for direction, source in (("decode", decoder_source), ("encode", encoder_source)):
        if arguments.direction in (None, direction):
            print(source(cls, arguments.version).text())


if __name__ == "__main__":
    main()
