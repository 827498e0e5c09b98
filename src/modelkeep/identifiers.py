"""Names: what may be a model or version id, new version ids, and references like `m@1.2.0`."""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass
from datetime import datetime

from modelkeep.errors import InvalidNameError, VersionNotFoundError

_MODEL_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_VERSION_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
_WINDOWS_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_RULE = (
    "use 1 to {most} ASCII letters, digits, '.', '_' and '-', beginning with a letter, a digit "
    "or '_', not ending in '.', and not a name that Windows keeps for devices"
)


def check_model_id(model_id: object) -> str:
    """Return the id if it can name a model on every file system and in a URL.

    Raises:
        InvalidNameError: It cannot.
    """
    return _checked("model_id", model_id, _MODEL_ID, 128)


def check_version_id(version_id: object) -> str:
    """Return the id if it can name a version on every file system and in a URL.

    Raises:
        InvalidNameError: It cannot.
    """
    return _checked("version_id", version_id, _VERSION_ID, 200)


def _checked(what: str, value: object, pattern: re.Pattern[str], most: int) -> str:
    if (
        not isinstance(value, str)
        or not pattern.fullmatch(value)
        or value.endswith(".")
        or _WINDOWS_DEVICES.fullmatch(value)
    ):
        raise InvalidNameError(what, value, _RULE.format(most=most))
    return value


class VersionIds:
    """Makes version ids: UUID version 7 (RFC 9562), so that they sort by time.

    48 bits of milliseconds, then 12 bits of the fraction of the millisecond (method 3 of section
    6.2), then 62 random bits: two processes collide with a chance of 2^-62 for ids made within
    the same quarter of a microsecond. Within one process ids always grow.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ticks = 0

    def new(self, now: datetime) -> str:
        """Return a new id for this moment (aware UTC)."""
        microseconds = int(now.timestamp()) * 1_000_000 + now.microsecond
        ticks = (microseconds // 1000) * 4096 + (microseconds % 1000) * 4096 // 1000
        with self._lock:
            ticks = max(ticks, self._last_ticks + 1)
            self._last_ticks = ticks
        random_bits = int.from_bytes(os.urandom(8), "big") & (2**62 - 1)
        value = (ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62 | random_bits
        text = f"{value:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


@dataclass(frozen=True, slots=True)
class Reference:
    """How a person named a version: by id, or by model and a number, stage or `latest`."""

    version_id: str = ""
    model_id: str = ""
    selector: str = ""


def parse_reference(text: object) -> Reference:
    """Split `018f…` or `model@selector`.

    Raises:
        VersionNotFoundError: It has neither form.
    """
    if not isinstance(text, str) or not text:
        raise VersionNotFoundError(str(text), "a reference is a text that is not empty")
    model_id, at, selector = text.partition("@")
    if not at:
        return Reference(version_id=text)
    if not selector or not model_id:
        raise VersionNotFoundError(text, "it needs a model before the '@' and a version after it")
    return Reference(model_id=model_id, selector=selector)
