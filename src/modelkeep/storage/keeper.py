"""Keeps finished packs as blobs, in a thread: what waits for the disk need not be waited for.

Making a file costs as much as syncing it, so the first one is made while the caller still works on
what will be in it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from modelkeep.storage.blobs import Blobs
from modelkeep.storage.durable import READ_ONLY_MODE
from modelkeep.storage.packs import FinishedPack


class PackKeeper:
    """Takes packs in their order; one waits for the disk while the next one is filled.

    Args:
        blobs: Where they go.
        new_path: Gives a new name in the staging folder.
    """

    def __init__(self, *, blobs: Blobs, new_path: Callable[[], Path]) -> None:
        self._blobs = blobs
        self._new_path = new_path
        self._packs: SimpleQueue[FinishedPack | None] = SimpleQueue()
        self._turn = threading.Semaphore(1)
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = threading.Thread(
            target=self._run, name="modelkeep-keep", daemon=True
        )
        self._thread.start()

    def keep(self, pack: FinishedPack) -> None:
        """Begin to keep a pack, once the one before is kept."""
        self._turn.acquire()
        self._packs.put(pack)

    def wait(self) -> None:
        """Wait until the packs that it was given are durable; more may follow.

        Raises:
            OSError: One could not be kept.
            StorageUnavailableError: One could not be kept.
        """
        with self._turn:
            if self._failure is not None:
                raise self._failure

    def finish(self) -> None:
        """Wait until all packs are durable.

        Raises:
            OSError: One could not be kept.
            StorageUnavailableError: One could not be kept.
        """
        self.close()
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Wait until nothing is being done any more."""
        if self._thread is not None:
            self._packs.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        path, handle = self._new_path(), -1
        try:
            handle = _create(path)
        except OSError as error:
            self._failure = error
        while (pack := self._packs.get()) is not None:
            try:
                if self._failure is None:
                    if pack.content and handle < 0:
                        path, handle = self._new_path(), -1
                        handle = _create(path)
                    if pack.content:
                        taken, handle = handle, -1
                        _write(taken, pack.content)
                    self._blobs.put(pack.pack.hex(), path if pack.content else pack.path)
            except BaseException as error:  # noqa: BLE001 - raised by finish
                self._failure = error
            finally:
                self._turn.release()
        if handle >= 0:
            os.close(handle)
        path.unlink(missing_ok=True)


def _create(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.open(path, flags, READ_ONLY_MODE)


def _write(handle: int, content: bytes) -> None:
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
    finally:
        os.close(handle)
