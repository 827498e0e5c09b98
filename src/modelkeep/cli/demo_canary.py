"""`modelkeep demo canary`: real traffic on held-out data, a bad candidate and a good one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from modelkeep.cli import output
from modelkeep.cli.canary_view import view_of
from modelkeep.deployment.rollouts.plan import CanaryPlan, GuardedMetric, Step
from modelkeep.deployment.rollouts.records import Rollout
from modelkeep.deployment.rollouts.states import RolloutState
from modelkeep.errors import InvalidInputError, InvalidSettingError, MissingLibraryError

if TYPE_CHECKING:
    from modelkeep.deployment.serving import ServedModel
    from modelkeep.models import ModelVersion
    from modelkeep.orchestrator.services import Services

_MODEL = "digits"
_SEED = 7
_WEIGHTS = (0.1, 0.25, 0.5)
_SHUFFLED = 0.5
_CUT_SHORT = 0.03
# A pace that lets a person watch, and a machine with other work keep up.
_REQUESTS_PER_SECOND = 800
_LOOKS_PER_SECOND = 5


def run_canary_demo(
    folder: Path, *, fast: bool = True, decide_within_seconds: float = 20.0
) -> None:
    """Send held-out data through a bad and a good candidate, and show what becomes of them.

    Args:
        folder: A new or empty folder for the registry.
        fast: Whether steps last at least 1 second; else 2, which is easier to watch.
        decide_within_seconds: Each candidate gets so long; nothing is decided by force then.

    Raises:
        Exit: With the code 1: a decision did not come in time, or is not the one to expect.
        InvalidInputError: The folder is not empty.
        InvalidSettingError: The time is not above 0.
        MissingLibraryError: scikit-learn is not installed.
    """
    if not decide_within_seconds > 0:
        raise InvalidSettingError(
            "decide_within_seconds", decide_within_seconds, "a number of seconds above 0"
        )
    try:
        import sklearn  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise MissingLibraryError("demo canary", "scikit-learn") from error
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInputError(f"{folder} is there and not empty; name a new folder for the demo")
    folder.mkdir(parents=True, exist_ok=True)
    import modelkeep

    plan = folder / "plan.json"
    wanted = _plan(1.0 if fast else 2.0, decide_within_seconds)
    plan.write_text(json.dumps(wanted.to_mapping(), indent=2), encoding="utf-8")
    with modelkeep.connect(
        folder / "model_versions", backup_path=str(folder / "model_backups")
    ) as registry:
        output.say(_INTRODUCTION)
        models = _train(registry)
        registry.deployments.deploy_version(models.stable.version_id, "production")
        replay = _Replay(registry.serve(_MODEL), models)
        tried = [_try(registry, replay, models.bad, plan)]
        # One that is undecided still has its share of the users; another cannot start beside it.
        if not tried[0].is_open:
            tried.append(_try(registry, replay, models.good, plan))
        _tell_history(registry)
        states = [_tell_end(registry, rollout) for rollout in tried]
    if states != [RolloutState.ABORTED, RolloutState.PROMOTED]:
        output.say("\nnot as expected: the bad candidate aborted, then the good one promoted")
        raise typer.Exit(1)
    output.say(_NEXT.format(folder=folder))


_INTRODUCTION = """\
Classifiers of handwritten digits (1,797 images that scikit-learn ships), trained here and now. One
serves production; then two candidates are tried on a growing share of the requests. Requests are
the 540 images that no model has learned from, again and again, each time of a new user. One in 33
or so is cut short, and every model refuses it: an error. Whether an answer is wrong is known at
once, and recorded:

    served = mk.serve("digits")
    answer, choice, seconds = served.call(image, unit=user)      # errors and latency: by itself
    served.router.record(choice, values={"wrong": answer != label})
"""


def _plan(step_seconds: float, decide_within_seconds: float) -> CanaryPlan:
    return CanaryPlan(
        steps=tuple(
            Step(weight=weight, min_duration_seconds=step_seconds, min_units=50)
            for weight in _WEIGHTS
        ),
        metrics=(
            GuardedMetric(name="wrong", kind="event"),
            # Errors are few in so short a time, and the same in both: to show that they are less
            # than three times as many takes some dozens of them, for the usual 1.5 some hundreds.
            GuardedMetric(name="errors", kind="event", margin=3.0, tolerance=1.5),
        ),
        deadline_seconds=decide_within_seconds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Models:
    """What was trained, and what it has not seen.

    Attributes:
        stable: Serves production.
        bad: Learned from labels of which half were shuffled.
        good: Is better than stable.
        images: Held out, shape (rows, 64).
        labels: Of those, shape (rows,).
    """

    stable: ModelVersion
    bad: ModelVersion
    good: ModelVersion
    images: Any
    labels: Any


def _train(registry: Services) -> _Models:
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        digits.data, digits.target, test_size=0.3, random_state=_SEED, stratify=digits.target
    )
    shuffled = y_train.copy()
    random = np.random.default_rng(_SEED)
    at = random.choice(len(shuffled), int(_SHUFFLED * len(shuffled)), replace=False)
    shuffled[at] = random.permutation(shuffled[at])
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.001, max_iter=2000))
    trials = (
        (linear, y_train, "logistic regression"),
        (SVC(gamma=0.001, C=10), shuffled, "support vectors; half of their labels were shuffled"),
        (SVC(gamma=0.001), y_train, "support vectors"),
    )
    versions = []
    for model, labels, description in trials:
        model.fit(x_train, labels)
        wrong = float(np.mean(model.predict(x_test) != y_test))
        version = registry.versions.create_version(
            _MODEL, model, metadata={"wrong": wrong}, description=description, bump="minor"
        )
        output.say(f"    {version.version_number}  wrong in {wrong:.1%}  {description}")
        versions.append(version)
    stable, bad, good = versions
    return _Models(stable=stable, bad=bad, good=good, images=x_test, labels=y_test)


class _Replay:
    """Asks the served model about held-out images, as a service with many users would."""

    def __init__(self, served: ServedModel, models: _Models) -> None:
        import numpy as np

        self._served = served
        self._images = models.images
        self._labels = models.labels
        self._random = np.random.default_rng(_SEED)
        self.asked = 0

    def ask_for(self, seconds: float) -> None:
        """Ask at an even pace for so long."""
        started = time.monotonic()
        for number in range(max(1, round(seconds * _REQUESTS_PER_SECOND))):
            self._ask()
            early = number / _REQUESTS_PER_SECOND - (time.monotonic() - started)
            if early > 0:
                time.sleep(early)
            elif -early > seconds:
                # The machine has other work: ask less rather than look late.
                return

    def _ask(self) -> None:
        self.asked += 1
        at = int(self._random.integers(len(self._images)))
        image = self._images[at : at + 1]
        if self._random.random() < _CUT_SHORT:
            image = image[:, :-1]
        try:
            answer, choice, _ = self._served.call(image, unit=f"user-{self.asked}")
        except ValueError:
            # What any service would answer to such a request; it is recorded as an error.
            return
        wrong = float(answer[0] != self._labels[at])
        self._served.router.record(choice, values={"wrong": wrong})


def _try(registry: Services, replay: _Replay, version: ModelVersion, plan: Path) -> Rollout:
    """Start a canary and send requests until it is decided, or its time is over."""
    reference = f"{_MODEL}@{version.version_number}"
    output.say(f"\nThe candidate {reference}: {version.description}. The same as:")
    output.say(f"    modelkeep canary start {reference} --plan {plan.name}")
    output.say(f"    modelkeep canary watch {_MODEL}\n")
    asked = replay.asked
    rollout = registry.rollouts.start(reference, plan, reason=version.description)
    seconds = rollout.plan.deadline_seconds
    ends_at = time.monotonic() + seconds
    with _shown(rollout) as show:
        while _may_decide(rollout) and time.monotonic() < ends_at:
            replay.ask_for(min(1 / _LOOKS_PER_SECOND, seconds))
            rollout = registry.rollouts.get(rollout.rollout_id)
            show(rollout)
    output.say(f"after {replay.asked - asked:,} requests: {rollout.state.value.upper()}")
    return rollout


def _may_decide(rollout: Rollout) -> bool:
    return rollout.is_open and rollout.state is not RolloutState.INCONCLUSIVE


@contextmanager
def _shown(rollout: Rollout) -> Iterator[Callable[[Rollout], None]]:
    """Show a rollout as it goes: alive on a screen; in a pipe each change is a line."""
    console = output.console()
    if console.is_terminal:
        from rich.live import Live

        with Live(view_of(rollout), console=console, auto_refresh=False) as live:
            yield lambda now: live.update(view_of(now), refresh=True)
        return
    last = rollout
    output.say(_line_of(rollout))

    def show(now: Rollout) -> None:
        nonlocal last
        if _line_of(now) != _line_of(last):
            output.say(_line_of(now))
        last = now

    yield show
    console.print(view_of(last))


def _line_of(rollout: Rollout) -> str:
    step = f"step {rollout.step + 1} of {len(rollout.plan.steps)}, {rollout.weight:.0%}"
    return f"{rollout.state.value:<10} {step:<18} {rollout.reason}"


def _tell_history(registry: Services) -> None:
    output.say(f"\n$ modelkeep history {_MODEL}")
    history = registry.deployments.get_deployment_history(_MODEL)
    output.print_table(
        ("at", "stage", "serves", "before"),
        [
            [
                output.moment(event.at),
                event.stage.value,
                event.version_number or "nothing",
                event.previous_version_number or "nothing",
            ]
            for event in reversed(history)
        ],
    )
    output.say("")


def _tell_end(registry: Services, rollout: Rollout) -> RolloutState:
    """Tell how a rollout ended and why."""
    version = registry.versions.get_version(rollout.version_id)
    name = f"{version.version_number} ({version.description})"
    if rollout.is_open:
        said = rollout.verdict.get("sentence") or "the judge has not looked yet"
        output.say(
            f"{name}: no decision within {rollout.plan.deadline_seconds:g} s; it is left "
            f"{rollout.state.value}: {said}"
        )
    else:
        output.say(f"{name} is {rollout.state.value.upper()}: {rollout.reason}")
    return rollout.state


_NEXT = """
Done; everything is in {folder}. Try next, in that folder:
    modelkeep canary status digits
    modelkeep canary explain digits     works the verdict out anew from the evidence"""
