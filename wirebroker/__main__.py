"""``python -m wirebroker``."""

from wirebroker.cli.main import main

main()
