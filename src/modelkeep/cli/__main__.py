"""`python -m modelkeep.cli` is `modelkeep`."""

from modelkeep.cli.main import run

run()
