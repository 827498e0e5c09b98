"""The process in which an isolated model is: it loads once, then answers calls until told to end.

It limits itself before it looks at the model, and cannot take that back.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

from modelkeep.errors import InvalidInputError, ModelkeepError
from modelkeep.storage.formats.base import FormatRegistry
from modelkeep.storage.reading import FolderReader
from modelkeep.storage.trust import isolated_wire
from modelkeep.storage.trust.granted import Trust

_MOST_CALL_BYTES = 4 << 30


def main() -> None:
    """Read what to load, say that it is loaded, and answer calls."""
    # What the model prints must not get between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    calls = sys.stdin.buffer
    order = isolated_wire.receive(calls, _MOST_CALL_BYTES)
    _limit(order["memory_bytes"])
    model: Any = None

    def load() -> str:
        nonlocal model
        trust = Trust(everything=order["everything"], names=tuple(order["names"]))
        reader = FolderReader(Path(order["folder"]), trust)
        model = FormatRegistry().read(order["format"], reader)
        return f"{type(model).__module__}.{type(model).__qualname__}"

    _answer(answers, load)
    while True:
        try:
            name, args, kwargs = isolated_wire.receive(calls, _MOST_CALL_BYTES)
        except EOFError:
            return
        _answer(answers, lambda name=name, a=args, k=kwargs: _called(model, name, a, k))


def _called(model: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if name.startswith("_"):
        raise InvalidInputError(f"{name!r} is not for callers")
    target = model if not name else getattr(model, name)
    return target(*args, **kwargs) if callable(target) else target


def _answer(answers: BinaryIO, work: Any) -> None:
    try:
        isolated_wire.send(answers, {"value": work()})
    except ModelkeepError as error:
        isolated_wire.send(answers, {"error": error.message, "code": error.code})
    except Exception as error:  # noqa: BLE001 - a model may raise anything; it is told
        isolated_wire.send(answers, {"error": f"{type(error).__name__}: {error}", "code": "model"})


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))


if __name__ == "__main__":
    main()
