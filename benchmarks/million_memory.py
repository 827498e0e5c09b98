"""Pages through all versions of a model in a process of its own; tells how it grew meanwhile."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks import million_places

_WARM_PAGES = 50
_LOOKED_AT = 50


def main(place: str) -> None:
    """Print the MiB after the first pages, the most after that, the pages, and the seconds."""
    with million_places.connect(place) as services:
        cursor, pages, first, most = None, 0, 0.0, 0.0
        began = time.perf_counter()
        while pages == 0 or cursor is not None:
            page = services.versions.get_versions("m", limit=100, cursor=cursor)
            services.versions.get_version(page[0].version_id)
            cursor, pages = page.next_cursor, pages + 1
            if pages == _WARM_PAGES:
                first = most = _resident_mib()
            elif pages % _LOOKED_AT == 0:
                most = max(most, _resident_mib())
        print(json.dumps([first, most, pages, time.perf_counter() - began]))


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / (1 << 20)


if __name__ == "__main__":
    main(sys.argv[1])
