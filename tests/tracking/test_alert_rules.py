"""Rules of alerts: what they may say, and what is said of those that cannot be followed."""

import math

import pytest

from modelkeep.errors import ModelNotFoundError, VersionNotFoundError
from modelkeep.tracking.alerts.errors import (
    AlertExistsError,
    AlertNotFoundError,
    InvalidAlertError,
)
from modelkeep.tracking.alerts.parsing import check_metric, rule_of, rules_of
from modelkeep.tracking.alerts.rules import AlertRule

RULE = {"model_id": "m", "name": "fell", "metric": "accuracy", "below": 0.9}
HIGH = {"model_id": "m", "name": "slow", "metric": "latency_p99", "above": 0.2}
DRIFT = {"model_id": "m", "name": "moved", "metric": "drift:age"}


def test_a_rule_survives_being_kept() -> None:
    full = RULE | {"clear_above": 0.92, "webhooks": [{"url": "http://x", "secret_variable": "K"}]}
    rule = rule_of(full | {"rollback": "production", "for_windows": 3, "least_rows": 20})
    assert rule_of(rule.to_mapping()) == rule
    assert rule.webhooks[0].secret_variable == "K"
    assert rule_of(rule) is rule


@pytest.mark.parametrize(
    ("given", "clears_at"),
    [
        (RULE, 0.9),
        (RULE | {"clear_above": 0.93}, 0.93),
        (RULE | {"clear_fraction": 0.1}, 0.99),
        (RULE | {"below": -2.0, "clear_fraction": 0.5}, -1.0),
        (HIGH, 0.2),
        (HIGH | {"clear_below": 0.1}, 0.1),
        (HIGH | {"clear_fraction": 0.25}, 0.15),
        (HIGH | {"above": -2, "clear_fraction": 0.5}, -3.0),
        (DRIFT, None),
    ],
)
def test_where_a_value_is_good_again(given, clears_at) -> None:
    assert rule_of(given).clears_at == pytest.approx(clears_at)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (RULE | {"belov": 1}, "a field of the alert rule is 'belov'; it must be one of model_id"),
        ({"model_id": "m", "metric": "x"}, "name of the alert rule is None"),
        (RULE | {"model_id": "../m"}, "model_id of the alert rule is '../m'"),
        (RULE | {"name": " x"}, "name of the alert rule is ' x'; it must be a text of 1 to 128"),
        (RULE | {"name": "x" * 129}, "name"),
        (RULE | {"metric": ""}, "metric of the alert rule is ''"),
        (DRIFT | {"metric": "drift:"}, "metric of the alert rule is 'drift:'"),
        (RULE | {"version": "a b"}, "version .* 'a b'; it must be production, any, or the id"),
        (RULE | {"below": "0.9"}, r"below .* '0.9'; it must be as documented \(Expected `float"),
        (RULE | {"below": math.nan}, "below of the alert rule is nan; it must be a finite"),
        (RULE | {"above": 0.95}, "above of the alert rule is 0.95; it must be left out where be"),
        (RULE | {"below": None}, "above of the alert rule is None; it must be a number, or else"),
        (RULE | {"drift": True}, "drift of the alert rule is True; it must be left out where the"),
        (DRIFT | {"drift": False}, "drift of the alert rule is False; it must be true where no"),
        (DRIFT | {"drift": True, "above": 0.1}, "drift .* left out where"),
        (RULE | {"window_seconds": 0}, "window_seconds of the alert rule is 0.0; it must be 1 s"),
        (RULE | {"least_rows": 0}, "least_rows of the alert rule is 0; it must be 1 or more"),
        (RULE | {"for_windows": 0}, "for_windows of the alert rule is 0; it must be 1 to 1000"),
        (RULE | {"clear_above": 0.8}, r"clear_above .* 0.8; it must be a number from below \(0.9"),
        (RULE | {"clear_below": 0.8}, "clear_below .* 0.8; it must be left out where above is"),
        (HIGH | {"clear_below": 0.3}, r"clear_below .* 0.3; it must be a number up to above \(0.2"),
        (HIGH | {"clear_above": 0.3}, "clear_above"),
        (RULE | {"clear_fraction": 1.0}, "clear_fraction of the alert rule is 1.0; it must be fr"),
        (RULE | {"clear_fraction": 0.1, "clear_above": 1}, "clear_fraction .* left out"),
        (DRIFT | {"clear_fraction": 0.1}, "clear_fraction .* left out"),
        (RULE | {"webhooks": [{"url": "ftp://x"}]}, "url of a webhook .* an http or https address"),
        (RULE | {"webhooks": [{"url": "http://x:y"}]}, "url of a webhook"),
        (RULE | {"webhooks": [{"url": "http://ü"}]}, "url of a webhook"),
        (RULE | {"webhooks": [{"url": "http://x"}] * 2}, "webhooks .* each address once"),
        (RULE | {"webhooks": [{"uri": "http://x"}]}, "a field of webhooks .* 'uri'; .* one of url"),
        (RULE | {"webhooks": [{"url": 3}]}, r"webhooks\[0\].url of the alert rule is 3"),
        (
            RULE | {"webhooks": [{"url": "http://x", "secret_variable": "a b"}]},
            "secret_variable .* 'a b'; it must be the name of an environment variable",
        ),
        (RULE | {"rollback": "prod"}, "rollback .* 'prod'; it must be one of development, staging"),
        (RULE | {"rollback": "rollback"}, "rollback .* 'rollback'; it must be one of"),
        (RULE | {"rollback": "staging"}, r"rollback .* left out: what is measured \(production\)"),
        (RULE | {"rollback": "production", "version": "any"}, "rollback .* left out"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(given, said) -> None:
    with pytest.raises(InvalidAlertError, match=said):
        rule_of(given)


def test_a_mistyped_metric_is_refused_with_the_nearest() -> None:
    known = {"accuracy", "balanced_accuracy", "drift:age"}
    for metric in (*known, "drift"):
        check_metric(metric, known)
    check_metric("drift:anything", {"accuracy"})
    check_metric("mean:age", {"mean:"})
    with pytest.raises(InvalidAlertError, match="'mean:'; it must be one of mean:"):
        check_metric("mean:", {"mean:", "f1"})
    with pytest.raises(InvalidAlertError, match="'acuracy'; it must be one of accuracy"):
        check_metric("acuracy", known)
    with pytest.raises(InvalidAlertError, match="'drift:aeg'; it must be one of drift:age"):
        check_metric("drift:aeg", known)


def test_rules_come_from_a_file(tmp_path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(
        '[[alerts]]\nmodel_id = "m"\nname = "fell"\nmetric = "accuracy"\nbelow = 0.9\n'
        'rollback = "production"\n[[alerts.webhooks]]\nurl = "https://x/y"\n'
        '[[alerts]]\nmodel_id = "m"\nname = "moved"\nmetric = "drift"\n'
    )
    first, second = rules_of(path)
    assert first == AlertRule(**RULE, rollback="production", webhooks=first.webhooks)
    assert first.webhooks[0].url == "https://x/y"
    assert second.asks_for_drift
    path.write_text('alert = "x"')
    with pytest.raises(InvalidAlertError, match=r"alerts.toml .* \['alert'\]; it must be tables"):
        rules_of(path)
    path.write_text("alert =")
    with pytest.raises(InvalidAlertError, match="valid TOML or JSON"):
        rules_of(path)


def test_rules_are_kept_by_name(desk) -> None:
    kept = desk.add()
    assert desk.alerts.get(kept.rule_id) == desk.alerts.get("m/fell") == kept
    assert desk.alerts.list_alerts() == desk.alerts.list_alerts("m") == [kept]
    with pytest.raises(AlertExistsError, match="model 'm' already has an alert rule 'fell'"):
        desk.add()
    desk.alerts.remove("m/fell")
    for reference in ("m/fell", kept.rule_id):
        with pytest.raises(AlertNotFoundError, match="no alert rule"):
            desk.alerts.get(reference)
    assert desk.kinds() == ["alert_added", "alert_removed"]
    assert desk.add().rule_id != kept.rule_id


def test_what_there_is_not_is_refused_when_a_rule_is_added(desk) -> None:
    other = desk.mk.versions.create_version("other", {"n": 0})
    with pytest.raises(ModelNotFoundError):
        desk.add(model_id="nobody")
    with pytest.raises(ModelNotFoundError):
        desk.alerts.list_alerts("nobody")
    with pytest.raises(VersionNotFoundError):
        desk.add(version="staging")
    with pytest.raises(InvalidAlertError, match="a version of 'm'; this one is of 'other'"):
        desk.add(version=other.version_id)
    with pytest.raises(InvalidAlertError, match="'acuracy'; it must be one of accuracy"):
        desk.add(metric="acuracy")
    assert desk.alerts.list_alerts() == []
    assert desk.add(version="m@1.0.0").rule.version == desk.versions[0]
