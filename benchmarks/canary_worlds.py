"""Simulated traffic of a canary release, as arrays of (runs, observations)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
RAMP = (0.01, 0.05, 0.25, 0.50)
DAYS = 14.0
P90 = 0.9
# Of the standard normal law at 0.9 and 0.99.
_Z90, _Z99 = 1.2815515655446004, 2.3263478740408408


def assign(rng: np.random.Generator, shape: tuple[int, int], weight: Floats | float) -> Truths:
    """Return which observations the canary gets."""
    arms: Truths = rng.random(shape) < weight
    return arms


def ramp_weights(observations: int) -> Floats:
    """Return the weight of each observation over a ramp of four equal steps."""
    return np.repeat(np.array(RAMP), observations // len(RAMP))


def drift(kind: str, observations: int) -> Floats:
    """Return an error rate that both arms share and that changes over time."""
    time = np.linspace(0, 1, observations)
    if kind == "rising":
        return 0.01 + 0.04 * time
    if kind == "falling":
        return 0.05 - 0.04 * time
    return 0.03 + 0.02 * np.sin(6 * math.pi * time)


def rare_events(
    rng: np.random.Generator,
    runs: int,
    observations: int,
    rates: tuple[float, float],
    weight: float,
) -> tuple[Truths, Floats]:
    """Return only the events of many observations, and after how many of the canary each came.

    Between two events lie observations without one, a geometric number of them, each in the canary
    by chance; so nothing need be drawn for them one by one.

    Args:
        rng: The source of chance.
        runs: How many runs.
        observations: Of both arms; later events are marked by an infinite number.
        rates: The rate of events of stable and of the canary.
        weight: Of the canary.
    """
    stable, canary = (1 - weight) * rates[0], weight * rates[1]
    total = stable + canary
    events = int(observations * total + 6 * math.sqrt(observations * total)) + 10
    gaps = rng.geometric(total, (runs, events))
    arms = assign(rng, gaps.shape, canary / total)
    share = weight * (1 - rates[1]) / (1 - total)
    quiet = rng.binomial(gaps - 1, share)
    counted = np.cumsum(quiet + arms, axis=1).astype(np.float64)
    counted[np.cumsum(gaps, axis=1) > observations] = np.inf
    return arms, counted


def latencies(rng: np.random.Generator, law: str, shape: tuple[int, int]) -> Floats:
    """Return latencies of one of three laws, in units of the median of the lognormal ones."""
    if law == "Pareto 2.5":
        return (1 - rng.random(shape)) ** (-1 / 2.5)
    return np.exp(float(law.removeprefix("lognormal ")) * rng.standard_normal(shape))


def tail_quantiles(law: str) -> tuple[float, float]:
    """Return the true p90 and p99 of a law."""
    if law == "Pareto 2.5":
        return 0.1 ** (-1 / 2.5), 0.01 ** (-1 / 2.5)
    sigma = float(law.removeprefix("lognormal "))
    return math.exp(sigma * _Z90), math.exp(sigma * _Z99)


def slow_down(values: Floats, law: str, harm: str) -> Floats:
    """Return what latencies become in a canary with a harm.

    Args:
        values: The latencies without it.
        law: Of them.
        harm: `none`; `all x1.2`; `tail x1.2`: what is above the true p90 takes 20 % longer, so that
            p99 is 20 % greater and the body unchanged; `tail stretched`: what is above p90 is
            p90 (y/p90)^k, with k such that p99 is 20 % greater: p90 itself stays.
    """
    p90, p99 = tail_quantiles(law)
    if harm == "all x1.2":
        return 1.2 * values
    if harm == "tail x1.2":
        return np.where(values > p90, 1.2 * values, values)
    if harm == "tail stretched":
        power = math.log(1.2 * p99 / p90) / math.log(p99 / p90)
        return np.where(values > p90, p90 * (values / p90) ** power, values)
    return values


def returning_units(
    rng: np.random.Generator, runs: int, units: int, risk: float
) -> tuple[Truths, Floats, Truths, Floats]:
    """Simulate sticky users who return over the ramp and whose requests fail together.

    A user has a point u, and is in the canary where u < weight; a rate of errors of its own from a
    beta law, 5 % in the mean and over 40 % for every fiftieth user; and 1.5 requests per step. The
    first error of a user counts. Its weight is that of the step at a first visit, (w2-w1)/(1-w1) if
    it was last seen in stable at w1, and 1 if it was in the canary before.

    Args:
        rng: The source of chance.
        runs: How many runs.
        units: Users in each.
        risk: What the canary multiplies each rate of errors by.

    Returns:
        The arm and weight of each first error, shape (runs, events), padded by weight 0; then for
        the naive count of every error the arm and the weight of its step, padded alike.
    """
    ramp = np.array(RAMP)
    shape = (runs, units, ramp.size)
    in_canary = rng.random((runs, units, 1)) < ramp
    visits = rng.poisson(1.5, shape)
    rate = np.minimum(rng.beta(0.3, 5.7, (runs, units, 1)) * np.where(in_canary, risk, 1.0), 1.0)
    errors = rng.binomial(visits, rate)
    weight = _weights_of_returning(visits > 0, in_canary)
    happened = errors > 0
    first = happened & (np.cumsum(happened, axis=-1) == 1)
    order = (0, 2, 1)  # By step, and within one by user, who are alike.
    naive = np.repeat(happened[..., None], 3, axis=-1) & (
        errors[..., None] > np.arange(3)
    )  # Up to three errors of a user and step; more are rare.
    return (
        *_packed(first.transpose(order), in_canary.transpose(order), weight.transpose(order)),
        *_packed(
            naive.transpose(0, 2, 1, 3),
            np.broadcast_to(in_canary[..., None], naive.shape).transpose(0, 2, 1, 3),
            np.broadcast_to(ramp[:, None], naive.shape).transpose(0, 2, 1, 3),
        ),
    )


def _weights_of_returning(seen: Truths, in_canary: Truths) -> Floats:
    """Return the probability of the canary for each user at each step, given earlier visits."""
    ramp = np.array(RAMP)
    # The weight at the last visit before each step, 0 for none: stable units had that coin.
    last = np.zeros(seen.shape)
    was_canary = np.zeros(seen.shape, dtype=np.bool_)
    for step in range(1, ramp.size):
        here = seen[..., step - 1]
        last[..., step] = np.where(here, ramp[step - 1], last[..., step - 1])
        was_canary[..., step] = was_canary[..., step - 1] | (here & in_canary[..., step - 1])
    return np.where(was_canary, 1.0, (ramp - last) / (1 - last))


def delayed_labels(
    rng: np.random.Generator,
    runs: int,
    per_day: int,
    risk: float,
    *,
    ramped: bool,
) -> tuple[Truths, Floats, Floats]:
    """Simulate bad outcomes, 2 % of the units, that are told up to 14 days after the exposure.

    Args:
        rng: The source of chance.
        runs: How many runs.
        per_day: Units exposed a day, for 14 days.
        risk: What the canary multiplies the rate of bad outcomes by.
        ramped: Whether the weight goes up over the 14 days in four steps while the rate falls from
            3 to 1 %, not 10 % and 2 % all the time.

    Returns:
        Arm, weight at exposure and day of the telling of each bad outcome that is told within the
        14 days, in the order of the telling, padded by weight 0 and day infinity.
    """
    exposures = int(per_day * DAYS)
    time = np.linspace(0, 1, exposures, endpoint=False)
    weights = np.array(RAMP)[(time * len(RAMP)).astype(int)] if ramped else np.full(exposures, 0.1)
    rate = 0.03 - 0.02 * time if ramped else np.full(exposures, 0.02)
    arm = assign(rng, (runs, exposures), weights)
    bad = rng.random(arm.shape) < rate * np.where(arm, risk, 1.0)
    told = time * DAYS + rng.uniform(0, DAYS, arm.shape)
    told = np.where(bad & (told <= DAYS), told, np.inf)
    most = int(np.isfinite(told).sum(axis=1).max())
    order = np.argsort(told, axis=1)[:, :most]
    days = np.take_along_axis(told, order, axis=1)
    known = np.isfinite(days)
    arms = np.take_along_axis(arm, order, axis=1) & known
    return arms, np.where(known, weights[order], 0.0), days


def _packed(chosen: Truths, arms: Truths, weights: Floats) -> tuple[Truths, Floats]:
    """Return the chosen ones of each run moved to the left, the rest with weight 0."""
    runs = chosen.shape[0]
    flat, arm = chosen.reshape(runs, -1), np.ascontiguousarray(arms).reshape(runs, -1)
    weight = np.ascontiguousarray(np.broadcast_to(weights, arms.shape)).reshape(runs, -1)
    order = np.argsort(~flat, axis=1, kind="stable")[:, : int(flat.sum(axis=1).max())]
    kept = np.take_along_axis(flat, order, axis=1)
    return (
        np.take_along_axis(arm, order, axis=1) & kept,
        np.where(kept, np.take_along_axis(weight, order, axis=1), 0.0),
    )
