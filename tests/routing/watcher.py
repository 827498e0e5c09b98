"""Says `ready`, waits for a revision of the table, and says when it came: `watcher.py DB COPY N`.

The time is that of the monotonic clock, which is one for all processes of a Linux machine.
"""

import sys
import time
from pathlib import Path

from sqlite_tables import SqliteTables

from modelkeep.clock import SystemClock
from modelkeep.deployment.router import Router

LONGEST_SECONDS = 30


def main():
    database, copy_path, revision = sys.argv[1:]
    source = SqliteTables(database)
    with Router(
        model_id="m", source=source, copy_path=Path(copy_path), clock=SystemClock()
    ) as router:
        print("ready", flush=True)
        last = time.monotonic() + LONGEST_SECONDS
        while router.choose("u").revision < int(revision):
            if time.monotonic() > last:
                sys.exit("the revision never came")
            time.sleep(0.002)
        print(time.monotonic(), router.choose("u").arm_index, flush=True)
    source.close()


main()
