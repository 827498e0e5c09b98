"""The immutable JSON document of a version: its 20 fields at creation, and its manifest.

    {"modelkeep_document": 1, "ordinal": 7, "version": {…}, "manifest": {…},
     "seal": "…", "finding": {…}, "sha256": "…"}

`sha256` is the digest of the canonical JSON (sorted keys, no spaces, UTF-8) of the object without
that key, so a document can be checked with nothing beside it; later formats keep this rule. `seal`
is there where an installation vouches for its own work, `finding` where the files were looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from modelkeep import canonical
from modelkeep.errors import IntegrityError, ModelkeepError, NewerFormatError
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.storage.manifest import Manifest

DOCUMENT_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDocument:
    """A version as it was when the document was written.

    Attributes:
        version: Its 20 fields.
        manifest: Its files.
        ordinal: Its place among the versions of its model, from 1.
        document_blake3: The chunk it was read from, hexadecimal; empty for a new one.
        seal: By the key of the installation that wrote the files itself; empty for others.
        finding: What a look at the files found, as JSON; empty where there was nothing to look at.
    """

    version: ModelVersion
    manifest: Manifest
    ordinal: int
    document_blake3: str = ""
    seal: str = ""
    finding: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedDocument:
    """A document, or a pack that may hold some, that cannot be read as what was written.

    Attributes:
        place: The chunk or the pack.
        error: What is wrong with it.
    """

    place: str
    error: ModelkeepError


def version_to_plain(version: ModelVersion) -> dict[str, Any]:
    """Return the 20 fields as JSON values, times in ISO 8601 with their offset."""
    plain = {name: getattr(version, name) for name in ModelVersion.__dataclass_fields__}
    return plain | {
        "status": version.status.value,
        "deployment_stage": version.deployment_stage.value,
        "created_at": version.created_at.isoformat(),
        "updated_at": version.updated_at.isoformat(),
        "metrics": canonical.metrics_to_plain(version.metrics),
    }


def version_from_plain(plain: Mapping[str, Any]) -> ModelVersion:
    """Undo `version_to_plain`."""
    fields = {name: plain[name] for name in ModelVersion.__dataclass_fields__}
    fields["status"] = ModelStatus(fields["status"])
    fields["deployment_stage"] = DeploymentStage(fields["deployment_stage"])
    fields["created_at"] = datetime.fromisoformat(fields["created_at"])
    fields["updated_at"] = datetime.fromisoformat(fields["updated_at"])
    fields["metrics"] = canonical.metrics_from_plain(fields["metrics"])
    return ModelVersion(**fields)


def encode(document: VersionDocument) -> bytes:
    """Return the document as indented JSON."""
    content: dict[str, Any] = {
        "modelkeep_document": DOCUMENT_FORMAT,
        "ordinal": document.ordinal,
        "version": version_to_plain(document.version),
        "manifest": document.manifest.to_plain(),
    }
    if document.seal:
        content["seal"] = document.seal
    if document.finding:
        content["finding"] = document.finding
    sha256 = _digest(content)
    text = msgspec.json.encode({**content, "sha256": sha256})
    return msgspec.json.format(text, indent=2) + b"\n"


def decode(text: bytes, *, source: str, document_blake3: str = "") -> VersionDocument:
    """Read a document.

    Args:
        text: All its bytes.
        source: How it is named in errors.
        document_blake3: The chunk it comes from; empty for none.

    Raises:
        IntegrityError: It is not what was written.
        NewerFormatError: A later release wrote it.
    """
    try:
        content = canonical.decode(text)
        stated = content.pop("sha256")
    except (msgspec.DecodeError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise IntegrityError(source, detail=f"it is not a version document ({error})") from error
    actual = _digest(content)
    if actual != stated:
        raise IntegrityError(source, expected=str(stated), actual=actual)
    if content.get("modelkeep_document") != DOCUMENT_FORMAT:
        raise NewerFormatError(source, content.get("modelkeep_document"), DOCUMENT_FORMAT)
    return VersionDocument(
        version=version_from_plain(content["version"]),
        manifest=Manifest.from_plain(content["manifest"], source=source),
        ordinal=content["ordinal"],
        document_blake3=document_blake3,
        seal=str(content.get("seal", "")),
        finding=content.get("finding", {}),
    )


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical.encode(content)).hexdigest()
