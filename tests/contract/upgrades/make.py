"""Makes the data set of the newest revision: `python tests/contract/upgrades/make.py`.

It makes a registry in SQLite and one in PostgreSQL, with rows in every table, and keeps their
dumps, their packs and what they tell. Those of older revisions are never made anew: only a release
of that time could.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from modelkeep.catalogue.catalogue import HEAD
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.copying import copy_registry, open_source
from modelkeep.testing.clock import ManualClock

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "servers")]
from filling import ask_for_abort, fill, fill_guest  # noqa: E402
from reading import read_all  # noqa: E402

from postgres import PostgresServer, programs  # noqa: E402

# It stands in sealed rows, so it is the same whoever makes them.
PLACE = "/var/tmp/modelkeep-upgrades"
# What a server of another version may not know, and what only psql understands.
LEFT_OUT = re.compile(r"\\(un)?restrict |SET [a-z_]+ = .*;$|SELECT pg_catalog\.set_config\(")


def make(target, catalogue_url=""):
    """Make one data set in a folder, without its dump of PostgreSQL."""
    clock, folder = ManualClock(), PLACE
    shutil.rmtree(folder, ignore_errors=True)
    try:
        settings = {"storage_path": f"{folder}/r", "catalogue_url": catalogue_url}
        config = ModelVersioningConfig(**settings, backup_path=f"{folder}/b", actor="ada")
        guest = ModelVersioningConfig(
            storage_path=f"{folder}/g", backup_path=f"{folder}/b", actor="ada"
        )
        with wiring.open_services(guest, clock=clock) as mk:
            fill_guest(mk)
        with wiring.open_services(config, clock=clock) as mk:
            fill(mk, clock)
            copy_registry(open_source(guest), mk)
            ask_for_abort(mk)
            # Model cards are made when they are first read.
            read_all(mk)
        with wiring.open_services(config, clock=clock) as mk:
            told = read_all(mk)
        expected = {"now": clock.now().isoformat(), "told": told}
        text = json.dumps(expected, indent=1, sort_keys=True, ensure_ascii=False)
        (target / "expected.json").write_text(text + "\n")
        shutil.copytree(f"{folder}/r/blobs", target / "blobs")
        for path in sorted(Path(folder, "r").glob("*.sqlite")):
            with closing(sqlite3.connect(path)) as connection:
                dump = "\n".join(connection.iterdump())
            (target / f"{path.stem}.sql").write_text(dump + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_postgresql(target):
    """Make the data set of PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="modelkeep-") as folder:
        Path(folder).chmod(0o711)
        server = PostgresServer(Path(folder) / "data")
        server.start()
        try:
            url = server.new_database()
            make(target, url)
            command = [programs() / "pg_dump", "--inserts", "--no-owner", "--no-privileges", url]
            dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        finally:
            server.stop()
    lines = [each for each in dump.split("\n") if not LEFT_OUT.match(each)]
    (target / "database.sql").write_text("\n".join(lines))


def main():
    target = HERE / HEAD
    shutil.rmtree(target, ignore_errors=True)
    for name, maker in (("sqlite", make), ("postgresql", make_postgresql)):
        (target / name).mkdir(parents=True)
        maker(target / name)
    print(f"made {target}")


if __name__ == "__main__":
    # The key of who makes it stays out.
    with tempfile.TemporaryDirectory() as configuration:
        os.environ["XDG_CONFIG_HOME"] = configuration
        main()
