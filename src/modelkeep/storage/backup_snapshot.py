"""The description of a registry at one moment, as it lies in a backup folder."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from modelkeep import canonical
from modelkeep.errors import IntegrityError, NewerFormatError
from modelkeep.storage.layout import STORE_FORMAT

CATALOGUE = "catalogue.sqlite"
DESCRIPTION = "snapshot.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A registry at one moment, complete in a backup folder.

    Attributes:
        name: The moment, in UTC.
        storage_path: Where the registry was.
        store_format: The format of its storage folder.
        versions: How many versions it had.
        catalogue_sha256: Digest of the copy of its catalogue.
        catalogue_bytes: Size of that.
        packs: The packs it needs by BLAKE3, with their sizes.
    """

    name: str
    storage_path: str
    store_format: int
    versions: int
    catalogue_sha256: str
    catalogue_bytes: int
    packs: dict[str, int]

    @property
    def stored_bytes(self) -> int:
        """The size of all it needs."""
        return self.catalogue_bytes + sum(self.packs.values())


def encode(snapshot: Snapshot) -> bytes:
    """Return the bytes of `snapshot.json`; the name is that of its folder, so it is not told."""
    plain = {name: value for name, value in asdict(snapshot).items() if name != "name"}
    return canonical.encode({"sha256": _digest(plain), "snapshot": plain}) + b"\n"


def read(folder: Path) -> Snapshot:
    """Return the snapshot of a folder.

    Raises:
        IntegrityError: What is told of it is damaged.
        NewerFormatError: It is of a registry that a later release wrote.
    """
    path = folder / DESCRIPTION
    try:
        told = canonical.decode(path.read_bytes())
        plain, digest = told["snapshot"], told["sha256"]
        snapshot = msgspec.convert({**plain, "name": folder.name}, Snapshot)
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(str(path), detail="it is not the description of a backup") from error
    if _digest(plain) != digest:
        raise IntegrityError(
            str(path), detail="it was changed", expected=digest, actual=_digest(plain)
        )
    if snapshot.store_format > STORE_FORMAT:
        raise NewerFormatError(str(folder), snapshot.store_format, STORE_FORMAT)
    return snapshot


def _digest(plain: object) -> str:
    return hashlib.sha256(canonical.encode(plain)).hexdigest()
