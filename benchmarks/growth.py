"""Whether the cost of a call grows with the number of versions in the model."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from benchmarks.bench import Bench
from benchmarks.measure import Bound, Run, compared, interleave, timed
from benchmarks.models import small_models
from benchmarks.population import populate
from modelkeep.orchestrator.services import Services

_BOUND = Bound("ratio", 1.5)
_MODELS = small_models()
Call = Callable[[Services, int], object]

_BOUNDED: dict[str, Call] = {
    "create": lambda s, _n: s.versions.create_version("m", next(_MODELS), format="pickle"),
    "get by stage": lambda s, _n: s.versions.get_version("m@production"),
    "get by number": lambda s, n: s.versions.get_version(f"m@1.0.{n // 2}"),
    "get of the latest": lambda s, _n: s.versions.get_version("m@latest"),
    "page of 20 by tag": lambda s, _n: s.versions.get_versions("m", tags=["good"], limit=20),
    "page of 20 by metric": lambda s, _n: s.versions.get_versions(
        "m", metrics=["accuracy>=0.5"], limit=20
    ),
    "page of 20 from the middle": lambda s, n: s.versions.get_versions(
        "m", tags=["good"], limit=20, cursor=str(n // 2)
    ),
}
# These have to look at more where there is more; they are shown, nothing was promised.
_UNBOUNDED: dict[str, Call] = {
    "page of 20 by a tag of 1 in 1,000": lambda s, _n: s.versions.get_versions(
        "m", tags=["audit"], limit=20
    ),
    "overview": lambda s, _n: s.versions.get_statistics("m"),
}


def measure(run: Bench) -> None:
    """Time the same calls on models of three sizes, in turns."""
    sizes = (100, run.scaled(10_000, 1_000), run.scaled(200_000, 10_000))
    with ExitStack() as stack:
        filled = {}
        for size in sizes:
            services = stack.enter_context(run.registry(f"growth-{size}"))
            populate(services, "m", size)
            services.deployments.deploy_version(f"m@1.0.{size // 2}", "production")
            filled[size] = services
        for name, call in (_UNBOUNDED | _BOUNDED).items():
            bound = _BOUND if name in _BOUNDED else None
            _measure(run, name, call, filled, bound)


def _measure(
    run: Bench, name: str, call: Call, filled: dict[int, Services], bound: Bound | None
) -> None:
    runs: dict[str, Run] = {
        str(size): partial(timed, call, services, size) for size, services in filled.items()
    }
    found = interleave(runs, rounds=run.scaled(80, 10), warmups=5)
    smallest, *larger = filled
    for size in larger:
        run.findings.append(
            compared(
                "growth",
                f"{name} at {size:,}",
                found[str(size)],
                found[str(smallest)],
                f"at {smallest}",
                bound,
            )
        )
