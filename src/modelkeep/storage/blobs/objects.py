"""Blobs in an object store: S3, Google Cloud Storage, Azure, through obstore.

A pack fits in one PUT, so an object is there whole or not at all, and nothing is left of an upload
that was broken off: multipart uploads, whose parts would stay, are not used.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from modelkeep.errors import (
    IntegrityError,
    InvalidInputError,
    InvalidSettingError,
    MissingExtraError,
    ModelkeepError,
    StorageReadOnlyError,
    StorageUnavailableError,
)
from modelkeep.storage.blobs.base import BlobInfo
from modelkeep.storage.hashing import hash_stream

if TYPE_CHECKING:
    from obstore.store import ObjectStore

T = TypeVar("T")

SCHEMES = ("s3://", "gs://", "az://", "abfs://", "abfss://")
_NAME = re.compile(r"[0-9a-f]{64}")
_PART_BYTES = 8 << 20
_TIMEOUT_SECONDS = 60
_CONNECT_SECONDS = 5
_RETRY_SECONDS = 60
_RETRIES = 10
_READS = 5  # times that a body which was cut off is asked for again


def open_object_store(url: str) -> ObjectBlobs:
    """Return the blobs under a URL; credentials come from the usual environment of its provider.

    Of S3 these are AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION,
    AWS_ENDPOINT_URL, and AWS_ALLOW_HTTP for one without TLS. What fails by the network or by
    the load of the server is tried again for up to a minute, later and later, with jitter.

    Args:
        url: Such as `s3://bucket/prefix`.

    Raises:
        InvalidSettingError: It is no such URL.
        MissingExtraError: obstore is not installed.
    """
    if not url.startswith(SCHEMES) or not url.partition("://")[2].strip("/"):
        raise InvalidSettingError("storage_path", url, "a folder, or s3://bucket/prefix")
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ImportError as error:
        raise MissingExtraError("an object store", "obstore", "objects") from error
    retries: Any = {
        "max_retries": _RETRIES,
        "retry_timeout": timedelta(seconds=_RETRY_SECONDS),
        "backoff": {
            "init_backoff": timedelta(milliseconds=100),
            "max_backoff": timedelta(seconds=5),
            "base": 2,
        },
    }
    options: Any = {
        "timeout": timedelta(seconds=_TIMEOUT_SECONDS),
        "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
    }
    if os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true"):
        options["allow_http"] = True
    try:
        store = from_url(url, retry_config=retries, client_options=options)
    except (BaseError, ValueError) as error:
        raise InvalidSettingError("storage_path", url, f"usable ({_short(error)})") from error
    return ObjectBlobs(store, url)


class ObjectBlobs:
    """Blobs under one prefix of an object store, in two-level fan-out.

    Args:
        store: With the prefix.
        url: How it is called in errors.
    """

    def __init__(self, store: ObjectStore, url: str) -> None:
        self._store = store
        self._url = url.rstrip("/")

    def put(self, name: str, staged: Path) -> bool:
        """Keep a complete file under its digest; it is durable when this returns.

        Where an object has the name already its bytes are looked at, and replaced if damaged.
        """
        import obstore
        from obstore.exceptions import AlreadyExistsError

        key = _key(name)
        content = staged.read_bytes()
        try:
            self._ask(
                lambda: obstore.put(self._store, key, content, mode="create", use_multipart=False),
                name,
            )
        except AlreadyExistsError:
            # A put that is tried again may meet what it has written itself.
            is_new = not self._is_whole(name)
            if is_new:
                self._ask(lambda: obstore.put(self._store, key, content, use_multipart=False), name)
        else:
            is_new = True
        staged.unlink()
        return is_new

    def _is_whole(self, name: str) -> bool:
        try:
            with self.get(name) as stream:
                return hash_stream(stream, algorithm="blake3")[0] == name
        except IntegrityError:
            return False

    @contextmanager
    def get(self, name: str) -> Iterator[BinaryIO]:
        """Open the blob for reading from its start."""
        size = self._size(name)
        if size is None:
            raise IntegrityError(self._where(name), detail="it is missing")
        parts = _Parts(lambda at, length: self.range(name, at, length), size)
        with io.BufferedReader(parts, _PART_BYTES) as stream:
            yield stream

    def range(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end of the blob."""
        import obstore
        from obstore.exceptions import BaseError

        if length <= 0:
            return b""
        cut: Exception | None = None
        for _ in range(_READS):
            try:
                found = self._ask(
                    lambda: bytes(
                        obstore.get_range(self._store, _key(name), start=offset, length=length)
                    ),
                    name,
                )
            except _OutOfRangeError:
                return self._tail(name, offset)
            except BaseError as error:
                cut = error
                continue
            if len(found) == length:
                return found
            size = self._size(name)
            if size is not None and offset + len(found) >= size:
                return found
        raise StorageUnavailableError(
            self._where(name), f"the object was cut off {_READS} times ({_short(cut)})"
        )

    def _tail(self, name: str, offset: int) -> bytes:
        """Return what there is from an offset on, which asking for more than there is refuses."""
        size = self._size(name)
        if size is None:
            raise IntegrityError(self._where(name), detail="it is missing")
        return self.range(name, offset, size - offset) if offset < size else b""

    def exists(self, name: str) -> bool:
        """Whether the blob is there."""
        return self._size(name) is not None

    def _size(self, name: str) -> int | None:
        import obstore

        try:
            return int(self._ask(lambda: obstore.head(self._store, _key(name)), name)["size"])
        except IntegrityError:
            return None

    def delete(self, name: str) -> int:
        """Remove the blob, if it is there; return how many bytes that freed."""
        import obstore

        size = self._size(name)
        if size is None:
            return 0
        try:
            self._ask(lambda: obstore.delete(self._store, _key(name)), name)
        except IntegrityError:
            return 0
        return max(size, 1)

    def list(self) -> Iterator[BlobInfo]:
        """Give every blob that is there, in the order of names."""
        import obstore

        pages = iter(obstore.list(self._store, chunk_size=1000))
        found: list[BlobInfo] = []
        while (page := self._ask(lambda: next(pages, None), "")) is not None:
            for entry in page:
                name = str(entry["path"]).rpartition("/")[2]
                if _NAME.fullmatch(name):
                    found.append(BlobInfo(name, int(entry["size"])))
        # Stores list by key, which is the order of names; not all of them promise it.
        yield from sorted(found, key=lambda info: info.name)

    def _ask(self, call: Callable[[], T], name: str) -> T:
        """Ask the store; its errors become ours, but for those that a caller handles."""
        from obstore.exceptions import (
            AlreadyExistsError,
            BaseError,
            NotFoundError,
            PermissionDeniedError,
            UnauthenticatedError,
        )

        try:
            return call()
        except AlreadyExistsError:
            raise
        except (NotFoundError, FileNotFoundError) as error:
            if "NoSuchBucket" in str(error):
                raise StorageUnavailableError(self._url, "there is no such bucket") from error
            raise IntegrityError(self._where(name), detail="it is missing") from error
        except (PermissionDeniedError, UnauthenticatedError, PermissionError) as error:
            raise StorageReadOnlyError(
                self._url, f"the credentials do not allow it ({_short(error)})"
            ) from error
        except (BaseError, OSError, ValueError) as error:
            text = str(error)
            if "416 Range Not Satisfiable" in text or "InvalidRange" in text:
                raise _OutOfRangeError(text) from error
            raise self._away(error) from error

    def _away(self, error: Exception) -> ModelkeepError:
        return StorageUnavailableError(
            self._url, f"the object store did not answer as it should ({_short(error)})"
        )

    def _where(self, name: str) -> str:
        return f"{self._url}/{_key(name)}" if name else self._url


class _OutOfRangeError(Exception):
    """More was asked for than the object has."""


class _Parts(io.RawIOBase):
    """An object as a stream of ranges, each asked for again when it was cut off."""

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        self._read = read
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        into = memoryview(buffer).cast("B")
        length = max(0, min(len(into), self._size - self._position))
        part = self._read(self._position, length) if length else b""
        into[: len(part)] = part
        self._position += len(part)
        return len(part)


def _key(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidInputError(f"{name!r} is not a BLAKE3 of 64 hexadecimal digits")
    return f"blobs/{name[:2]}/{name}"


def _short(error: Exception | None) -> str:
    """Return what went wrong in a line, without the request that has names of keys in it."""
    text = " ".join(str(error).split())
    for word in ("Debug source", "<?xml"):
        text = text.partition(word)[0].strip() or text
    return text[:300]
