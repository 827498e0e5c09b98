"""How often the judge of a canary errs, and how soon it finds harm.

`python -m benchmarks.canary_statistics` prints a table; `--only` some groups, `--runs` fewer runs.
Everything is looked at after every observation, with an error of 0.05 (0.01 for shares).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks import canary_runs
from benchmarks.canary_runs import ALPHA
from benchmarks.canary_worlds import Floats

_CHUNK = 100
Simulation = Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table.

    Attributes:
        name: What was simulated.
        ours: What came out.
        bound: What was promised; empty where nothing was.
        met: Whether it holds.
        beside: The same by another method.
    """

    name: str
    ours: str
    bound: str = ""
    met: bool = True
    beside: str = ""


def simulated(simulation: Simulation, runs: int, seed: int) -> Floats:
    """Return the outcomes of all runs, made in parts that fit in memory."""
    rng = np.random.default_rng(seed)
    parts = [simulation(rng, min(_CHUNK, runs - done)) for done in range(0, runs, _CHUNK)]
    return np.concatenate(parts)


def _wrong(name: str, found: Floats, limit: float = ALPHA, beside: str = "") -> Line:
    rate = float(np.isfinite(found).mean())
    return Line(
        name=f"{name}: wrong",
        ours=f"{rate:.1%}",
        bound=f"<= {limit:.0%}",
        met=rate <= limit,
        beside=beside,
    )


def _found(
    name: str,
    found: Floats,
    *,
    share: float | None = None,
    median: float | None = None,
    ninth: float | None = None,
) -> Line:
    rate, middle = float(np.isfinite(found).mean()), float(np.median(found))
    late = float(np.quantile(found, 0.9, method="higher"))
    bounds = [
        *([f"found >= {share:.0%}"] if share else []),
        *([f"median <= {median:,}"] if median else []),
        *([f"p90 <= {ninth:,}"] if ninth else []),
    ]
    met = rate >= (share or 0) and middle <= (median or np.inf) and late <= (ninth or np.inf)
    return Line(
        name=f"{name}: found",
        ours=f"{rate:.1%}, median {middle:,.4g}, p90 {late:,.4g}",
        bound=", ".join(bounds),
        met=met,
    )


def no_harm(runs: int) -> Iterator[Line]:
    """Without harm, of three kinds of metric at two weights, a repeated t-test beside."""
    kinds = (
        "errors 2 %",
        "latency lognormal 0.5",
        "latency lognormal 1",
        "latency Pareto 2.5",
        "values normal",
        "values exponential",
        "values minus exponential",
    )
    for kind in kinds:
        for weight in (0.1, 0.5):
            found = simulated(partial(canary_runs.no_harm, kind, weight), runs, 1)
            peer = float(np.isfinite(found[:, 1]).mean())
            name = f"no harm, {kind}, w {weight}, 10,000 observations"
            yield _wrong(name, found[:, 0], beside=f"repeated t-test {peer:.1%}")


def ramp(runs: int) -> Iterator[Line]:
    """A ramp 1-5-25-50 % while both arms drift alike, a pooled sequential interval beside."""
    for kind in ("rising", "falling", "sinusoid"):
        found = simulated(partial(canary_runs.ramp, kind, 1.0), runs, 2)
        peer = float(np.isfinite(found[:, 1]).mean())
        beside = f"pooled sequential interval {peer:.1%}"
        yield _wrong(f"ramp of 4 x 10,000, errors {kind}", found[:, 0], beside=beside)
    found = simulated(partial(canary_runs.ramp, "falling", 2.0), runs, 3)
    yield _found("ramp, errors falling, doubled (observation)", found[:, 0], share=0.95)


def rates(runs: int) -> Iterator[Line]:
    """Errors at 10/90, in canary observations."""
    found = simulated(partial(canary_runs.rates, 3.0), runs, 4)
    yield _found("10/90, errors 1 to 3 %, by 20,000 of the canary", found, median=400, ninth=1_000)
    found = simulated(partial(canary_runs.rates, 1.5), runs, 5)
    name = "10/90, errors 1 to 1.5 %, by 20,000 of the canary"
    yield _found(name, found, share=0.95, median=5_000)


def latency(runs: int) -> Iterator[Line]:
    """Latency at 50/50, in canary observations after the warm-up."""
    for law in ("lognormal 0.5", "lognormal 1", "Pareto 2.5"):
        main = law == "lognormal 0.5"
        for harm, share, median in (
            ("tail x1.2", 0.99, 1_500),
            ("tail stretched", None, None),
            ("all x1.2", 0.99, 400),
        ):
            reach = 6_000 if harm != "all x1.2" else 3_000
            found = simulated(partial(canary_runs.latency, law, harm, 2 * reach), runs, 6)
            name = f"{law}, {harm}, by {reach:,} of the canary"
            bounds = {"share": share, "median": median} if main else {}
            yield _found(name, found, **bounds)


def returning(runs: int) -> Iterator[Line]:
    """Sticky users who return over the ramp, with requests that fail together."""
    found = simulated(partial(canary_runs.returning, 1.0), runs, 7)
    peer = float(np.isfinite(found[:, 1]).mean())
    yield _wrong("2,000 returning users", found[:, 0], beside=f"each error counted {peer:.1%}")
    found = simulated(partial(canary_runs.returning, 3.0), runs, 8)
    yield _found("2,000 returning users, errors x3 (first errors)", found[:, 0])


def delayed(runs: int) -> Iterator[Line]:
    """Bad outcomes told up to 14 days late, in days."""
    for ramped, name in ((False, "w 0.1"), (True, "a ramp while the rate falls")):
        found = simulated(partial(canary_runs.delayed, 10_000, 1.0, ramped), runs, 9)
        yield _wrong(f"delayed labels, 10,000 units a day, {name}", found)
    for per_day in (5_000, 10_000):
        found = simulated(partial(canary_runs.delayed, per_day, 1.5, False), runs, 10)
        name = f"delayed labels, {per_day:,} units a day, 2 to 3 % at w 0.1 (days)"
        yield _found(name, found, median=8 if per_day == 10_000 else None)


def shares(runs: int) -> Iterator[Line]:
    """A mismatch of the shares, in units, at an error of 0.01."""
    for share in (0.5, 0.1):
        found = simulated(partial(canary_runs.shares, share, (1 - share, share)), runs, 11)
        yield _wrong(f"shares {1 - share:.0%}/{share:.0%}, 30,000 units", found, 0.01)
    found = simulated(partial(canary_runs.shares, 0.52, (0.5, 0.5)), runs, 12)
    yield _found("shares 52/48 for 50/50", found, share=0.99, median=8_000)


def experiments(runs: int) -> Iterator[Line]:
    """A/B tests of equal arms, and what a covariate saves."""
    for kind in ("lognormal 1", "events 2 %"):
        for weight in (0.1, 0.5):
            found = simulated(partial(canary_runs.means, kind, weight), runs, 13)
            yield _wrong(f"A/A test, {kind}, share {weight}, 20,000 units", found)
    width = float(np.median(simulated(canary_runs.narrowed, 100, 14)))
    name = "width with a covariate of correlation 0.7 (theory 0.714)"
    yield Line(name=name, ours=f"{width:.3f} of that without")


GROUPS = {
    group.__name__: group
    for group in (no_harm, ramp, rates, latency, returning, delayed, shares, experiments)
}


def main() -> int:
    """Simulate and print the table; return 0 also where a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.canary_statistics")
    parser.add_argument("--only", choices=GROUPS, action="append", help="only this; repeat")
    parser.add_argument("--runs", type=int, default=2_000, help="per line")
    arguments = parser.parse_args()
    print("| simulation | ours | bound | met | beside |\n|---|---|---|---|---|")
    for name in arguments.only or GROUPS:
        began = time.monotonic()
        for line in GROUPS[name](arguments.runs):
            met = ("yes" if line.met else "NO") if line.bound else ""
            print(
                f"| {line.name} | {line.ours} | {line.bound} | {met} | {line.beside} |", flush=True
            )
        print(f"{name} {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
