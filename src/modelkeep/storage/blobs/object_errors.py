"""What errors of an object store mean: whether they may pass, and which of ours they become."""

from __future__ import annotations

import re

from modelkeep.errors import (
    IntegrityError,
    ModelkeepError,
    StorageReadOnlyError,
    StorageUnavailableError,
)

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>([^<]*)</Code>")
_MESSAGE = re.compile(r"<Message>([^<]*)</Message>")
_CAUSE = re.compile(r'(?:message|error|source): (?:"([^"]+)"|(\w+)[,(\n])')
_FORBIDDEN = ("401", "403")
_OUT_OF_RANGE, _NOT_IMPLEMENTED = "416", "501"
_PASSING_STATUS = ("408", "409", "425", "429")
# S3 answers these with 400: the request came broken, or too slowly.
_PASSING_CODES = ("RequestTimeout", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch")
_SHOWN = 300


class OutOfRangeError(Exception):
    """A range begins behind the end of the object."""


class UnsupportedRequestError(StorageUnavailableError):
    """The store has no such request; of those that are made, a conditional PUT may be missing."""

    code = "unsupported_request"


def may_pass(error: Exception) -> bool:
    """Whether a later attempt may succeed: the connection broke, or the server was not able to."""
    from obstore.exceptions import GenericError

    if not isinstance(error, GenericError):
        return False
    text = str(error)
    status, code = _first(_STATUS, text), _first(_CODE, text)
    if not status:
        return "incorrectly configured region" not in text
    if code in _PASSING_CODES or status in _PASSING_STATUS:
        return True
    return status >= "500" and status != _NOT_IMPLEMENTED


def translated(error: Exception, *, url: str, where: str, attempts: int) -> Exception:
    """Return the error to raise instead.

    Args:
        error: Of obstore.
        url: Of the store.
        where: The URL of what was asked for.
        attempts: How many were made.

    Returns:
        OutOfRangeError, for the caller to handle, or one of modelkeep.errors.
    """
    from obstore.exceptions import NotSupportedError

    text = str(error)
    status, said = _first(_STATUS, text), _shortened(text)
    if status == _OUT_OF_RANGE or "InvalidRange" in text:
        return OutOfRangeError(said)
    if status == _NOT_IMPLEMENTED or isinstance(error, NotSupportedError | NotImplementedError):
        return UnsupportedRequestError(url, f"the object store does not do this ({said})")
    return _told(error, text, url, where) or StorageUnavailableError(
        url,
        f"the object store did not answer as it should ({said}; attempts: {attempts}); check the "
        "endpoint, the region and the network",
    )


def _told(error: Exception, text: str, url: str, where: str) -> ModelkeepError | None:
    from obstore.exceptions import NotFoundError, PermissionDeniedError, UnauthenticatedError

    if "NoSuchBucket" in text:
        problem = "there is no such bucket; make it, or correct storage_path"
        return StorageUnavailableError(url, problem)
    if isinstance(error, NotFoundError | FileNotFoundError):
        return IntegrityError(where, detail="it is missing")
    denied = isinstance(error, PermissionDeniedError | UnauthenticatedError | PermissionError)
    if denied or _first(_STATUS, text) in _FORBIDDEN:
        return StorageReadOnlyError(
            url,
            f"the credentials do not allow it ({_shortened(text)}); check that they are those you "
            "mean, that they may get, put, delete and list there, and the clock of this machine",
        )
    return None


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _shortened(text: str) -> str:
    """Return what went wrong in a line, without the request, which may tell what is private."""
    status = _first(_STATUS, text)
    if status:
        parts = [f"status {status}", _first(_CODE, text), _first(_MESSAGE, text)]
    else:
        summary, _, source = text.partition("Debug source:")
        # The cause lies innermost: refused, reset, timed out.
        causes = [message or word for message, word in _CAUSE.findall(source)]
        parts = [" ".join(summary.split())[-_SHOWN:], *causes[-1:]]
    return ": ".join(" ".join(part.split()) for part in parts if part)[:_SHOWN]
