"""One finding of an examination, and texts without the passwords that a configuration holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from modelkeep.models import ModelVersioningConfig

State = Literal["ok", "warn", "bad"]
_CREDENTIALS = re.compile(r"(://[^/@:\s]*):[^\s/]*@")
_SECRET_SETTINGS = re.compile(
    r"((?:ssl)?password|passwd|secret[\w-]*|token)=[^&\s'\"]+", re.IGNORECASE
)
_HIDDEN = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that was looked at.

    Attributes:
        name: What, in a few words.
        state: `ok`; `warn` for what works and should be otherwise; `bad` for what does not work.
        sentence: What was found.
        advice: What to do about it; empty where there is nothing to do.
    """

    name: str
    state: State
    sentence: str
    advice: str = ""


def ok(name: str, sentence: str) -> Check:
    """Return a finding that is as it should be."""
    return Check(name=name, state="ok", sentence=sentence)


def warn(name: str, sentence: str, advice: str) -> Check:
    """Return a finding that should be otherwise."""
    return Check(name=name, state="warn", sentence=sentence, advice=advice)


def bad(name: str, sentence: str, advice: str) -> Check:
    """Return a finding that keeps the registry from working, or loses what it keeps."""
    return Check(name=name, state="bad", sentence=sentence, advice=advice)


class Redaction:
    """Takes the passwords of a configuration out of texts.

    Args:
        config: Its URLs may have passwords in them.
    """

    def __init__(self, config: ModelVersioningConfig) -> None:
        self._secrets: set[str] = set()
        for url in (config.catalogue_url, config.storage_path):
            self._secrets |= _secrets_of(url)

    def text(self, text: str) -> str:
        """Return a text without them, in one line."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        text = _CREDENTIALS.sub(rf"\1:{_HIDDEN}@", text)
        return " ".join(_SECRET_SETTINGS.sub(rf"\1={_HIDDEN}", text).split())

    def check(self, check: Check) -> Check:
        """Return a finding without them."""
        return Check(
            name=check.name,
            state=check.state,
            sentence=self.text(check.sentence),
            advice=self.text(check.advice),
        )


def _secrets_of(url: str) -> set[str]:
    _, _, rest = url.partition("://")
    if not rest:
        return set()
    user, separator, _ = rest.rpartition("@")
    found = {user.partition(":")[2]} if separator else set()
    try:
        query = urlsplit(url).query
    except ValueError:
        query = rest.partition("?")[2]
    found |= {value for name, value in parse_qsl(query) if "pass" in name.lower()}
    found |= {unquote(each) for each in found}
    return {each for each in found if each}


def seconds(count: float) -> str:
    """Return a time for people."""
    for size, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if abs(count) >= 2 * size:
            return f"{count / size:.0f} {unit}"
    return f"{count:.1f} seconds"


def clock_check(name: str, whose: str, ahead_seconds: float) -> Check:
    """Return what there is to say of another clock.

    Args:
        name: Of the check.
        whose: Clock, as in "the database".
        ahead_seconds: How far it is ahead of the clock of this machine; negative if behind.
    """
    way = "ahead of" if ahead_seconds > 0 else "behind"
    sentence = f"the clock of {whose} is {seconds(abs(ahead_seconds))} {way} that of this machine"
    if abs(ahead_seconds) <= MOST_SKEW_SECONDS:
        return ok(name, sentence)
    return warn(
        name,
        sentence,
        "let NTP set both clocks; nothing that is stored depends on it, but times of events made "
        "on several machines will not compare",
    )


MOST_SKEW_SECONDS = 5.0
"""A larger difference of clocks is told."""
