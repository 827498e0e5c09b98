"""Reads what torch.save wrote: an archive of one pickle and the bytes of its tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modelkeep.errors import IntegrityError, UntrustedModelError
from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.loader import DEFAULT_LIMITS, content_of, run
from modelkeep.storage.trust.machine import Machine
from modelkeep.storage.trust.references import Reference, named
from modelkeep.storage.trust.rules.torch_tensors import STORAGES, Storage
from modelkeep.storage.trust.session import Session
from modelkeep.storage.trust.zip_entries import StoredEntry, stored_entries

# The number that a file of torch began with before it was an archive.
LEGACY_MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_PICKLE = "data.pkl"
_ID_PARTS = 5


def load_torch(
    path: str | Path | memoryview,
    *,
    allow: AllowList,
    source: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Any:
    """Return the object of a torch archive, on the processor, if all that it asks for is allowed.

    Args:
        path: The file, or its content.
        allow: The names that it may use.
        source: What to call it in errors; the path if that is empty.
        limits: How much it may take.

    Raises:
        UntrustedModelError: It asks for what it may not have, is TorchScript, or of the old format.
        IntegrityError: It is no sound archive, or its tensors do not fit their bytes.
        OSError: The file cannot be read.
    """
    if isinstance(path, memoryview):
        return _load(path, allow=allow, source=source or "a torch archive", limits=limits)
    with Path(path).open("rb") as file:
        view = content_of(file)
    return _load(view, allow=allow, source=source or str(path), limits=limits)


def _load(view: memoryview, *, allow: AllowList, source: str, limits: Limits) -> Any:
    if bytes(view[: len(LEGACY_MAGIC)]) == LEGACY_MAGIC:
        raise UntrustedModelError(
            source,
            asked_for=["torch.load"],
            reason="it is in torch's legacy format, not an archive",
        )
    archive = _Archive(view, source)
    session = Session(source, allow, limits)
    storages = _Storages(archive, session)
    session.give_persistent(storages.get)
    content = archive.content(_PICKLE)
    machine = Machine(content, session, source=source, limits=limits)
    found = run(machine, session)
    if machine.at != len(content):
        raise machine.damaged(f"{len(content) - machine.at} bytes follow the end of its pickle")
    return found


class _Archive:
    """The entries under the one folder of an archive."""

    def __init__(self, view: memoryview, source: str) -> None:
        self._view = view
        self._source = source
        entries = stored_entries(view, source)
        roots = {name.partition("/")[0] for name in entries}
        if len(roots) != 1:
            raise IntegrityError(source, detail="an archive of more than one folder")
        root = roots.pop()
        self._entries: dict[str, StoredEntry] = {
            name[len(root) + 1 :]: entry for name, entry in entries.items()
        }
        code = [
            name for name in self._entries if name.startswith("code/") or name == "constants.pkl"
        ]
        if code:
            raise UntrustedModelError(
                source, asked_for=["torch.jit.load"], reason="it is TorchScript, which is code"
            )
        if "byteorder" in self._entries and bytes(self.content("byteorder")) != b"little":
            raise IntegrityError(source, detail="an archive of another byte order")

    def content(self, name: str) -> memoryview:
        entry = self._entries.get(name)
        if entry is None:
            raise IntegrityError(self._source, detail=f"an archive without {name[:80]!r}")
        return entry.bytes_of(self._view, self._source)


class _Storages:
    """The tensors' bytes, by key, each read once."""

    def __init__(self, archive: _Archive, session: Session) -> None:
        self._archive = archive
        self._session = session
        self._known: dict[str, tuple[str, int, Storage]] = {}

    def get(self, wanted: Any) -> Storage:
        session = self._session
        session.require(
            type(wanted) is tuple and len(wanted) == _ID_PARTS and wanted[0] == "storage"
            and type(wanted[2]) is str and type(wanted[4]) is int and wanted[4] >= 0,
            "a persistent id that is no storage",
        )  # fmt: skip
        _, kind, key, _, count = wanted
        name = kind.name.rpartition(".")[2] if type(kind) is Reference else ""
        if name not in STORAGES:
            session.refuse([named(kind)], "it is no storage")
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = name, count, self._read(key, name, count)
        session.require(known[:2] == (name, count), "a storage of two kinds")
        return known[2]

    def _read(self, key: str, name: str, count: int) -> Storage:
        import torch

        content = self._archive.content(f"data/{key}")
        dtype = getattr(torch, STORAGES[name])
        self._session.require(
            count * dtype.itemsize == len(content), "a storage of another size than its bytes"
        )
        self._session.take_array_bytes(len(content))
        if count:
            flat = torch.frombuffer(bytearray(content), dtype=dtype)
        else:
            flat = torch.empty(0, dtype=dtype)
        if dtype is torch.bool and count:
            self._session.require(
                int(flat.view(torch.uint8).max()) <= 1, "truth values that are neither"
            )
        return Storage(flat, untyped=name == "UntypedStorage")
