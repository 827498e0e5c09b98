"""Reads what the former service left: `<model id>/<version id>/{model.pkl,metadata.json}`.

`model.pkl` is hashed and never unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelkeep.canonical import metrics_from_plain
from modelkeep.errors import InvalidArtifactError, InvalidInputError, InvalidNumberError
from modelkeep.identifiers import check_model_id, check_version_id
from modelkeep.management.lifecycle import DEPLOYABLE, stage_named, status_named
from modelkeep.management.metadata import check_text, read_metadata, read_metrics, read_tags
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.storage.hashing import hash_file

MODEL_FILE = "model.pkl"
METADATA_FILE = "metadata.json"
EXTRA_KEY = "legacy_extra"
CHECKSUM_KEY = "legacy_checksum"
_LONGEST_NUMBER = 128
# They select a version in a reference such as `model@latest`, so no number can be one of them.
_SELECTORS = ("latest", *(stage.value for stage in DeploymentStage))
# As Python's json writes the floats that JSON has not; see `modelkeep.canonical`.
_SPECIAL = ("NaN", "Infinity", "-Infinity")
# Fields of the old layout, which are found anew.
_REPLACED = ("model_path", "metadata_path", "size_bytes")
_SHA256_DIGITS = 64
# What a checksum of so many hexadecimal digits is, besides SHA-256.
_OTHER_DIGESTS = {32: "md5", 40: "sha1", 128: "sha512"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyVersion:
    """A version as the former service left it.

    Attributes:
        place: Its folder, relative to the folder that is imported.
        model_file: Its `model.pkl`; None where there is none.
        version: Its fields; those that follow from the file are empty.
        checksum: What the former service had as checksum.
        notes: What was not taken as it stood.
    """

    place: str
    model_file: Path | None
    version: ModelVersion
    checksum: str
    notes: list[str]

    @property
    def claims_stage(self) -> bool:
        """Whether it says that its stage serves it, and could be true."""
        in_a_stage = self.version.deployment_stage is not DeploymentStage.ROLLBACK
        usable = self.model_file is not None and self.version.status in DEPLOYABLE
        return self.version.is_active and in_a_stage and usable

    def digest(self) -> tuple[str, int]:
        """Return SHA-256 and size of the file; empty and 0 where there is none.

        Raises:
            InvalidArtifactError: The file cannot be read.
        """
        if self.model_file is None:
            return "", 0
        try:
            return hash_file(self.model_file)
        except OSError as error:
            raise _unreadable(self.model_file, error) from error

    def check_digest(self, sha256: str) -> list[str]:
        """Hold the former checksum against the file; return a note if it proves nothing.

        Raises:
            InvalidArtifactError: The file is damaged.
        """
        stated = self.checksum.strip().lower().removeprefix("sha256:")
        if stated in ("", sha256):
            return []
        digits = 0 if set(stated) - set("0123456789abcdef") else len(stated)
        meaning = "proves nothing"
        if self.model_file is not None and digits == _SHA256_DIGITS:
            raise InvalidArtifactError(
                self.place,
                f"{MODEL_FILE} is damaged: its sha256 should be {stated} and is {sha256}. Put a "
                "sound copy in its place; or, if the former service took the checksum of something "
                f"else, delete it from {METADATA_FILE}",
            )
        if self.model_file is not None and (algorithm := _OTHER_DIGESTS.get(digits)):
            with self.model_file.open("rb") as stream:
                actual = hashlib.file_digest(stream, algorithm).hexdigest()
            meaning = f"is{'' if actual == stated else ' not'} the {algorithm} of {MODEL_FILE}"
        return [f"{self.place}: its former checksum {meaning}; it is kept as {CHECKSUM_KEY}"]


def read_folder(
    folder: Path, *, ignored: Collection[Path], refused: dict[str, str]
) -> list[LegacyVersion]:
    """Return all versions in a folder of the former service, by time of creation.

    Args:
        folder: With one folder for each model.
        ignored: Folders in it that hold something else, resolved.
        refused: Filled with the reasons why others cannot be imported, by place.

    Raises:
        InvalidArtifactError: There is no such folder, or it cannot be read.
    """
    if not folder.is_dir():
        raise InvalidArtifactError(str(folder), "there is no such folder")
    root = folder.resolve()
    found: list[LegacyVersion] = []
    for model in _folders(root):
        if model in ignored:
            continue
        try:
            for path in [model] if model.is_symlink() else _folders(model):
                place = _place(path, root)
                try:
                    found.append(_read_version(path, root, place))
                except InvalidInputError as error:
                    refused[place] = error.message
        except InvalidArtifactError as error:
            refused[_place(model, root)] = error.message
    return sorted(found, key=lambda each: (each.version.created_at, each.version.updated_at))


def _folders(parent: Path) -> list[Path]:
    try:
        found = [path for path in sorted(parent.iterdir()) if not path.name.startswith(".")]
        return [path for path in found if path.is_dir()]
    except OSError as error:
        raise _unreadable(parent, error) from error


def _place(path: Path, root: Path) -> str:
    # A name that is not Unicode could not be printed.
    return path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()


def _unreadable(path: Path, error: OSError) -> InvalidArtifactError:
    return InvalidArtifactError(str(path), f"it cannot be read ({error.strerror})")


def _find_file(path: Path, root: Path) -> Path | None:
    """Return the path if there is a file, None if there is nothing."""
    if not os.path.lexists(path):
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise InvalidArtifactError(str(path), "it is a link in a loop or to nothing") from error
    if not target.is_relative_to(root):
        raise InvalidArtifactError(str(path), f"it is a link out of the folder, to {target}")
    if not path.is_file():
        raise InvalidArtifactError(str(path), "it is not a file")
    return path


def _read_version(path: Path, root: Path, place: str) -> LegacyVersion:
    if path.is_symlink():
        raise InvalidArtifactError(str(path), "it is a link; put a copy of the folder in its place")
    try:
        metadata_file = _find_file(path / METADATA_FILE, root)
        model_file = _find_file(path / MODEL_FILE, root)
        if metadata_file is None:
            raise InvalidArtifactError(place, f"there is no {METADATA_FILE} in it")
        plain = _parse(metadata_file)
        others = sorted({each.name for each in path.iterdir()} - {MODEL_FILE, METADATA_FILE})
    except OSError as error:
        raise _unreadable(path, error) from error
    checksum: str = _typed(plain, "checksum", str)
    version, odd_metrics = _to_version(plain, path.parent.name, path.name)
    notes = [f"metric {name!a} is no number; kept under {EXTRA_KEY}" for name in odd_metrics]
    if others:
        notes.append(f"left behind: {', '.join(others)!a}")
    return LegacyVersion(
        place=place,
        model_file=model_file,
        version=version,
        checksum=checksum,
        notes=[f"{place}: {note}" for note in notes],
    )


def _parse(path: Path) -> dict[str, Any]:
    try:
        # NaN and infinities become texts, which any JSON can hold; metrics are turned back.
        plain = json.loads(path.read_bytes(), parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise InvalidArtifactError(str(path), f"it is not JSON ({error})") from error
    if not isinstance(plain, dict):
        raise InvalidArtifactError(str(path), "it is not a JSON object")
    return plain


def _to_version(
    rest: dict[str, Any], model_folder: str, version_folder: str
) -> tuple[ModelVersion, dict[str, Any]]:
    """Take the known fields out of the metadata; what is left of it is kept as an extra."""
    rest = {name: value for name, value in rest.items() if name not in _REPLACED}
    created_at = _time(rest, "created_at")
    if created_at is None:
        raise InvalidInputError("created_at is missing; give the time of its creation")
    stage = _word(rest, "deployment_stage", DeploymentStage.DEVELOPMENT)
    parent = rest.pop("parent_version", None)
    version = ModelVersion(
        version_id=check_version_id(_named_as(rest, "version_id", version_folder)),
        model_id=check_model_id(_named_as(rest, "model_id", model_folder)),
        version_number=_number(rest.pop("version_number", None)),
        status=status_named(_word(rest, "status", ModelStatus.READY)),
        deployment_stage=stage_named(stage),
        model_path="",
        metadata_path="",
        checksum="",
        created_at=created_at,
        updated_at=_time(rest, "updated_at") or created_at,
        created_by=check_text("created_by", _typed(rest, "created_by", str)),
        description=check_text("description", _typed(rest, "description", str)),
        tags=read_tags(_typed(rest, "tags", list)),
        metrics={},
        dependencies={},
        configuration={},
        deployment_config={},
        parent_version=None if parent in (None, "") else check_version_id(parent),
        size_bytes=0,
        is_active=_typed(rest, "is_active", bool),
    )
    mappings = ("dependencies", "configuration", "deployment_config")
    given = {name: rest.pop(name, None) for name in mappings}
    metrics, odd = _metrics(_typed(rest, "metrics", dict))
    extra = rest | ({"metrics": odd} if odd else {})
    facts = read_metadata(given | ({EXTRA_KEY: extra} if extra else {}))
    given = {name: getattr(facts, name) for name in mappings}
    return replace(version, metrics=metrics, **given), odd


def _named_as(rest: dict[str, Any], name: str, folder_name: str) -> str:
    value = rest.pop(name, None)
    if value is not None and value != folder_name:
        raise InvalidInputError(f"{name} is {value!a:.80}, but its folder is {folder_name!a}")
    return folder_name


def _number(value: Any) -> str:
    number = str(value) if type(value) in (int, str) else ""
    fits = 1 <= len(number) <= _LONGEST_NUMBER and number.isprintable()
    if not fits or number != number.strip() or number in _SELECTORS:
        rule = f"it must have 1 to {_LONGEST_NUMBER} printable characters, and be none of "
        raise InvalidNumberError(value, rule + ", ".join(_SELECTORS))
    return number


def _time(rest: dict[str, Any], name: str) -> datetime | None:
    value = rest.pop(name, None)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInputError(
            f"{name} is {value!a:.80}; it must be a time like 2026-01-31T23:59:59"
        ) from error


def _word(rest: dict[str, Any], name: str, default: ModelStatus | DeploymentStage) -> str:
    """Return a value such as `ready`, also of `READY` and `ModelStatus.READY`."""
    value = rest.pop(name, None)
    if value is None:
        return str(default.value)
    return str(value).strip().lower().removeprefix(f"{type(default).__name__.lower()}.")


def _typed(rest: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = rest.pop(name, None)
    if value is not None and not isinstance(value, kind):
        raise InvalidInputError(f"{name} is {value!a:.80}; it must be a {kind.__name__}")
    return kind() if value is None else value


def _metrics(found: dict[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """Return the metrics, and those that are no numbers."""
    fit: dict[str, float] = {}
    odd: dict[str, Any] = {}
    for name, value in found.items():
        special = metrics_from_plain({name: value}) if value in _SPECIAL else {name: value}
        try:
            fit |= read_metrics(special)
        except InvalidInputError:
            odd[name] = value
    return fit, odd
