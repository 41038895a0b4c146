"""Runs the scenario by one client: ``python run.py with_kafka_python --bootstrap HOST:PORT --prefix P CAPABILITY ...``.

The package's ``table`` has its ``NAME``, the library's ``VERSION``, and what it does for each of the ``CAPABILITIES``.
"""

import importlib
import sys

from scenario.program import run


def main() -> None:
    table = importlib.import_module(f"{sys.argv.pop(1)}.table")
    run(table.NAME, table.VERSION, table.CAPABILITIES)


if __name__ == "__main__":
    main()
