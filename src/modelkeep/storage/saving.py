"""Keeping staged files as blobs while the caller prepares what will refer to them.

The syncs of a small artifact take as long as the transaction that follows; they wait for the disk,
so a thread can do them meanwhile. The caller settles before it commits.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from modelkeep.storage.blobs import Blobs
from modelkeep.storage.manifest import Manifest
from modelkeep.storage.staging import StagedFile

# Larger artifacts are kept at once: no transaction may wait for a disk that long.
_SMALL_BYTES = 1 << 20


class Saving:
    """An artifact whose files are being kept.

    Args:
        manifest: Of the artifact.
        staged: Its files.
        blobs: Where they are kept.

    Attributes:
        manifest: Of the artifact.
    """

    def __init__(self, manifest: Manifest, staged: Sequence[StagedFile], blobs: Blobs) -> None:
        self.manifest = manifest
        self._staged = staged
        self._blobs = blobs
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None
        if manifest.size_bytes > _SMALL_BYTES:
            self._keep()
            self.settle()
        elif staged:
            self._thread = threading.Thread(target=self._keep, name="modelkeep-keep")
            self._thread.start()

    def _keep(self) -> None:
        try:
            for file in self._staged:
                self._blobs.put(file.entry.sha256, file.path)
        except BaseException as error:  # noqa: BLE001 - raised by settle
            self._failure = error

    def wait(self) -> None:
        """Wait until nothing is being done any more."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def settle(self) -> None:
        """Wait until all is durable; nothing may be committed that refers to it before.

        Raises:
            StorageUnavailableError: It could not be kept.
        """
        self.wait()
        if self._failure is not None:
            raise self._failure
