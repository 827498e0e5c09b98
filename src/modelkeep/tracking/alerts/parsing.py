"""Alert rules from what a user gives: a mapping, or a file of TOML or JSON."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import msgspec

from modelkeep.tracking.alerts.errors import InvalidAlertError
from modelkeep.tracking.alerts.rules import DRIFT, OF_FEATURE, AlertRule, AlertWebhook

_PLACE = re.compile(r"^(?P<wanted>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)


def rule_of(rule: AlertRule | Mapping[str, Any]) -> AlertRule:
    """Return a rule from a rule or a mapping with its fields.

    Raises:
        InvalidAlertError: It cannot be followed, lacks a field, or has one that there is not.
    """
    if isinstance(rule, AlertRule):
        return rule
    _refuse_unknown(rule, AlertRule.__dataclass_fields__, "a field")
    hooks = rule.get("webhooks", ())
    for hook in hooks if isinstance(hooks, list | tuple) else ():
        if isinstance(hook, Mapping):
            _refuse_unknown(hook, AlertWebhook.__dataclass_fields__, "a field of webhooks")
    for field in ("model_id", "name", "metric"):
        if field not in rule:
            raise InvalidAlertError(field, None, "a text: every rule has one")
    try:
        return msgspec.convert(dict(rule), AlertRule)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, InvalidAlertError):
            raise error.__cause__ from error
        raise _explained(rule, str(error)) from error


def rules_of(path: Path | str) -> list[AlertRule]:
    """Return the rules in a file: its tables `alerts`, in TOML `[[alerts]]`.

    Raises:
        InvalidAlertError: It is neither TOML nor JSON, or a rule in it cannot be followed.
        OSError: It cannot be read.
    """
    path = Path(path)
    content = path.read_bytes()
    decode = msgspec.toml.decode if path.suffix == ".toml" else msgspec.json.decode
    try:
        read = decode(content)
    except msgspec.DecodeError as error:
        raise InvalidAlertError(f"the file {path}", str(error), "valid TOML or JSON") from error
    given = read.get("alerts") if isinstance(read, dict) and len(read) == 1 else None
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        keys = sorted(read) if isinstance(read, dict) else read
        raise InvalidAlertError(f"the file {path}", keys, "tables called alerts and nothing else")
    return [rule_of(each) for each in given]


def check_metric(metric: str, known: Collection[str]) -> None:
    """Refuse a metric that nothing tracks.

    Args:
        metric: Its name.
        known: All there are; one that ends in a colon, such as `mean:`, stands for itself with any
            name after it. `drift` is always one; so is `drift:` with any feature, unless some of
            these names begin so.

    Raises:
        InvalidAlertError: It is none of them.
    """
    features = [name for name in known if name.startswith(OF_FEATURE)]
    families = [name for name in known if name.endswith(":")] + ([] if features else [OF_FEATURE])
    if metric == DRIFT or (metric in known and metric not in families):
        return
    if any(metric.startswith(family) and metric != family for family in families):
        return
    names = sorted({*known, DRIFT})
    near = difflib.get_close_matches(metric, names, n=3)
    raise InvalidAlertError("metric", metric, f"one of {', '.join(near or names)}")


def _refuse_unknown(given: Mapping[str, Any], fields: Collection[str], what: str) -> None:
    for key in given:
        if key not in fields:
            raise InvalidAlertError(what, key, f"one of {', '.join(fields)}")


def _explained(rule: Mapping[str, Any], message: str) -> InvalidAlertError:
    """Return an error that names the field of which msgspec says what it expected."""
    found = _PLACE.match(message)
    assert found is not None
    path = found["path"] or ""
    value: Any = rule
    for part in re.findall(r"\w+", path):
        value = value[int(part)] if isinstance(value, list | tuple) else value[part]
    wanted = found["wanted"]
    return InvalidAlertError(path or "the whole", value, f"as documented ({wanted})")
