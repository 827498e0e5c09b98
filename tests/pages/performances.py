"""What tracking tells of a model in use, made by hand: two releases, a gap, and estimates."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from modelkeep.tracking.report_points import DeploymentSeen, DriftSeen, MetricPoint

START = datetime(2026, 3, 1, tzinfo=UTC)


def after(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def point(hours: float, version: str, value: float | None, **other: Any) -> MetricPoint:
    made: MetricPoint = {
        "start": after(hours),
        "version": version,
        "value": value,
        "count": 400,
        "estimated": False,
        "lower": None,
        "upper": None,
    }
    return {**made, **other}  # type: ignore[typeddict-item]


def metrics() -> dict[str, list[MetricPoint]]:
    dice = random.Random(7)
    accuracy, latency = [], []
    for hour in range(0, 240, 2):
        if 60 <= hour < 78:
            continue
        version = "1.4.0" if hour < 96 else "1.5.0" if hour < 150 else "1.4.0"
        version = "1.6.0" if hour >= 156 else version
        level = {"1.4.0": 0.912, "1.5.0": 0.87, "1.6.0": 0.934}[version]
        value = level + dice.gauss(0, 0.006)
        accuracy.append(
            point(
                hour,
                version,
                value,
                estimated=hour >= 200,
                lower=value - 0.012,
                upper=value + 0.012,
            )
        )
        speed = {"1.4.0": 11.0, "1.5.0": 9.4, "1.6.0": 12.6}[version]
        latency.append(point(hour, version, speed + dice.gauss(0, 0.4)))
    for hour in range(150, 160, 2):
        accuracy.append(point(hour, "1.6.0-canary", 0.93 + dice.gauss(0, 0.01), count=40))
    return {"accuracy": accuracy, "latency_ms_p95": latency, "log_loss": []}


def release(hours: float, version: str, kind: Any, **other: Any) -> DeploymentSeen:
    made: DeploymentSeen = {
        "at": after(hours),
        "stage": "production",
        "version": version,
        "kind": kind,
        "reason": "",
    }
    return {**made, **other}  # type: ignore[typeddict-item]


def releases() -> list[DeploymentSeen]:
    return [
        release(-1, "1.4.0", "deployed"),
        release(96, "1.5.0", "deployed", reason="better offline"),
        release(150, "1.4.0", "rolled_back", reason="accuracy fell below 0.88"),
        release(150.5, "1.6.0", "deployed", stage="staging"),
        release(156, "1.6.0", "promoted", reason="canary passed"),
    ]


def drift() -> list[DriftSeen]:
    return [
        {
            "at": after(24 * day),
            "feature": feature,
            "effect": effect * (day / 5),
            "sentence": f"the share of {feature} above 40 went from 10 % to 31 %",
            "drifted": None if day < 1 else effect * (day / 5) > 1,
        }
        for day in range(10)
        for feature, effect in (("age", 0.3), ("plan", 1.4), ("country", 0.1))
    ]


def alerts() -> list[Any]:
    return [
        {
            "at": after(140),
            "rule": "accuracy-floor",
            "kind": "fired",
            "sentence": "accuracy was 0.869 for two windows, below 0.88",
        },
        {
            "at": after(158),
            "rule": "accuracy-floor",
            "kind": "cleared",
            "sentence": "accuracy is 0.93",
        },
    ]
