"""Blobs in an object store: S3, Google Cloud Storage, Azure, through obstore.

A pack fits in one PUT, so an object is there whole or not at all, and nothing is left of an upload
that was broken off: multipart uploads, whose parts would stay, are not used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from modelkeep.errors import (
    IntegrityError,
    InvalidInputError,
    InvalidSettingError,
    MissingExtraError,
    StorageUnavailableError,
    without_password,
)
from modelkeep.storage.blobs.base import BlobInfo
from modelkeep.storage.blobs.object_errors import OutOfRangeError, UnsupportedRequestError
from modelkeep.storage.blobs.object_requests import ObjectRequests
from modelkeep.storage.blobs.object_stream import ObjectStream
from modelkeep.storage.hashing import hash_stream

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SCHEMES = ("s3://", "gs://", "az://", "abfs://", "abfss://")
_NAME = re.compile(r"[0-9a-f]{64}")
_FOLDER = "blobs"
_PAGE = 1000
_CONNECT_SECONDS = 5
_TIMEOUT_SECONDS = 60
_PUT_SECONDS = 300
"""A pack of 64 MiB passes a line of two megabits per second in that time."""
_RETRY_SECONDS = 60.0
_CUT_READS = 5


def open_object_store(url: str, *, retry_seconds: float = _RETRY_SECONDS) -> ObjectBlobs:
    """Return the blobs under a URL; credentials come from the usual environment of its provider.

    Of S3 these are AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION,
    AWS_ENDPOINT_URL, and AWS_ALLOW_HTTP for one without TLS. Nothing is asked of the store yet.

    Args:
        url: Such as `s3://bucket/prefix`.
        retry_seconds: How long after its first failure a request is made again, if it failed by
            the network or by the load of the server.

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
    shown = without_password(url)
    once: Any = {"max_retries": 0}

    def connected(timeout_seconds: int) -> ObjectStore:
        options: Any = {
            "timeout": timedelta(seconds=timeout_seconds),
            "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
        }
        if os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true"):
            options["allow_http"] = True
        return from_url(url, retry_config=once, client_options=options)

    try:
        store, uploads = connected(_TIMEOUT_SECONDS), connected(_PUT_SECONDS)
    except (BaseError, ValueError) as error:
        reason = str(error).partition("Debug source:")[0].strip()
        raise InvalidSettingError("storage_path", shown, f"usable ({reason})") from error
    return ObjectBlobs(store, shown, uploads=uploads, retry_seconds=retry_seconds)


class ObjectBlobs:
    """Blobs under one prefix of an object store, in two-level fan-out.

    Args:
        store: With the prefix.
        url: How it is called in errors.
        uploads: The same with more time for a request, for puts; `store` if it is left out.
        retry_seconds: How long after its first failure a request is made again.
    """

    def __init__(
        self,
        store: ObjectStore,
        url: str,
        *,
        uploads: ObjectStore | None = None,
        retry_seconds: float = _RETRY_SECONDS,
    ) -> None:
        self._store = store
        self._uploads = store if uploads is None else uploads
        self._url = url.rstrip("/")
        self._requests = ObjectRequests(self._url, retry_seconds=retry_seconds)
        self._has_bucket = False

    def put(self, name: str, staged: Path) -> bool:
        """Keep a complete file under its digest; it is durable when this returns.

        Where an object has the name already its bytes are looked at, and replaced if damaged. A put
        that was done but whose answer was lost is made again, and then finds what it wrote itself:
        it returns False.
        """
        import obstore
        from obstore.exceptions import AlreadyExistsError

        key, content = _key(name), staged.read_bytes()

        def send(mode: Any) -> None:
            self._requests.ask(
                lambda: obstore.put(self._uploads, key, content, mode=mode, use_multipart=False),
                self._where(name),
            )

        try:
            send("create")
        except (AlreadyExistsError, UnsupportedRequestError):
            is_new = not self._is_whole(name)
            if is_new:
                send("overwrite")
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
            raise self._missing(name)
        stream = ObjectStream(lambda offset, length: self._exactly(name, offset, length), size)
        yield cast("BinaryIO", stream)

    def _exactly(self, name: str, offset: int, length: int) -> bytes:
        found = self.range(name, offset, length)
        if len(found) != length:
            # It was replaced by a shorter one meanwhile.
            detail = f"it ends after {offset + len(found)} bytes"
            raise IntegrityError(self._where(name), detail=detail)
        return found

    def range(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end of the blob."""
        import obstore

        key = _key(name)
        if length <= 0:
            return b""

        def read() -> tuple[bytes, int]:
            asked: Any = {"range": (offset, offset + length)}
            answer = obstore.get(self._store, key, options=asked)
            return bytes(answer.bytes()), answer.meta["size"]

        for _ in range(_CUT_READS):
            try:
                found, size = self._requests.ask(read, self._where(name))
            except OutOfRangeError:
                return b""
            # A server that closes the connection to end a body cannot tell that it was cut.
            if len(found) == min(length, size - offset):
                return found
        raise StorageUnavailableError(
            self._where(name), f"its bytes from {offset} on were cut off {_CUT_READS} times"
        )

    def exists(self, name: str) -> bool:
        """Whether the blob is there."""
        return self._size(name) is not None

    def _size(self, name: str) -> int | None:
        import obstore

        key = _key(name)
        try:
            found = self._requests.ask(lambda: obstore.head(self._store, key), self._where(name))
        except IntegrityError:
            self._check_bucket()
            return None
        return int(found["size"])

    def _check_bucket(self) -> None:
        """Tell an object that is missing from a bucket that is: HEAD answers both with 404."""
        if not self._has_bucket:
            self._requests.ask(lambda: next(self._pages(None, 1), None), self._url)
            self._has_bucket = True

    def delete(self, name: str) -> int:
        """Remove the blob, if it is there; return how many bytes that freed."""
        import obstore

        key, size = _key(name), self._size(name)
        if size is None:
            return 0
        try:
            self._requests.ask(lambda: obstore.delete(self._store, key), self._where(name))
        except IntegrityError:
            return 0
        return size

    def list(self) -> Iterator[BlobInfo]:
        """Give every blob that is there, in the order of names, page by page.

        Raises:
            StorageUnavailableError: The store does not list in that order.
        """
        last = ""
        pages: Iterator[Any] | None = None

        def next_page() -> Any:
            nonlocal pages
            if pages is None:
                pages = self._pages(_key(last) if last else None, _PAGE)
            try:
                return next(pages, None)
            except BaseException:
                # It does not go on after an error, but a new one does behind the last name.
                pages = None
                raise

        while (page := self._requests.ask(next_page, self._url)) is not None:
            for entry in page:
                name = str(entry["path"]).rpartition("/")[2]
                if not _NAME.fullmatch(name):
                    continue
                if name <= last:
                    raise StorageUnavailableError(self._url, "it does not list in order of names")
                last = name
                yield BlobInfo(name, int(entry["size"]))

    def _pages(self, offset: str | None, size: int) -> Iterator[Any]:
        import obstore

        return iter(obstore.list(self._store, _FOLDER, offset=offset, chunk_size=size))

    def _missing(self, name: str) -> IntegrityError:
        return IntegrityError(self._where(name), detail="it is missing")

    def _where(self, name: str) -> str:
        return f"{self._url}/{_key(name)}"


def _key(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidInputError(f"{name!r} is not a BLAKE3 of 64 hexadecimal digits")
    return f"{_FOLDER}/{name[:2]}/{name}"
