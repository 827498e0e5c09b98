"""How many threads work on one file."""

from __future__ import annotations

import os

_LEAST, _MOST = 2, 4


def worker_count() -> int:
    """Return the number of threads that code or decode the chunks of a file."""
    return max(_LEAST, min(_MOST, os.cpu_count() or _LEAST))
