"""Every error that Modelkeep raises on purpose, in families with a stable code.

A family says what a caller can do about it; a subclass says what happened and carries the facts
as typed fields. All of them survive pickling, so they cross process borders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

_LONGEST_SHOWN = 80


def _revive(kind: type[ModelkeepError], message: str, fields: dict[str, Any]) -> ModelkeepError:
    error = kind.__new__(kind, message)
    error.args = (message,)
    error.__dict__.update(fields)
    return error


class ModelkeepError(Exception):
    """Root of the hierarchy.

    Attributes:
        code: Stable name of the kind of error, for programs.
    """

    code: ClassVar[str] = "modelkeep_error"

    @property
    def message(self) -> str:
        """The sentence for people."""
        return str(self.args[0]) if self.args else self.code

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.message, self.__dict__)


class NotFoundError(ModelkeepError, LookupError):
    """Something that was asked for by name is not there."""

    code = "not_found"


class ModelNotFoundError(NotFoundError):
    """No model of this name is known."""

    code = "model_not_found"

    def __init__(self, model_id: str) -> None:
        super().__init__(f"no model {model_id!r}; `modelkeep status` names those there are")
        self.model_id = model_id


class VersionNotFoundError(NotFoundError):
    """No version answers to this reference."""

    code = "version_not_found"

    def __init__(self, reference: str, detail: str = "") -> None:
        super().__init__(
            f"no version {reference!r}{': ' + detail if detail else ''}; "
            "name one by its id, model@1.2.0, model@latest or model@production"
        )
        self.reference = reference


class NoActiveDeploymentError(NotFoundError):
    """The stage serves nothing."""

    code = "no_active_deployment"

    def __init__(self, model_id: str, stage: str, when: str = "") -> None:
        super().__init__(
            f"no version of {model_id!r} is active in {stage}{' at ' + when if when else ''}"
        )
        self.model_id = model_id
        self.stage = stage


class BackupNotFoundError(NotFoundError):
    """No backup of the version is there."""

    code = "backup_not_found"

    def __init__(self, reference: str, backup_path: str) -> None:
        super().__init__(f"no backup of {reference!r} under {backup_path}")
        self.reference = reference
        self.backup_path = backup_path


class ConflictError(ModelkeepError):
    """The request is sound but collides with what is there."""

    code = "conflict"


class ModelNameConflictError(ConflictError):
    """The name differs from an existing one only by upper and lower case."""

    code = "model_name_conflict"

    def __init__(self, model_id: str, existing: str) -> None:
        super().__init__(
            f"model_id {model_id!r} differs only by case from the existing {existing!r}; "
            f"use {existing!r} or a name of its own"
        )
        self.model_id = model_id
        self.existing = existing


class VersionExistsError(ConflictError):
    """A version with this id or number is already there."""

    code = "version_exists"

    def __init__(self, model_id: str, version: str) -> None:
        super().__init__(f"model {model_id!r} already has the version {version!r}")
        self.model_id = model_id
        self.version = version


class VersionInUseError(ConflictError):
    """The version serves, or is still being written, and so is not removed without force."""

    code = "version_in_use"

    def __init__(self, version_id: str, reason: str) -> None:
        super().__init__(f"version {version_id} is not removed: {reason}; force removes it anyway")
        self.version_id = version_id
        self.reason = reason


class StageChangedError(ConflictError):
    """A stage serves another version than the caller took for granted."""

    code = "stage_changed"

    def __init__(self, model_id: str, stage: str, expected: str, found: str) -> None:
        super().__init__(
            f"{stage} of {model_id} serves {found}, not {expected} any more; nothing was changed"
        )
        self.found = found


class InvalidInputError(ModelkeepError, ValueError):
    """An argument cannot be used as it is; the message says what would be right."""

    code = "invalid_input"


class InvalidNameError(InvalidInputError):
    """A model or version id is not a name that every file system and URL can carry."""

    code = "invalid_name"

    def __init__(self, what: str, value: object, rule: str) -> None:
        super().__init__(f"{what} {_shown(value)} is not valid: {rule}")
        self.what = what
        self.value = value if isinstance(value, str) else repr(value)


class UnknownChoiceError(InvalidInputError):
    """A word is not one of the choices (strategy, stage, status, format, configuration key)."""

    code = "unknown_choice"

    def __init__(self, what: str, value: object, choices: Iterable[str]) -> None:
        self.choices = tuple(choices)
        super().__init__(f"unknown {what} {_shown(value)}; one of {', '.join(self.choices)}")
        self.what = what
        self.value = value if isinstance(value, str) else repr(value)


class InvalidNumberError(InvalidInputError):
    """A version number does not fit its strategy, or is not greater than the last."""

    code = "invalid_number"

    def __init__(self, number: object, rule: str) -> None:
        super().__init__(f"version number {_shown(number)} cannot be given: {rule}")
        self.number = number if isinstance(number, str) else repr(number)


class InvalidMetricError(InvalidInputError):
    """A metric is not a number."""

    code = "invalid_metric"

    def __init__(self, name: object, value: object) -> None:
        super().__init__(
            f"metric {_shown(name)} is {_shown(value)} ({type(value).__name__}); "
            "a metric is a name with one real number (int, float or a numpy scalar)"
        )
        self.name = str(name)


class InvalidMetadataError(InvalidInputError):
    """Metadata cannot be kept as JSON."""

    code = "invalid_metadata"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"metadata at {path}: {problem}")
        self.path = path


class InvalidSettingError(InvalidInputError):
    """A configuration value has the wrong type or is out of range."""

    code = "invalid_setting"

    def __init__(self, name: str, value: object, rule: str) -> None:
        super().__init__(f"setting {name} is {_shown(value)}; it must be {rule}")
        self.name = name


class InvalidArtifactError(InvalidInputError):
    """A file or folder cannot be taken in as an artifact."""

    code = "invalid_artifact"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{_shown(path)} cannot be kept: {problem}")
        self.path = path


class UnserialisableModelError(InvalidInputError):
    """The format cannot write this object."""

    code = "unserialisable_model"

    def __init__(self, type_name: str, format_name: str, reason: str) -> None:
        super().__init__(
            f"a {type_name} cannot be written as {format_name}: {reason}; "
            "give a format that can, or save it to a file and create the version from that"
        )
        self.type_name = type_name
        self.format_name = format_name


class MissingLibraryError(InvalidInputError):
    """A format needs a library that is not installed."""

    code = "missing_library"

    def __init__(self, format_name: str, library: str) -> None:
        super().__init__(
            f"the format {format_name} needs the library {library!r}: pip install {library}"
        )
        self.format_name = format_name
        self.library = library


class MissingExtraError(MissingLibraryError):
    """A library that an extra brings is not installed.

    Attributes:
        extra: What to install, as in `pip install "modelkeep[extra]"`.
    """

    code = "missing_extra"

    def __init__(self, what: str, library: str, extra: str) -> None:
        # The parent speaks of a format, which this is not.
        InvalidInputError.__init__(
            self, f'{what} needs the library {library!r}: pip install "modelkeep[{extra}]"'
        )
        self.format_name = what
        self.library = library
        self.extra = extra


class IllegalTransitionError(ModelkeepError):
    """The state does not allow this step now."""

    code = "illegal_transition"


class IllegalStatusError(IllegalTransitionError):
    """The status of a version cannot move this way."""

    code = "illegal_status"

    def __init__(self, version_id: str, status: str, wanted: str, reason: str) -> None:
        super().__init__(f"version {version_id} is {status} and cannot become {wanted}: {reason}")
        self.version_id = version_id
        self.status = status
        self.wanted = wanted


class NotDeployableError(IllegalTransitionError):
    """The version cannot be put in the stage."""

    code = "not_deployable"

    def __init__(self, version_id: str, stage: str, reason: str) -> None:
        super().__init__(f"version {version_id} cannot be put in {stage}: {reason}")
        self.version_id = version_id
        self.stage = stage


class NothingToRollBackError(IllegalTransitionError):
    """The stage has no earlier version to go back to, or not the wanted one."""

    code = "nothing_to_roll_back"

    def __init__(self, model_id: str, stage: str, reason: str) -> None:
        super().__init__(f"{stage} of {model_id!r} is not rolled back: {reason}")
        self.model_id = model_id
        self.stage = stage


class FeatureDisabledError(IllegalTransitionError):
    """The configuration switches this off."""

    code = "feature_disabled"

    def __init__(self, feature: str, setting: str) -> None:
        super().__init__(f"{feature} is switched off by the configuration ({setting} = false)")
        self.setting = setting


class IntegrityError(ModelkeepError):
    """Stored bytes are not what was stored.

    Attributes:
        path: The damaged file, or the damaged thing in the catalogue.
        expected: What it should digest to, hexadecimal; empty where no digest applies.
        actual: What it digests to; empty where no digest applies.
        algorithm: Of the digests.
    """

    code = "integrity"

    def __init__(
        self,
        path: str,
        *,
        expected: str = "",
        actual: str = "",
        algorithm: str = "sha256",
        detail: str = "",
    ) -> None:
        digests = f"expected {algorithm} {expected}, found {actual}" if expected else ""
        what = "; ".join(part for part in (detail, digests) if part)
        super().__init__(
            f"{path} is damaged: {what}. `modelkeep verify` lists all damage, "
            "`modelkeep restore` brings a version back from its backup"
        )
        self.path = path
        self.expected = expected
        self.actual = actual
        self.algorithm = algorithm
        self.detail = detail


class DamagedCatalogueError(IntegrityError):
    """The catalogue cannot be read as the database it was, or is missing beside its versions."""

    code = "damaged_catalogue"

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(path, detail=f"{detail}; `modelkeep rebuild` makes it anew")


class StorageUnavailableError(ModelkeepError):
    """The disk or the database does not do its work now; trying again later may help."""

    code = "storage_unavailable"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class StorageFullError(StorageUnavailableError):
    """There is no room for the bytes; nothing was kept of the attempt."""

    code = "storage_full"


class UnknownOutcomeError(StorageUnavailableError):
    """The connection broke at the commit: what was asked for was done in full, or not at all."""

    code = "unknown_outcome"

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            "the connection broke while a change was being committed, and the database could not "
            "be asked whether it was kept; look whether it was before you try again",
        )


class StorageReadOnlyError(StorageUnavailableError):
    """The place cannot be written."""

    code = "storage_read_only"


class NewerFormatError(StorageUnavailableError):
    """A later release of Modelkeep wrote this."""

    code = "newer_format"

    def __init__(self, path: str, found: object, supported: object) -> None:
        super().__init__(
            path,
            f"has format {found}, this release reads up to {supported}; "
            "upgrade modelkeep to open it",
        )
        self.found = str(found)
        self.supported = str(supported)


class ClosedError(ModelkeepError):
    """The service was shut down, or not initialised yet."""

    code = "closed"


def without_password(url: str) -> str:
    """Return a URL whose password may be read by anyone."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", url)


def _shown(value: object) -> str:
    text = ascii(value)
    if len(text) <= _LONGEST_SHOWN:
        return text
    # Of a path the end says most.
    return f"{text[:28]}…{text[-31:]} ({len(text)} characters)"


def _is_dotted(name: str) -> bool:
    """Whether it can be trusted by name: what a file tried may also be no name at all."""
    return "." in name and all(part.isidentifier() for part in name.split("."))


class UntrustedModelError(ModelkeepError):
    """Loading a model would run code, or build things, that nobody said may be.

    Attributes:
        source: The file or version that was to be loaded.
        asked_for: What it wanted and may not have: dotted names, or what it tried.
        reason: Why that is refused, in a phrase.
        origin: Who made the version and where it came from; empty where that is not known.
    """

    code = "untrusted_model"

    def __init__(
        self, source: str, *, asked_for: Iterable[str] = (), reason: str = "", origin: str = ""
    ) -> None:
        self.source = source
        self.asked_for = tuple(asked_for)
        self.reason = reason
        self.origin = origin
        wanted = f"it asks for {', '.join(self.asked_for)}" if self.asked_for else ""
        came = f"it comes from {origin}" if origin else ""
        said = "; ".join(part for part in (reason, wanted, came) if part)
        names = ", ".join(repr(name) for name in self.asked_for if _is_dotted(name))
        ways = [f"trust=[{names}] names what you trust"] if names else []
        ways += [
            "a signature by a pinned key",
            "trust='unsafe' for this call runs whatever it says",
        ]
        super().__init__(f"{source} was not loaded: {said}. Ways on: {'; '.join(ways)}")


class SignatureError(ModelkeepError):
    """A signature is missing, does not hold, or is not one that the policy asks for."""

    code = "signature"


class IsolatedModelError(ModelkeepError):
    """A model in a process of its own failed there: it raised, took too long, or died."""

    code = "isolated_model"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the isolated model failed: {reason}")
        self.reason = reason
