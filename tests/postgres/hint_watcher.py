"""Follows a model by hints: `hint_watcher.py URL FOLDER`; prints each version that serves.

It looks by itself once in 30 seconds only, so what it prints before that came by a hint.
"""

import sys
import time

import modelkeep
from modelkeep.clock import SystemClock
from modelkeep.deployment.router import Router
from modelkeep.deployment.routing.catalogue_tables import CatalogueTables

POLL_SECONDS, LONGEST_SECONDS = 30, 60


def main():
    url, folder = sys.argv[1:]
    with modelkeep.connect(f"{folder}/r", backup_path=f"{folder}/b", catalogue_url=url) as mk:
        source = CatalogueTables(catalogue=mk.catalogue, changes=mk.traffic._changes())
        router = Router(
            model_id="m",
            source=source,
            copy_path=None,
            clock=SystemClock(),
            poll_seconds=POLL_SECONDS,
            hints=mk.catalogue.hints,
        )
        last = time.monotonic() + LONGEST_SECONDS
        while not mk.catalogue.hints.are_heard() and time.monotonic() < last:
            time.sleep(0.01)
        told = ""
        with router:
            while time.monotonic() < last:
                serving = router.choose("u").version_id
                if serving != told:
                    told = serving
                    print(serving, flush=True)
                time.sleep(0.005)


main()
