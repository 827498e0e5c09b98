"""What an alert rule asks, and what follows when the answer is bad."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import msgspec

from modelkeep.errors import InvalidNameError
from modelkeep.identifiers import check_model_id, check_version_id
from modelkeep.management.webhooks import is_address
from modelkeep.models import DeploymentStage
from modelkeep.tracking.alerts.errors import InvalidAlertError

DRIFT = "drift"
OF_FEATURE = "drift:"
ANY, PRODUCTION = "any", "production"
_LONGEST_NAME = 128
_LONGEST_SECONDS = 366 * 24 * 3600.0
_STAGES = tuple(stage.value for stage in DeploymentStage if stage is not DeploymentStage.ROLLBACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWebhook:
    """An address that is told when the state of a rule changes.

    Attributes:
        url: Where to post the event as JSON.
        secret_variable: Name of the environment variable with the key of an HMAC-SHA256 over the
            body, told in the header `X-Modelkeep-Signature`; empty for no signature. The key itself
            is kept nowhere.
    """

    url: str
    secret_variable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Asks for one number over a sliding window, and says when that is bad and when good again.

    One of `above`, `below` and `drift` says what is bad. Where the value is good again lies at
    `clear_below` or `clear_above`, or `clear_fraction` of the threshold away from it, or else at
    the threshold; between the two nothing changes.

    Attributes:
        model_id: The model.
        name: Of the rule; each once in a model, 1 to 128 characters.
        metric: What is tracked, by its name; `drift` for all features together, `drift:age` for
            the feature age.
        version: `production` for whatever that stage serves, `any` for all versions together, or
            the id of one.
        window_seconds: How far back each look reaches, 1 second to 366 days.
        above: A greater value is bad.
        below: A smaller value is bad.
        drift: Drift that was found is bad. By itself true of a drift metric without a threshold.
        clear_below: With `above`: a value up to this is good again.
        clear_above: With `below`: a value from this on is good again.
        clear_fraction: The same as a fraction of the threshold, from 0 up to, not with, 1.
        least_rows: A window of fewer rows counts as no data.
        for_windows: So many windows, one after the other without overlap, must be bad until it
            fires, and good until it clears.
        log: Whether the log of the process says so as well.
        webhooks: Addresses to tell, at least once.
        rollback: The stage that is rolled back when it fires, if that serves the version that was
            measured; empty for none.
    """

    model_id: str
    name: str
    metric: str
    version: str = PRODUCTION
    window_seconds: float = 3600.0
    above: float | None = None
    below: float | None = None
    drift: bool | None = None
    clear_below: float | None = None
    clear_above: float | None = None
    clear_fraction: float | None = None
    least_rows: int = 100
    for_windows: int = 1
    log: bool = True
    webhooks: tuple[AlertWebhook, ...] = ()
    rollback: str = ""

    def __post_init__(self) -> None:
        """Refuse a rule that cannot be followed."""
        _check_names(self)
        _check_condition(self)
        _check_clearing(self)
        _check_actions(self)

    @property
    def asks_for_drift(self) -> bool:
        """Whether the verdict about drift decides, and not the value."""
        return self.above is None and self.below is None

    @property
    def clears_at(self) -> float | None:
        """From where on a value is good again; None where the verdict about drift decides."""
        threshold = self.above if self.above is not None else self.below
        given = self.clear_below if self.above is not None else self.clear_above
        if threshold is None or given is not None:
            return given
        away = abs(threshold) * (self.clear_fraction or 0.0)
        return threshold - away if self.above is not None else threshold + away

    def to_mapping(self) -> dict[str, Any]:
        """Return it as JSON values."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def is_drift(metric: str) -> bool:
    """Whether a metric is about drift."""
    return metric == DRIFT or metric.startswith(OF_FEATURE)


def _require(ok: bool, field: str, value: object, rule: str) -> None:
    if not ok:
        raise InvalidAlertError(field, value, rule)


def _check_names(rule: AlertRule) -> None:
    try:
        check_model_id(rule.model_id)
    except InvalidNameError as error:
        raise InvalidAlertError("model_id", rule.model_id, "the name of a model") from error
    known = 1 <= len(rule.name) <= _LONGEST_NAME and rule.name.isprintable()
    fits = f"a text of 1 to {_LONGEST_NAME} printable characters, without space at its ends"
    _require(known and rule.name == rule.name.strip(), "name", rule.name, fits)
    _require(bool(rule.metric), "metric", rule.metric, "the name of what is tracked")
    feature = rule.metric.removeprefix(OF_FEATURE)
    _require(bool(feature), "metric", rule.metric, "drift, or drift: with the name of a feature")
    try:
        check_version_id(rule.version)
    except InvalidNameError as error:
        wanted = "production, any, or the id of a version"
        raise InvalidAlertError("version", rule.version, wanted) from error


def _check_condition(rule: AlertRule) -> None:
    given = {"above": rule.above, "below": rule.below}
    for field, value in given.items():
        _require(value is None or math.isfinite(value), field, value, "a finite number")
    told = [field for field, value in given.items() if value is not None]
    _require(len(told) < len(given), "above", rule.above, "left out where below is given")
    if not is_drift(rule.metric):
        _require(not rule.drift, "drift", rule.drift, "left out where the metric is not drift")
        _require(bool(told), "above", None, "a number, or else below")
    else:
        _require(
            rule.drift is not False or bool(told), "drift", False, "true where no threshold is told"
        )
        _require(not (rule.drift and told), "drift", True, f"left out where {told} is given")
    seconds = rule.window_seconds
    _require(1 <= seconds <= _LONGEST_SECONDS, "window_seconds", seconds, "1 second to 366 days")
    _require(rule.least_rows >= 1, "least_rows", rule.least_rows, "1 or more")
    _require(1 <= rule.for_windows <= 1000, "for_windows", rule.for_windows, "1 to 1000")  # noqa: PLR2004 - told in the same line


def _check_clearing(rule: AlertRule) -> None:
    low, high, share = rule.clear_below, rule.clear_above, rule.clear_fraction
    if low is not None:
        fits = rule.above is not None and -math.inf < low <= rule.above
        wanted = f"a number up to above ({rule.above})" if rule.above is not None else ""
        _require(fits, "clear_below", low, wanted or "left out where above is not given")
    if high is not None:
        fits = rule.below is not None and rule.below <= high < math.inf
        wanted = f"a number from below ({rule.below}) on" if rule.below is not None else ""
        _require(fits, "clear_above", high, wanted or "left out where below is not given")
    if share is not None:
        _require(0 <= share < 1, "clear_fraction", share, "from 0 up to, not with, 1")
        alone = low is None and high is None and not rule.asks_for_drift
        _require(
            alone, "clear_fraction", share, "left out, as there is a clearing value or no threshold"
        )


def _check_actions(rule: AlertRule) -> None:
    for hook in rule.webhooks:
        _require(is_address(hook.url), "url of a webhook", hook.url, "an http or https address")
        name = hook.secret_variable
        fits = not name or (name.isascii() and name.isidentifier())
        _require(fits, "secret_variable", name, "the name of an environment variable")
    urls = [hook.url for hook in rule.webhooks]
    _require(len(set(urls)) == len(urls), "webhooks", urls, "each address once")
    if rule.rollback:
        _require(
            rule.rollback in _STAGES, "rollback", rule.rollback, f"one of {', '.join(_STAGES)}"
        )
        _require(
            rule.version not in (ANY, PRODUCTION) or rule.version == rule.rollback,
            "rollback", rule.rollback,
            f"left out: what is measured ({rule.version}) is not what this stage serves",
        )  # fmt: skip
