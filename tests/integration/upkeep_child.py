"""Begins a round of upkeep in the registry at argv[1], says so, and hangs in the middle of it."""

from __future__ import annotations

import sys
import threading

from modelkeep import connect

if __name__ == "__main__":
    with connect(sys.argv[1], cleanup_interval_seconds=0.01) as mk:

        def hang(_model_id: str, **_: object) -> None:
            print("at work", flush=True)
            threading.Event().wait()

        mk.versions.apply_retention = hang
        mk.upkeep.start()
        threading.Event().wait()
