"""``wirebroker serve``: from what was said on the command line to a running broker."""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from socket import gaierror

import msgspec

from wirebroker.config.option import ConfigError
from wirebroker.config.settings import DEFAULT_DATA_DIR, Settings

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_log = logging.getLogger(__name__)


class Arguments(msgspec.Struct, frozen=True):
    """What the command line said; None where it said nothing. ``configs`` are files, ``options`` are NAME=VALUE."""

    listen: str | None = None
    data_dir: str | None = None
    memory: bool = False
    node_id: int | None = None
    configs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    log_level: str | None = None
    environment: bool = False
    durability: str | None = None


def serve(arguments: Arguments) -> int:
    """Run a broker until it is told to stop. Return 0, or 2 after one line on stderr when it cannot start."""
    try:
        _log_to_stderr(arguments)
        settings = settings_of(arguments)
        for name in settings.config.without_effect():
            _log.info("option %s is known and has no effect here", name)
        from wirebroker.broker import run  # only now: a mistake above is told without waiting for the broker's imports
        from wirebroker.log.storage import StorageError
    except ConfigError as refused:
        return complain(str(refused))
    try:
        return run(settings)
    except (ConfigError, StorageError) as refused:
        return complain(str(refused))
    except OSError as refused:
        return complain(_why_not_started(refused, settings))


def settings_of(arguments: Arguments) -> Settings:
    """Put together: defaults < --config < KAFKA_* (where asked for) < -o < the other options. Raises ConfigError."""
    options: dict[str, str] = {}
    for path in arguments.configs:
        options |= _properties_file(path)
    if arguments.environment:
        options |= _from_environment(os.environ)
    options |= _named_values(arguments.options)
    if arguments.memory and arguments.data_dir is not None:
        raise ConfigError("--memory and --data-dir exclude each other")
    host, port = _host_and_port(arguments.listen) if arguments.listen is not None else (None, None)
    return Settings.of(
        options,
        data_dir=() if arguments.memory else _data_dirs(arguments.data_dir, options),
        host=host,
        port=port,
        node_id=arguments.node_id,
        durability=arguments.durability or "os",
    )


def complain(text: str) -> int:
    """Say in one line what was wrong; return the exit status for it."""
    print(f"wirebroker: {' '.join(text.split())}", file=sys.stderr)  # noqa: T201 - what a command line does
    return 2


def _log_to_stderr(arguments: Arguments) -> None:
    level = arguments.log_level
    if level is None and arguments.environment:
        from wirebroker.cli.environment import log_level

        level = log_level(os.environ)
    if level is not None and level not in LOG_LEVELS:
        raise ConfigError(f"--log-level {level}: not one of {', '.join(LOG_LEVELS)}")
    logging.basicConfig(level=(level or "info").upper(), format=LOG_FORMAT, stream=sys.stderr)


def _properties_file(path: str) -> dict[str, str]:
    from wirebroker.config.properties import read_properties

    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"--config {path}: {error.strerror}") from None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # what Java takes every properties file for
    try:
        return read_properties(text)
    except ValueError as error:
        raise ConfigError(f"--config {path}: {error}") from None


def _from_environment(variables: Mapping[str, str]) -> dict[str, str]:
    from wirebroker.cli.environment import options_from_environment
    from wirebroker.config.broker import is_known

    options = options_from_environment(variables)
    for name in [name for name in options if not is_known(name)]:
        # Kafka takes any name; KAFKA_ variables that mean something else are common (Kubernetes sets KAFKA_PORT).
        _log.warning("KAFKA_ variable for an unknown option is ignored: %s", name)
        del options[name]
    return options


def _named_values(texts: tuple[str, ...]) -> dict[str, str]:
    named = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ConfigError(f"-o {text}: not NAME=VALUE")
        named[name.strip()] = value
    return named


def _host_and_port(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not port.isdecimal() or int(port) > 65_535 or (":" in host and not bracketed):
        raise ConfigError(f"--listen {text}: not HOST:PORT, such as 127.0.0.1:9092, [::1]:9092 or :9092")
    return host[1:-1] if bracketed else host, int(port)


def _data_dirs(given: str | None, options: Mapping[str, str]) -> list[Path]:
    """--data-dir, else log.dirs, else log.dir, else the default."""
    if given is not None:
        return [Path(given)]
    named = options.get("log.dirs", options.get("log.dir", ""))
    directories = [Path(directory.strip()) for directory in named.split(",") if directory.strip()]
    return list(dict.fromkeys(directories)) or [DEFAULT_DATA_DIR]


def _why_not_started(refused: OSError, settings: Settings) -> str:
    reason = refused.strerror or str(refused)
    if refused.filename is not None:
        return f"{refused.filename}: {reason}"
    if isinstance(refused, gaierror) or refused.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
        return f"cannot listen on {', '.join(map(str, settings.listeners))}: {reason}"
    return reason
