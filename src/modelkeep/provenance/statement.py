"""What is signed of a version: an in-toto Statement v1 about its files and its place.

The form is https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, so that other
tools can read it. The predicate type `https://modelkeep.dev/provenance/v1` is a name and nothing
else: it is compared as a text and never fetched.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from modelkeep import canonical
from modelkeep.errors import InvalidInputError, SignatureError
from modelkeep.models import ModelVersion
from modelkeep.provenance.strict_json import decode_object, get_list, get_object, get_text
from modelkeep.storage.manifest import Manifest

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://modelkeep.dev/provenance/v1"
MANIFEST_NAME = "/manifest"
"""The subject that stands for the manifest; no file has this name, as their paths are relative."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHAT = "the signed statement"


def manifest_digest(manifest: Manifest) -> str:
    """Return the SHA-256 of what the manifest says of the files, and not of where they are stored.

    It is taken over the canonical JSON (sorted keys, no spaces, UTF-8) of

        {"format": …, "files": [{"path": …, "sha256": …, "size_bytes": …, "executable": …}, …],
         "empty_folders": […]}

    with files and folders sorted by path.
    """
    files = [
        {
            "path": file.path,
            "sha256": file.sha256,
            "size_bytes": file.size_bytes,
            "executable": file.executable,
        }
        for file in sorted(manifest.files, key=lambda file: file.path)
    ]
    folders = sorted(manifest.empty_folders)
    content = {"format": manifest.format, "files": files, "empty_folders": folders}
    return hashlib.sha256(canonical.encode(content)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """What identifies the version that a statement is about.

    Attributes:
        model_id: Its model.
        version_number: Its number.
        version_id: Its id.
        manifest_digest: As the function of this name returns it.
    """

    model_id: str
    version_number: str
    version_id: str
    manifest_digest: str


def facts_of(version: ModelVersion, manifest: Manifest) -> StatementFacts:
    """Return what a statement must say to be about this version with these files."""
    return StatementFacts(
        model_id=version.model_id,
        version_number=version.version_number,
        version_id=version.version_id,
        manifest_digest=manifest_digest(manifest),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a signer says of a version.

    Attributes:
        facts: Which version.
        ordinal: Its place among the versions of its model, from 1; says which of two is newer.
        format: Name of the format that reads it.
        files: Path and SHA-256 of each file, in the order of the manifest.
        created_at: When it was given its number, aware UTC.
        signed_at: When it was signed, aware UTC; the signer's own word.
        created_by: Who created it.
        parent: The id of the version it was made from.
    """

    facts: StatementFacts
    ordinal: int
    format: str
    files: tuple[tuple[str, str], ...]
    created_at: datetime
    signed_at: datetime
    created_by: str
    parent: str | None

    def to_plain(self) -> dict[str, Any]:
        """Return it as the JSON values of an in-toto Statement."""
        digests = [*self.files, (MANIFEST_NAME, self.facts.manifest_digest)]
        return {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": name, "digest": {"sha256": sha256}} for name, sha256 in digests],
            "predicateType": PREDICATE_TYPE,
            "predicate": {
                "model_id": self.facts.model_id,
                "version_number": self.facts.version_number,
                "version_id": self.facts.version_id,
                "ordinal": self.ordinal,
                "format": self.format,
                "created_at": _timestamp(self.created_at),
                "signed_at": _timestamp(self.signed_at),
                "created_by": self.created_by,
                "parent": self.parent,
            },
        }

    def encode(self) -> bytes:
        """Return it as canonical JSON: what is signed."""
        return canonical.encode(self.to_plain())

    @classmethod
    def decode(cls, text: bytes) -> Statement:
        """Undo `encode`; fields that are not known are ignored, as in-toto asks.

        Raises:
            SignatureError: It is not a statement about a version.
        """
        plain = decode_object(text, _WHAT)
        for key, wanted in (("_type", STATEMENT_TYPE), ("predicateType", PREDICATE_TYPE)):
            if plain.get(key) != wanted:
                raise SignatureError(
                    f"{_WHAT} is not about a version: its {key} is {plain.get(key)!a}, "
                    f"not {wanted!r}"
                )
        digests = _subjects(plain)
        predicate = get_object(plain, "predicate", _WHAT)
        parent = predicate.get("parent")
        return cls(
            facts=StatementFacts(
                model_id=get_text(predicate, "model_id", _WHAT),
                version_number=get_text(predicate, "version_number", _WHAT),
                version_id=get_text(predicate, "version_id", _WHAT),
                manifest_digest=digests.pop(MANIFEST_NAME),
            ),
            ordinal=_ordinal(predicate),
            format=get_text(predicate, "format", _WHAT),
            files=tuple(digests.items()),
            created_at=_moment(predicate, "created_at"),
            signed_at=_moment(predicate, "signed_at"),
            created_by=get_text(predicate, "created_by", _WHAT),
            parent=None if parent is None else get_text(predicate, "parent", _WHAT),
        )


def make_statement(
    version: ModelVersion, manifest: Manifest, *, ordinal: int, signed_at: datetime
) -> Statement:
    """Return the statement about a version.

    Args:
        version: The version.
        manifest: Its files.
        ordinal: Its place among the versions of its model, as its document states it.
        signed_at: The time now, aware.

    Raises:
        InvalidInputError: A time has no zone, or the ordinal is below 1.
    """
    for moment in (version.created_at, signed_at):
        if moment.tzinfo is None:
            raise InvalidInputError(f"the time {moment.isoformat()} has no zone; give it in UTC")
    if ordinal < 1:
        raise InvalidInputError(f"the ordinal {ordinal} is not a place; the first is 1")
    return Statement(
        facts=facts_of(version, manifest),
        ordinal=ordinal,
        format=manifest.format,
        files=tuple((file.path, file.sha256) for file in manifest.files),
        created_at=version.created_at.astimezone(UTC),
        signed_at=signed_at.astimezone(UTC),
        created_by=version.created_by,
        parent=version.parent_version,
    )


def _subjects(plain: dict[str, Any]) -> dict[str, str]:
    digests: dict[str, str] = {}
    for entry in get_list(plain, "subject", _WHAT):
        if not isinstance(entry, dict):
            raise SignatureError(f"{_WHAT} has a subject that is not an object")
        name = get_text(entry, "name", f"a subject of {_WHAT}")
        sha256 = get_text(get_object(entry, "digest", f"the subject {name!a}"), "sha256", name)
        if not _SHA256.fullmatch(sha256):
            raise SignatureError(f"{_WHAT}: {sha256!a} of {name!a} is not a SHA-256")
        if name in digests:
            raise SignatureError(f"{_WHAT} has the subject {name!a} twice")
        digests[name] = sha256
    if MANIFEST_NAME not in digests:
        raise SignatureError(f"{_WHAT} does not have the subject {MANIFEST_NAME!r}")
    return digests


def _ordinal(predicate: dict[str, Any]) -> int:
    value = predicate.get("ordinal")
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SignatureError(f"{_WHAT} has no whole number 'ordinal' from 1")
    return value


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment(predicate: dict[str, Any], key: str) -> datetime:
    text = get_text(predicate, key, _WHAT)
    try:
        moment = datetime.fromisoformat(text)
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SignatureError(f"{_WHAT}: {key} is {text!a}: {error}") from error
    if moment.tzinfo is None:
        raise SignatureError(f"{_WHAT}: {key} is {text!a}: it has no zone")
    return in_utc
