"""Writes beside the measures of `million` until its input ends, and tells how long each took."""

from __future__ import annotations

import json
import sys
import threading
import time

import modelkeep


def main(place: dict[str, str]) -> None:
    """Change the tags of a version over and over."""
    storage_path = place.pop("storage_path")
    with modelkeep.connect(storage_path, actor="writer", **place) as services:
        version = services.versions.get_version("m@latest").version_id
        ended = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
        print("ready", flush=True)
        took = []
        while not ended.is_set():
            began = time.perf_counter()
            change = "remove" if len(took) % 2 else "add"
            services.versions.update_tags(version, **{change: ["seen"]})
            took.append(time.perf_counter() - began)
            time.sleep(0.02)
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
