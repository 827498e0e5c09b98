"""Makes the methods of a service tell a probe of themselves, without a line in the service."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from enum import Enum
from typing import Any, Literal, ParamSpec, TypeVar, cast

from modelkeep.errors import InvalidInputError
from modelkeep.telemetry.probe import NO_PROBE, Direction, Operation, Probe

Kind = TypeVar("Kind")
P = ParamSpec("P")
T = TypeVar("T")

_ARGUMENTS = {"model_id": "model", "version": "version", "stage": "stage", "name": "reference"}
_RESULTS = {"model_id": "model", "version_id": "version", "stage": "stage", "state": "state"}
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A method that is measured.

    Attributes:
        method: Its name.
        operation: What it is called in metrics and spans; empty for the name of the method.
        direction: Where the bytes go that it tells its `progress` of; empty for those that are
            no artifact, or are counted by what it calls.
    """

    method: str
    operation: str = ""
    direction: Direction | Literal[""] = ""


def observed(kind: type[Kind], probe: Probe, methods: Sequence[Observed]) -> type[Kind]:
    """Return a class like the given one, whose methods tell a probe of themselves.

    It is a subclass with the same name, so that `isinstance`, signatures and docstrings are as
    they were, and a method that calls another one of itself nests them.

    Args:
        kind: The class; returned as it is where nothing is measured.
        probe: Is told.
        methods: Which are measured.

    Raises:
        InvalidInputError: It has no such method, or one that ends before its work does.
    """
    if probe is NO_PROBE:
        return kind
    wrapped = {each.method: _wrapped(kind, probe, each) for each in methods}
    facts = {"__module__": kind.__module__, "__doc__": kind.__doc__}
    made = type(kind.__name__, (kind,), {**facts, **wrapped, "__slots__": ()})
    made.__qualname__ = kind.__qualname__
    return cast("type[Kind]", made)


def _wrapped(kind: type, probe: Probe, plan: Observed) -> Callable[..., Any]:
    function = inspect.getattr_static(kind, plan.method, None)
    if (
        not inspect.isfunction(function)
        or inspect.isgeneratorfunction(inspect.unwrap(function))
        or inspect.iscoroutinefunction(function)
    ):
        raise InvalidInputError(
            f"{kind.__name__}.{plan.method} cannot be measured; it must be a plain method"
        )
    parameters = list(inspect.signature(function).parameters)
    places = {
        label: (name, parameters.index(name))
        for name, label in _ARGUMENTS.items()
        if name in parameters
    }
    takes_progress = bool(plan.direction)
    if takes_progress and "progress" not in parameters:
        raise InvalidInputError(f"{kind.__name__}.{plan.method} has no `progress` to count by")
    return _measured(function, probe, plan, places)


def _measured(
    function: Callable[P, T],
    probe: Probe,
    plan: Observed,
    places: Mapping[str, tuple[str, int]],
) -> Callable[P, T]:
    name, direction = plan.operation or plan.method, plan.direction

    @functools.wraps(function)
    def measured(*args: P.args, **kwargs: P.kwargs) -> T:
        asked = _asked(places, args, kwargs)
        with probe.operation(name, **asked) as operation:
            if direction:
                kwargs["progress"] = _counting(operation, direction, kwargs.get("progress"))
            result = function(*args, **kwargs)
            operation.label(**_found(asked, result))
            return result

    return measured


def _counting(operation: Operation, direction: Direction, told: Any) -> Callable[[int], None]:
    """Return a `progress` that counts, and tells who else wants to know."""

    def progress(done_bytes: int) -> None:
        operation.add_bytes(done_bytes, direction)
        if told is not None:
            told(done_bytes)

    return progress


def _asked(
    places: Mapping[str, tuple[str, int]], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, str]:
    """Return the labels that the arguments give."""
    labels = {}
    for label, (name, place) in places.items():
        value = kwargs.get(name) if name in kwargs or place >= len(args) else args[place]
        if text := _text(value):
            labels[label] = text
    reference = labels.get("version", "")
    if "model" not in labels and "@" in reference:
        labels["model"] = reference.partition("@")[0]
    return labels


def _found(asked: Mapping[str, str], result: Any) -> dict[str, str]:
    """Return the labels that hold, now that it went well: those of the result before the others."""
    labels = {key: asked[key] for key in ("model",) if key in asked}
    if isinstance(result, list) and result:
        result = result[0]
    # Nothing is asked of a model that was loaded: its attributes may do anything.
    if is_dataclass(type(result)) and type(result).__module__.startswith("modelkeep."):
        for name, label in _RESULTS.items():
            if text := _text(getattr(result, name, None)):
                labels[label] = text
    return labels


def _text(value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    return value[:_LONGEST] if isinstance(value, str) else ""
