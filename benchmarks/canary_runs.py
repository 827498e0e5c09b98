"""What the statistics of a canary say of simulated traffic, looked at after each observation.

Each function makes some runs and returns for each when it was decided, infinity for never.
"""

from __future__ import annotations

import numpy as np

from benchmarks import canary_worlds as worlds
from benchmarks.canary_worlds import Floats, Truths
from modelkeep.deployment.statistics.exceedances import (
    ThresholdWarmUp,
    running_latency_log_e_values,
)
from modelkeep.deployment.statistics.rates import running_log_e_values
from modelkeep.deployment.statistics.sequences import MeanSequences, running_differences
from modelkeep.deployment.statistics.shares import running_share_log_e_values
from modelkeep.deployment.statistics.values import StandardWarmUp, running_value_log_e_values

ALPHA = 0.05


def first_crossing(log_e_values: Floats, counted: Floats, alpha: float = ALPHA) -> Floats:
    """Return what was counted when E first reached 1/alpha in each run, infinity for never."""
    return _first(log_e_values >= -np.log(alpha), counted)


def _first(crossed: Truths, counted: Floats) -> Floats:
    at = crossed.argmax(axis=1)[:, None]
    found = np.take_along_axis(np.broadcast_to(counted, crossed.shape), at, axis=1)[:, 0]
    return np.where(crossed.any(axis=1), found, np.inf)


def _t_test(values: Floats, arms: Truths) -> Truths:
    """Return where a t-test for greater values in the canary says p < 0.05; from 30 of each arm."""
    sums = []
    for here in (~arms, arms):
        count = np.cumsum(here, axis=1)
        known = np.maximum(count, 2)
        mean = np.cumsum(np.where(here, values, 0.0), axis=1) / known
        square = np.cumsum(np.where(here, values**2, 0.0), axis=1) / known - mean**2
        sums.append((count, mean, np.maximum(square, 0.0) / (known - 1)))
    (stable, low, error), (canary, high, other) = sums
    # With 30 and more the normal quantile is that of the t law.
    crossed: Truths = (np.minimum(stable, canary) >= 30) & (
        high - low > 1.6449 * np.sqrt(error + other)
    )
    return crossed


def no_harm(kind: str, weight: float, rng: np.random.Generator, runs: int) -> Floats:
    """Return, in two columns, where ours and the t-test abort without harm."""
    shape = (runs, 10_000)
    arms = worlds.assign(rng, shape, weight)
    if kind == "errors 2 %":
        values = (rng.random(shape) < 0.02).astype(np.float64)
        log_e = running_log_e_values(arms, weight, events=values > 0)
    elif kind.startswith("values"):
        values = _draw(rng, kind, shape)
        warm_up = StandardWarmUp()
        warm_up.add(_draw(rng, kind, (1, warm_up.size))[0])
        standard = warm_up.standard(higher_is_better=False)
        log_e = running_value_log_e_values(values, arms, weight, standard)
    else:
        law = kind.removeprefix("latency ")
        values = worlds.latencies(rng, law, shape)
        log_e = running_latency_log_e_values(values, arms, weight, _thresholds(rng, law, runs))
    places = np.arange(shape[1], dtype=np.float64)
    ours = first_crossing(log_e, places)
    return np.stack([ours, _first(_t_test(values, arms), places)], axis=1)


def _draw(rng: np.random.Generator, kind: str, shape: tuple[int, int]) -> Floats:
    """Return values whose greater ones are the worse; minus a exponential is skewed that way."""
    if kind == "values normal":
        return rng.standard_normal(shape)
    skewed = rng.standard_exponential(shape)
    return skewed if kind == "values exponential" else -skewed


def _thresholds(rng: np.random.Generator, law: str, runs: int) -> Floats:
    warm_ups = [ThresholdWarmUp() for _ in range(runs)]
    for warm_up in warm_ups:
        warm_up.add(worlds.latencies(rng, law, (1, warm_up.size))[0])
    return np.array([warm_up.thresholds() for warm_up in warm_ups])


def ramp(kind: str, risk: float, rng: np.random.Generator, runs: int) -> Floats:
    """Return, in two columns, when ours and a pooled sequential interval decide over a ramp."""
    observations = 40_000
    weights = worlds.ramp_weights(observations)
    arms = worlds.assign(rng, (runs, observations), weights)
    errors = rng.random(arms.shape) < worlds.drift(kind, observations) * np.where(arms, risk, 1.0)
    places = np.arange(observations, dtype=np.float64)
    weight = np.broadcast_to(weights, arms.shape)
    ours = first_crossing(running_log_e_values(arms, weight, events=errors), places)
    # Two-sided, so a wrong answer either way counts for it.
    _, low, high = running_differences(errors.astype(np.float64), arms)
    return np.stack([ours, _first((low > 0) | (high < 0), places)], axis=1)


def rates(risk: float, rng: np.random.Generator, runs: int) -> Floats:
    """Return after how many canary observations errors at 10/90 are found."""
    arms, counted = worlds.rare_events(rng, runs, 200_000, (0.01, 0.01 * risk), 0.1)
    found = first_crossing(running_log_e_values(arms, 0.1), counted)
    return np.where(found <= 20_000, found, np.inf)


def latency(law: str, harm: str, observations: int, rng: np.random.Generator, runs: int) -> Floats:
    """Return after how many canary observations slowness at 50/50 is found."""
    thresholds = _thresholds(rng, law, runs)
    values = worlds.latencies(rng, law, (runs, observations))
    arms = worlds.assign(rng, values.shape, 0.5)
    values = np.where(arms, worlds.slow_down(values, law, harm), values)
    log_e = running_latency_log_e_values(values, arms, 0.5, thresholds)
    return first_crossing(log_e, np.cumsum(arms, axis=1).astype(np.float64))


def returning(risk: float, rng: np.random.Generator, runs: int) -> Floats:
    """Return when first errors, and when all errors, of returning users abort."""
    arms, weights, each_arm, each_weight = worlds.returning_units(rng, runs, 2_000, risk)
    found = []
    for arm, weight in ((arms, weights), (each_arm, each_weight)):
        places = np.arange(arm.shape[1], dtype=np.float64)
        found.append(first_crossing(running_log_e_values(arm, weight), places))
    return np.stack(found, axis=1)


def delayed(per_day: int, risk: float, ramped: bool, rng: np.random.Generator, runs: int) -> Floats:
    """Return on which day bad outcomes that are told late abort."""
    arms, weights, days = worlds.delayed_labels(rng, runs, per_day, risk, ramped=ramped)
    return first_crossing(running_log_e_values(arms, weights), days)


def shares(
    share: float, expected: tuple[float, ...], rng: np.random.Generator, runs: int
) -> Floats:
    """Return after how many units a mismatch of the shares is found."""
    arms = worlds.assign(rng, (runs, 30_000), share).astype(np.int64)
    log_e = running_share_log_e_values(arms, expected)
    return first_crossing(log_e, np.arange(1.0, arms.shape[1] + 1), 0.01)


def means(kind: str, weight: float, rng: np.random.Generator, runs: int) -> Floats:
    """Return when the interval of an A/A test leaves out zero."""
    shape = (runs, 20_000)
    arms = worlds.assign(rng, shape, weight)
    values = (
        (rng.random(shape) < 0.02).astype(np.float64)
        if kind == "events 2 %"
        else worlds.latencies(rng, kind, shape)
    )
    _, low, high = running_differences(values, arms)
    return _first((low > 0) | (high < 0), np.arange(shape[1], dtype=np.float64))


def narrowed(rng: np.random.Generator, runs: int) -> Floats:
    """Return by how much a covariate of correlation 0.7 narrows the interval."""
    ratios = []
    for _ in range(runs):
        before = rng.standard_normal(10_000)
        values = 0.7 * before + np.sqrt(1 - 0.49) * rng.standard_normal(before.shape)
        arms = rng.integers(0, 2, before.size)
        plain, adjusted = MeanSequences(), MeanSequences(covariate=True)
        plain.add(values, arms)
        adjusted.add(values, arms, before)
        wide, narrow = plain.differences()[0], adjusted.differences()[0]
        ratios.append((narrow.high - narrow.low) / (wide.high - wide.low))
    return np.array(ratios)
