"""The tree of errors: one root, stable codes, messages that survive a process border."""

from __future__ import annotations

import inspect
import pickle

import pytest

from modelkeep import errors
from modelkeep.cli.exit_codes import EXIT_CODES, exit_code
from modelkeep.errors import ModelkeepError

ALL = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ModelkeepError)
]
EXAMPLES = [
    errors.ModelNotFoundError("m"),
    errors.VersionNotFoundError("m@1.0.0", "gone"),
    errors.NoActiveDeploymentError("m", "production"),
    errors.ModelNameConflictError("M", "m"),
    errors.VersionInUseError("id", "it serves"),
    errors.InvalidNameError("model_id", "../x", "rule"),
    errors.UnknownChoiceError("stage", "prod", ["production"]),
    errors.InvalidNumberError("1.0", "rule"),
    errors.InvalidMetricError("accuracy", "high"),
    errors.IntegrityError("a", expected="b", actual="c"),
    errors.StorageFullError("a", "full"),
    errors.UntrustedModelError("m.pkl", asked_for=["os.system"], origin="ada"),
    errors.SignatureError("m@1.0.0 is not signed"),
    errors.NewerFormatError("a", 2, 1),
    errors.UnknownOutcomeError("a"),
]


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in ALL]
    assert len(codes) == len(set(codes)) > 20


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_pickling(error: ModelkeepError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.__dict__ == error.__dict__


def test_families_are_also_builtins_where_natural() -> None:
    assert issubclass(errors.NotFoundError, LookupError)
    assert issubclass(errors.InvalidInputError, ValueError)


def test_every_error_belongs_to_a_family_with_an_exit_code() -> None:
    families = set(EXIT_CODES) - {ModelkeepError}
    for kind in set(ALL) - {ModelkeepError, errors.ClosedError}:
        assert any(issubclass(kind, family) for family in families), kind
    assert exit_code(errors.ModelNotFoundError("m")) == 3
    assert exit_code(errors.ClosedError("closed")) == 1


def test_a_long_value_is_shortened_in_the_message() -> None:
    message = str(errors.InvalidNameError("model_id", "x" * 300, "rule"))
    assert len(message) < 200
    assert "302 characters" in message
