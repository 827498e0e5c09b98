"""Reads what the former service left: `<model id>/<version id>/{model.pkl,metadata.json}`.

Only `metadata.json` is read here. `model.pkl` is looked at from outside, never unpickled.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from modelkeep.canonical import metrics_from_plain, plain_value
from modelkeep.errors import InvalidArtifactError, InvalidInputError, InvalidNumberError
from modelkeep.identifiers import check_model_id, check_version_id
from modelkeep.management.lifecycle import DEPLOYABLE, stage_named, status_named
from modelkeep.management.metadata import check_text, read_metrics, read_tags
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

T = TypeVar("T")
MODEL_FILE = "model.pkl"
METADATA_FILE = "metadata.json"
EXTRA_KEY = "legacy_extra"
_LONGEST_NUMBER = 128
# They select a version in a reference such as `model@latest`, so no number can be one of them.
_SELECTORS = ("latest", *(stage.value for stage in DeploymentStage))
# As Python's json writes the floats that JSON has not; see `modelkeep.canonical`.
_SPECIAL = ("NaN", "Infinity", "-Infinity")
# Fields of the old layout, which are found anew.
_REPLACED = ("model_path", "metadata_path", "size_bytes")


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
        """Whether it says that its stage serves it, and could."""
        return (
            self.version.is_active
            and self.version.deployment_stage is not DeploymentStage.ROLLBACK
            and self.version.status in DEPLOYABLE
            and self.model_file is not None
        )


@dataclass(frozen=True, slots=True)
class LegacyContents:
    """What there is in a folder of the former service.

    Attributes:
        versions: Those that could be read, by time of creation.
        refused: Reasons why others cannot be imported, by place.
        notes: What else was seen.
    """

    versions: list[LegacyVersion] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_folder(folder: Path, *, ignored: Collection[Path] = ()) -> LegacyContents:
    """Read all versions in a folder of the former service.

    Args:
        folder: With one folder for each model.
        ignored: Folders in it that hold something else.

    Raises:
        InvalidArtifactError: There is no such folder, or it cannot be read.
    """
    if not folder.is_dir():
        raise InvalidArtifactError(str(folder), "there is no such folder")
    root = folder.resolve()
    contents = LegacyContents()
    skipped = {path.resolve() for path in ignored}
    for model in _folders(root):
        if model.resolve() in skipped or _is_link(model, root, contents):
            continue
        try:
            for path in _folders(model):
                if not _is_link(path, root, contents):
                    _read_into(contents, root, path)
        except InvalidArtifactError as error:
            contents.refused[_place(model, root)] = error.message
    contents.versions.sort(key=_age)
    return contents


def _age(found: LegacyVersion) -> tuple[datetime, datetime, str]:
    return found.version.created_at, found.version.updated_at, found.place


def _is_link(path: Path, root: Path, contents: LegacyContents) -> bool:
    """Whether the folder is a link; one that stays inside is met again where it leads."""
    if not path.is_symlink():
        return False
    place, target = _place(path, root), path.resolve()
    if target.is_relative_to(root):
        contents.notes.append(f"{place}: left out, it is a link to {_place(target, root)}")
    else:
        contents.refused[place] = _outward(path, target).message
    return True


def _folders(parent: Path) -> list[Path]:
    try:
        return [
            path
            for path in sorted(parent.iterdir())
            if path.is_dir() and not path.name.startswith(".")
        ]
    except OSError as error:
        raise _unreadable(parent, error) from error


def _read_into(contents: LegacyContents, root: Path, path: Path) -> None:
    place = _place(path, root)
    try:
        contents.versions.append(_read_version(path, root, place))
    except InvalidInputError as error:
        contents.refused[place] = error.message
    except OSError as error:
        contents.refused[place] = _unreadable(path, error).message


def _place(path: Path, root: Path) -> str:
    # A name that is not Unicode could not be printed.
    return path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()


def _unreadable(path: Path, error: OSError) -> InvalidArtifactError:
    return InvalidArtifactError(str(path), f"it cannot be read ({error.strerror})")


def _outward(path: Path, target: Path) -> InvalidArtifactError:
    return InvalidArtifactError(
        str(path), f"it is a link out of the folder, to {target}; put a copy in its place"
    )


def _find_file(path: Path, root: Path) -> Path | None:
    """Return the path if there is a file, None if there is nothing."""
    if not os.path.lexists(path):
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise InvalidArtifactError(str(path), "it is a link in a loop or to nothing") from error
    if not target.is_relative_to(root):
        raise _outward(path, target)
    if not path.is_file():
        raise InvalidArtifactError(str(path), "it is not a file")
    return path


def _read_version(path: Path, root: Path, place: str) -> LegacyVersion:
    metadata_file = _find_file(path / METADATA_FILE, root)
    if metadata_file is None:
        raise InvalidArtifactError(place, f"there is no {METADATA_FILE} in it")
    fields = _Fields(_parse(metadata_file))
    # Ids first: what follows names them.
    model_id = check_model_id(fields.id("model_id", path.parent.name))
    version_id = check_version_id(fields.id("version_id", path.name))
    created_at = fields.time("created_at")
    if created_at is None:
        raise InvalidInputError("created_at is missing, which says when its turn is")
    checksum = fields.text("checksum")
    for name in _REPLACED:
        fields.take(name)
    version = ModelVersion(
        version_id=version_id,
        model_id=model_id,
        version_number=_number(fields.take("version_number")),
        status=status_named(fields.word("status", ModelStatus.READY)),
        deployment_stage=stage_named(fields.word("deployment_stage", DeploymentStage.DEVELOPMENT)),
        model_path="",
        metadata_path="",
        checksum="",
        created_at=created_at,
        updated_at=fields.time("updated_at") or created_at,
        created_by=fields.text("created_by"),
        description=fields.text("description"),
        tags=fields.tags(),
        metrics=fields.metrics(),
        dependencies=fields.dependencies(),
        deployment_config=plain_value(fields.mapping("deployment_config"), "deployment_config"),
        parent_version=fields.parent(),
        size_bytes=0,
        is_active=fields.flag("is_active"),
        configuration=fields.configuration(),
    )
    others = sorted({each.name for each in path.iterdir()} - {MODEL_FILE, METADATA_FILE})
    if others:
        fields.notes.append(f"left behind: {others!a}")
    return LegacyVersion(
        place=place,
        model_file=_find_file(path / MODEL_FILE, root),
        version=version,
        checksum=checksum,
        notes=[f"{place}: {note}" for note in fields.notes],
    )


def _parse(path: Path) -> dict[str, Any]:
    try:
        # NaN and infinities become texts, which every JSON can hold; `metrics` turns them back.
        plain = json.loads(path.read_bytes(), parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise InvalidArtifactError(str(path), f"it is not JSON ({error})") from error
    if not isinstance(plain, dict):
        raise InvalidArtifactError(str(path), "it is not a JSON object")
    return plain


def _number(value: Any) -> str:
    number = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if (
        not isinstance(number, str)
        or not 1 <= len(number) <= _LONGEST_NUMBER
        or not number.isprintable()
        or number != number.strip()
        or number in _SELECTORS
    ):
        rule = f"it must have 1 to {_LONGEST_NUMBER} printable characters, and not be one of "
        raise InvalidNumberError(value, rule + ", ".join(_SELECTORS))
    return number


def _check_metric(item: tuple[str, Any]) -> None:
    read_metrics(dict([item]))


def _check_dependency(item: tuple[str, Any]) -> None:
    for text in item:
        check_text("dependency", text)


def _check_tag(tag: Any) -> None:
    read_tags([tag])


class _Fields:
    """The fields of a `metadata.json`, taken one by one; what does not fit is put aside."""

    def __init__(self, plain: dict[str, Any]) -> None:
        self._rest = dict(plain)
        self._aside: dict[str, Any] = {}
        self.notes: list[str] = []

    def take(self, name: str) -> Any:
        return self._rest.pop(name, None)

    def _put_aside(self, name: str, value: Any) -> None:
        self._aside[name] = value
        self.notes.append(f"{name} {value!a:.60} does not fit; kept under {EXTRA_KEY}")

    def id(self, name: str, folder_name: str) -> str:
        value = self.take(name)
        if value is not None and value != folder_name:
            raise InvalidInputError(
                f"{name} is {value!a:.80}, but its folder is named {folder_name!a}"
            )
        return folder_name

    def text(self, name: str) -> str:
        value = self.take(name)
        if value is not None and not isinstance(value, str):
            self._put_aside(name, value)
            return ""
        return check_text(name, value or "")

    def time(self, name: str) -> datetime | None:
        value = self.take(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            naive = moment.tzinfo is None
            return moment.replace(tzinfo=UTC) if naive else moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidInputError(
                f"{name} is {value!a:.80}; it must be a time like 2026-01-31T23:59:59"
            ) from error

    def word(self, name: str, default: ModelStatus | DeploymentStage) -> str:
        """Return a value such as `ready`, also where it is `ModelStatus.READY`."""
        value = self.take(name)
        if value is None:
            return str(default.value)
        return str(value).strip().lower().removeprefix(f"{type(default).__name__.lower()}.")

    def flag(self, name: str) -> bool:
        value = self.take(name)
        if value is not None and not isinstance(value, bool):
            self._put_aside(name, value)
        return value is True

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.take(name)
        if value is not None and not isinstance(value, dict):
            self._put_aside(name, value)
        return value if isinstance(value, dict) else {}

    def metrics(self) -> dict[str, float]:
        found = self.mapping("metrics")
        special = {name: value for name, value in found.items() if value in _SPECIAL}
        found |= metrics_from_plain(special)
        return read_metrics(dict(self._sift("metrics", found.items(), _check_metric)))

    def dependencies(self) -> dict[str, str]:
        found = self.mapping("dependencies")
        return dict(self._sift("dependencies", found.items(), _check_dependency))

    def tags(self) -> list[str]:
        value = self.take("tags")
        given = value if isinstance(value, list) else [value]
        return read_tags(self._sift("tags", [] if value is None else given, _check_tag))

    def _sift(self, name: str, items: Iterable[T], check: Callable[[T], object]) -> list[T]:
        fit: list[T] = []
        odd: list[T] = []
        for item in items:
            try:
                check(item)
                fit.append(item)
            except InvalidInputError:
                odd.append(item)
        if odd:
            self._put_aside(name, odd)
        return fit

    def parent(self) -> str | None:
        value = self.take("parent_version")
        if value in (None, ""):
            return None
        try:
            return check_version_id(value)
        except InvalidInputError:
            self._put_aside("parent_version", value)
            return None

    def configuration(self) -> dict[str, Any]:
        """Return the configuration, with all that no field took; so it is called last."""
        configuration = self.mapping("configuration")
        extra = self._rest | self._aside
        if extra and EXTRA_KEY in configuration:
            extra[f"configuration.{EXTRA_KEY}"] = configuration[EXTRA_KEY]
        plain: dict[str, Any] = plain_value(
            configuration | ({EXTRA_KEY: extra} if extra else {}), "configuration"
        )
        return plain
