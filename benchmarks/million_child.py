"""Writes beside the measures of `million` until its input ends, and tells how long each took."""

from __future__ import annotations

import json
import sys
import threading
import time

from benchmarks import million_places

_ALONE = 50
_REST_SECONDS = 0.02


def main(place: str) -> None:
    """Change a tag and create a version over and over, the first times beside nobody."""
    with million_places.connect(place, actor="writer") as services:
        version = services.versions.get_version("m@latest").version_id
        took: dict[str, list[float]] = {"tag": [], "create": []}

        def write() -> None:
            count = len(took["tag"])
            began = time.perf_counter()
            change = "remove" if count % 2 else "add"
            services.versions.update_tags(version, **{change: ["seen"]})
            between = time.perf_counter()
            services.versions.create_version("beside", {"count": count}, format="pickle")
            took["tag"].append(between - began)
            took["create"].append(time.perf_counter() - between)
            time.sleep(_REST_SECONDS)

        for _ in range(_ALONE):
            write()
        print("ready", flush=True)
        ended = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
        while not ended.is_set():
            write()
        told = {name: [each[:_ALONE], each[_ALONE:]] for name, each in took.items()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
