"""Loads files in a process of its own, with little memory, and tells what came of each.

Reads from a file of pickled (name, content) pairs; writes one line for each: name, what was
raised, seconds. A crash is seen by the parent as one.
"""

from __future__ import annotations

import gc
import pickle
import resource
import sys
import time
import warnings
from pathlib import Path

from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.joblib_reader import load_joblib
from modelkeep.storage.trust.loader import load
from modelkeep.storage.trust.torch_reader import load_torch


def read(name: str, content: bytes, allow: AllowList) -> object:
    view = memoryview(content)
    if name.endswith(".zip"):
        return load_torch(view, allow=allow, source=name)
    if name.endswith(".joblib"):
        return load_joblib(view, allow=allow, source=name)
    return load(view, source=name, allow=allow)


def warm() -> None:
    import numpy  # noqa: F401, ICN001
    import pandas  # noqa: F401, ICN001
    import scipy.stats  # noqa: F401
    import sklearn.ensemble  # noqa: F401
    import torch  # noqa: F401


def limit(more: int) -> None:
    """Allow this many bytes above what is taken already."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + more, taken + more))


def main() -> None:
    warnings.simplefilter("ignore")
    warm()
    with Path(sys.argv[1]).open("rb") as file:
        given = pickle.load(file)
    limit(512 << 20)
    allow = AllowList()
    for name, content in given:
        start = time.monotonic()
        try:
            read(name, content, allow)
            outcome = "loaded"
        except BaseException as error:
            outcome = type(error).__name__
        seconds = time.monotonic() - start
        print(f"{name}\t{outcome}\t{seconds:.3f}", flush=True)
        gc.collect(0)


if __name__ == "__main__":
    main()
