"""`modelkeep demo`: the main job on real models, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from modelkeep.cli import output
from modelkeep.errors import InvalidInputError, MissingLibraryError

_MODEL = "digits"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("demo")(demo)


def demo(
    what: Annotated[
        Path, typer.Argument(help="A new folder for it; or canary, with a folder after it.")
    ] = Path("modelkeep-demo"),
    place: Annotated[Path | None, typer.Argument(metavar="[FOLDER]")] = None,
) -> None:
    """Train real models and take them through their lives; with canary, try two on live traffic."""
    is_canary = str(what) == "canary"
    if place is not None and not is_canary:
        raise InvalidInputError(f"demo {str(what)!r} is not known; there are demo and demo canary")
    folder = (place or Path("modelkeep-canary-demo")) if is_canary else what
    try:
        import sklearn  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise MissingLibraryError("demo", "scikit-learn") from error
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInputError(f"{folder} is there and not empty; name a new folder for the demo")
    folder.mkdir(parents=True, exist_ok=True)
    if is_canary:
        from modelkeep.cli.demo_canary import run_canary_demo

        run_canary_demo(folder)
        return
    with contextlib.chdir(folder):
        _run_demo()
    output.say(_NEXT.format(folder=folder))


def _run_demo() -> None:
    output.say("Three classifiers of handwritten digits (1,797 images that scikit-learn ships),")
    output.say("trained here and now. First in Python:\n")
    expected = _train()
    commands = (
        ("list", _MODEL),
        ("compare", f"{_MODEL}@1.0.0", f"{_MODEL}@1.1.0"),
        ("compare", f"{_MODEL}@1.1.0", f"{_MODEL}@2.0.0"),
        ("deploy", f"{_MODEL}@1.0.0"),
        ("deploy", f"{_MODEL}@1.1.0", "--stage", "staging"),
        ("promote", f"{_MODEL}@1.1.0", "--from", "staging", "--to", "production"),
        ("deploy", f"{_MODEL}@2.0.0", "--reason", "smaller and faster, they said"),
        ("rollback", _MODEL, "--reason", "accuracy fell"),
        ("history", _MODEL),
        ("lineage", f"{_MODEL}@2.0.0"),
        ("load", f"{_MODEL}@production", "restored.joblib"),
        ("verify",),
        ("status",),
    )
    for command in commands:
        _show(*command)
    _check(expected)


_CODE = """\
    mk = modelkeep.connect("model_versions")
    mk.versions.create_version("digits", model, metadata={"accuracy": …, "log_loss": …},
                               parent_version="digits@latest", bump="minor")
"""


def _train() -> Any:
    """Train three models, keep each as a version, and return what production must predict."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.datasets import load_digits
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    import modelkeep

    output.say(_CODE)
    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        digits.data, digits.target, test_size=0.3, random_state=7, stratify=digits.target
    )
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.001, max_iter=2000))
    kernel = CalibratedClassifierCV(SVC(gamma=0.001), ensemble=False)
    forest = RandomForestClassifier(n_estimators=5, max_depth=3, random_state=7)
    trials = (
        (linear, "logistic regression", "patch", None),
        (kernel, "support vectors, calibrated", "minor", f"{_MODEL}@latest"),
        (forest, "a forest of five small trees", "major", f"{_MODEL}@latest"),
    )
    answers = []
    with modelkeep.connect("model_versions", backup_path="model_backups") as registry:
        for model, description, bump, parent in trials:
            model.fit(x_train, y_train)
            version = registry.versions.create_version(
                _MODEL,
                model,
                metadata=_measure(model, x_test, y_test),
                description=description,
                parent_version=parent,
                bump=bump,
            )
            output.say(
                f"    {version.version_number}  {output.metrics(version.metrics)}  {description}"
            )
            answers.append(model.predict(x_test))
    return x_test, answers[1]


def _measure(model: Any, x_test: Any, y_test: Any) -> dict[str, float]:
    from sklearn.metrics import accuracy_score, f1_score, log_loss

    predicted = model.predict(x_test)
    return {
        "accuracy": float(accuracy_score(y_test, predicted)),
        "macro_f1": float(f1_score(y_test, predicted, average="macro")),
        "log_loss": float(log_loss(y_test, model.predict_proba(x_test))),
    }


def _show(*command: str) -> None:
    """Run a command as a person would, after showing it."""
    output.say(f"\n$ modelkeep {shlex.join(command)}")
    sys.stdout.flush()
    environment = {**os.environ, "MODELKEEP_STORAGE_PATH": "model_versions"}
    environment["MODELKEEP_BACKUP_PATH"] = "model_backups"
    subprocess.run(  # noqa: S603 - our own program with our own words
        [sys.executable, "-m", "modelkeep.cli", *command], check=True, env=environment
    )


def _check(expected: Any) -> None:
    """Load production back, and hold its predictions against those before it was stored."""
    import modelkeep

    x_test, answers = expected
    output.say(f'\n>>> model = mk.versions.load_model("{_MODEL}@production")')
    with modelkeep.connect("model_versions", backup_path="model_backups") as registry:
        model = registry.versions.load_model(f"{_MODEL}@production")
    predicted = model.predict(x_test)
    if not (predicted == answers).all():
        raise RuntimeError("the loaded model predicts otherwise than the one that was stored")
    output.say(f"its {len(predicted)} predictions are equal to those before it was stored")


_NEXT = """
Done; everything is in {folder}. Try next, in that folder:
    modelkeep show digits@production
    modelkeep delete digits@2.0.0   and then   modelkeep restore digits@2.0.0
    modelkeep create mymodel PATH_OF_A_FILE_OR_FOLDER --metric accuracy=0.9
    modelkeep --help"""
