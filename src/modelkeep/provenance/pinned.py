"""What the user of this installation trusts: pinned keys and roots, and what was seen.

    keys/*.pem       public keys whose signatures count
    roots/*.pem      certificates that say whose key is whose
    seen.json        the newest signed version of each model that was loaded here

They lie in the user's own configuration folder, never in the store: who can write the store must
not be able to say what is trusted.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from modelkeep.errors import InvalidInputError
from modelkeep.provenance.keys import PublicKey, load_public_key
from modelkeep.provenance.seen import SeenVersions
from modelkeep.provenance.statement import Statement
from modelkeep.storage.durable import disk_errors, sync_folder


class PinnedTrust:
    """Keys, roots, and what was seen, in a folder.

    Args:
        folder: The user's configuration folder of Modelkeep.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keys(self) -> dict[str, PublicKey]:
        """Return the pinned keys by their ids.

        Raises:
            InvalidInputError: A file among them is not a public key.
        """
        found = {}
        for path in sorted((self._folder / "keys").glob("*.pem")):
            try:
                key = load_public_key(path.read_bytes())
            except InvalidInputError as error:
                raise InvalidInputError(f"{path}: {error.message}") from error
            found[key.key_id] = key
        return found

    def roots(self) -> list[bytes]:
        """Return the pinned root certificates, in PEM."""
        return [path.read_bytes() for path in sorted((self._folder / "roots").glob("*.pem"))]

    def pin(self, pem: bytes) -> str:
        """Trust a public key from now on; return its id.

        Raises:
            InvalidInputError: It is not a public key.
            StorageUnavailableError: The folder cannot be written.
        """
        key = load_public_key(pem)
        self._write(self._folder / "keys" / f"{key.key_id}.pem", pem)
        return key.key_id

    def unpin(self, key_id: str) -> bool:
        """Trust a key no more; return whether it was trusted."""
        for path in sorted((self._folder / "keys").glob("*.pem")):
            if load_public_key(path.read_bytes()).key_id == key_id:
                with disk_errors(path):
                    path.unlink()
                    sync_folder(path.parent)
                return True
        return False

    def seen(self) -> SeenVersions:
        """Return the newest signed version of each model that was seen here."""
        try:
            return SeenVersions.decode((self._folder / "seen.json").read_bytes())
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            # A folder that this user may not read is not theirs: they have seen nothing.
            return SeenVersions()

    def remember(self, statements: Iterable[Statement]) -> None:
        """Remember that signed versions were seen; nothing is written where that is known.

        Raises:
            StorageUnavailableError: The folder cannot be written.
        """
        told = list(statements)
        if not told or _with(self.seen(), told) == self.seen():
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "seen.lock").open("wb") as lock:
            # Two processes that read, then write, would lose what one of them saw.
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._write(self._folder / "seen.json", _with(self.seen(), told).encode())

    def forget(self, model_id: str) -> None:
        """Forget what was seen of a model, so that an older version may be its latest again."""
        if model_id in self.seen().models:
            self._write(self._folder / "seen.json", self.seen().forget(model_id).encode())

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
            try:
                with partial.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            sync_folder(path.parent)


def _with(seen: SeenVersions, statements: Iterable[Statement]) -> SeenVersions:
    for each in statements:
        seen = seen.remember(each)
    return seen
