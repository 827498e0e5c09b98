"""A model in a process of its own: without network, with limits, and out of reach of this one.

What is loaded there may crash, or run what it likes within the limits; here come numbers and texts
only (`isolated_wire`). Bubblewrap (https://github.com/containers/bubblewrap) makes the sandbox: new
namespaces for all there are, so no network; of the file system only Python, its libraries and the
model, read-only. Where it is not installed the process has its limits alone, and a warning says so.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from modelkeep.errors import ClosedError, InvalidInputError, IsolatedModelError
from modelkeep.storage.trust import isolated_wire
from modelkeep.storage.trust.granted import Trust

_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/ld.so.cache",
           "/etc/alternatives", "/etc/localtime")  # fmt: skip
_CHILD = "modelkeep.storage.trust.isolated_child"
_ROOM = "/tmp"  # noqa: S108 - of the sandbox, which has one of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an isolated process may use.

    Attributes:
        memory_bytes: Its address space.
        seconds: For the load, and for each call.
        answer_bytes: The largest answer that is taken.
    """

    memory_bytes: int = 8 << 30
    seconds: float = 60.0
    answer_bytes: int = 1 << 30


class NotIsolatedWarning(UserWarning):
    """Bubblewrap is not there, so a process has limits but no sandbox."""


class IsolatedModel:
    """A model that lives in another process; close it, or use it in a `with` block.

    Args:
        folder: Its files; removed when it is closed.
        format: Their format.
        trust: What they may run there.
        limits: Of the process.

    Attributes:
        is_sandboxed: Whether bubblewrap keeps it from network and files.
        type_name: What it is, as it says itself.
    """

    def __init__(self, folder: Path, format: str, *, trust: Trust, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self.is_sandboxed = shutil.which("bwrap") is not None
        if not self.is_sandboxed:
            warnings.warn(
                "bubblewrap (bwrap) is not installed: the model runs in a process with limits, "
                "but can reach the network and your files",
                NotIsolatedWarning,
                stacklevel=2,
            )
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - our own
            [*(_sandbox(folder) if self.is_sandboxed else []), sys.executable, "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(_paths()), "PATH": os.defpath, "HOME": _ROOM},
        )
        order = {
            "folder": str(folder),
            "format": format,
            "everything": trust.everything,
            "names": list(trust.names),
            "memory_bytes": limits.memory_bytes,
        }
        try:
            self.type_name: str = self._ask(order)
        except BaseException:
            self.close()
            raise

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the model, or read an attribute; "" calls the model itself.

        Args:
            name: Of the method.
            args: Numbers, texts, lists, dicts, numpy arrays, pandas tables.
            kwargs: Likewise.

        Raises:
            IsolatedModelError: It raised, took too long, died, or gave what does not go over.
        """
        return self._ask((name, args, kwargs))

    def predict(self, *args: Any, **kwargs: Any) -> Any:
        """Call the model's `predict`."""
        return self.call("predict", *args, **kwargs)

    def close(self) -> None:
        """End the process and remove the files; a second call changes nothing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, question: Any) -> Any:
        process = self._process
        if process is None:
            raise ClosedError("the isolated model was closed")
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            isolated_wire.send(process.stdin, question)  # type: ignore[arg-type]
            answer = isolated_wire.receive(
                _Watched(process, self._limits.seconds),  # type: ignore[arg-type]
                self._limits.answer_bytes,
            )
        except InvalidInputError:
            raise
        except (EOFError, OSError, TimeoutError) as error:
            self.close()
            if isinstance(error, TimeoutError):
                raise IsolatedModelError(f"it took longer than {self._limits.seconds} s") from error
            raise IsolatedModelError(
                f"its process died (exit code {process.returncode}); "
                f"it may use {self._limits.memory_bytes} bytes of memory"
            ) from error
        except BaseException:
            # What it says is not to be relied on any more.
            self.close()
            raise
        if not isinstance(answer, dict) or "value" not in answer:
            raise IsolatedModelError(str(answer.get("error", "it gave no answer")))
        return answer["value"]


class _Watched:
    """Reads what a process says, for so long."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        assert process.stdout is not None
        self._handle = process.stdout.fileno()
        self._deadline = time.monotonic() + seconds

    def read(self, size: int) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0 or not select.select([self._handle], [], [], left)[0]:
            raise TimeoutError
        return os.read(self._handle, size)


def _paths() -> list[str]:
    """Return where this process finds its modules."""
    return [path for path in sys.path if path and Path(path).exists()]


def _sandbox(folder: Path) -> list[str]:
    """Return bubblewrap with what the process may see."""
    return [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", _ROOM,
        *_seen(folder),
        "--chdir", _ROOM, "--",
    ]  # fmt: skip


def _seen(folder: Path) -> Iterator[str]:
    wanted = [*_SYSTEM, sys.base_prefix, sys.prefix, *_paths(), str(folder)]
    for path in dict.fromkeys(wanted):
        if Path(path).exists():
            yield from ("--ro-bind", path, path)
