"""The class of an error as a label: one of few, whatever a model or a library raises."""

from __future__ import annotations

import sys

_KNOWN = sys.stdlib_module_names | {"modelkeep"}


def error_name(error: BaseException) -> str:
    """Return the nearest class of an error that Modelkeep or Python itself has.

    Libraries, and models that are loaded, may raise classes of their own under any name; each
    would be a time series for ever.
    """
    return next(kind.__name__ for kind in type(error).__mro__ if _top(kind) in _KNOWN)


def _top(kind: type) -> str:
    return kind.__module__.partition(".")[0]
