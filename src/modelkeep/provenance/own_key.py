"""The key of this installation, which tells its own work from that of others.

What was made here may be loaded here; the seal is what shows that it was. It is an HMAC, so it
means nothing to anyone else, and whoever can read the key can make it: the key must stay where
only its user reads it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from modelkeep import canonical
from modelkeep.errors import SignatureError
from modelkeep.storage.durable import disk_errors, sync_folder

FILE_NAME = "own.key"
_SIZE = 32
_DOMAIN = b"modelkeep own work 1\n"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def default_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Return where the key lies by default: `modelkeep` in the user's configuration folder.

    A relative XDG_CONFIG_HOME is ignored, as the XDG Base Directory Specification asks.

    Args:
        environment: Where XDG_CONFIG_HOME is looked up.
        home: The user's home folder.

    Example:
        >>> str(default_folder({}, Path("/home/ada")))
        '/home/ada/.config/modelkeep'
    """
    stated = environment.get("XDG_CONFIG_HOME", "")
    base = Path(stated) if stated and Path(stated).is_absolute() else home / ".config"
    return base / "modelkeep"


def own_work_message(version_id: str, model_id: str, number: str, manifest_digest: str) -> bytes:
    """Return what is sealed of a version: canonical JSON, so that no two versions share it.

    Args:
        version_id: Its id.
        model_id: Its model.
        number: Its number.
        manifest_digest: As `statement.manifest_digest` returns it.
    """
    return canonical.encode(
        {
            "manifest_sha256": manifest_digest,
            "model_id": model_id,
            "version_id": version_id,
            "version_number": number,
        }
    )


class OwnKey:
    """Seals messages with a key that is made at first use and kept in a file.

    Args:
        folder: Where the file `own.key` lies; made when the first seal is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._key: bytes | None = None

    @property
    def path(self) -> Path:
        """The file of the key."""
        return self._path

    def seal(self, message: bytes) -> str:
        """Return the seal of a message, 64 hexadecimal digits; makes the key if there is none.

        Raises:
            SignatureError: Others can get at the key, or it is not one.
            StorageUnavailableError: It cannot be read or written.
        """
        return self._digest(self._get_key(), message)

    def holds(self, message: bytes, seal: str) -> bool:
        """Tell whether this key made the seal for this message; makes no key.

        Raises:
            SignatureError: Others can get at the key, or it is not one.
            StorageUnavailableError: It cannot be read.
        """
        key = self._find_key()
        if key is None:
            return False
        return hmac.compare_digest(
            self._digest(key, message).encode(), seal.encode("utf-8", "surrogatepass")
        )

    @staticmethod
    def _digest(key: bytes, message: bytes) -> str:
        return hmac.digest(key, _DOMAIN + message, hashlib.sha256).hex()

    def _get_key(self) -> bytes:
        key = self._find_key()
        if key is None:
            with disk_errors(self._path):
                self._make()
            key = self._find_key()
        if key is None:
            raise SignatureError(f"{self._path} was removed while it was being made; try again")
        return key

    def _find_key(self) -> bytes | None:
        if self._key is None:
            with disk_errors(self._path):
                try:
                    handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
                except FileNotFoundError:
                    return None
                try:
                    self._check(os.fstat(handle))
                    self._key = os.read(handle, _SIZE)
                finally:
                    os.close(handle)
        return self._key

    def _check(self, status: os.stat_result) -> None:
        path = self._path
        if not stat.S_ISREG(status.st_mode):
            raise SignatureError(f"{path} is not a file; move it away, and a new key is made")
        if status.st_uid != os.geteuid():
            raise SignatureError(
                f"{path} belongs to user {status.st_uid}, not to you ({os.geteuid()}); move it "
                "away, and a new key is made (what the old one sealed is then a stranger's work)"
            )
        if status.st_mode & _OTHERS:
            raise SignatureError(
                f"{path} has mode {stat.S_IMODE(status.st_mode):04o}, so others can get at the key "
                f"of this installation: `chmod 600 {path}` if nobody did, else remove it, and a "
                "new key is made (what the old one sealed is then a stranger's work)"
            )
        if status.st_size != _SIZE:
            raise SignatureError(
                f"{path} has {status.st_size} bytes; a key has {_SIZE}. Bring it back from a "
                "backup, or remove it, and a new key is made (what the old one sealed is then a "
                "stranger's work)"
            )
        self._check_folder()

    def _check_folder(self) -> None:
        mode = self._folder.stat().st_mode
        if mode & _OTHERS_WRITE:
            raise SignatureError(
                f"the folder {self._folder} has mode {stat.S_IMODE(mode):04o}, so others can "
                f"exchange the key in it: `chmod 700 {self._folder}`"
            )

    def _make(self) -> None:
        """Write a key under a name of its own and link it in: of two makers the first one wins."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_folder()
        staging = self._folder / f".{FILE_NAME}.{secrets.token_hex(8)}"
        handle = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(secrets.token_bytes(_SIZE))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(staging, self._path)
        finally:
            staging.unlink(missing_ok=True)
        sync_folder(self._folder)
