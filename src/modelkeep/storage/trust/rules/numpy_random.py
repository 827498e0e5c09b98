"""Random generators of numpy."""

from __future__ import annotations

from typing import Any

from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.session import Session

_LARGEST_POOL = 1024
# How far each may have got in its buffer: beyond, it would read memory that is not its own.
_POSITIONS = {"pos": 624, "buffer_pos": 4}
_KINDS = {
    "numpy.random._mt19937.MT19937": "MT19937",
    "numpy.random._pcg64.PCG64": "PCG64",
    "numpy.random._pcg64.PCG64DXSM": "PCG64DXSM",
    "numpy.random._philox.Philox": "Philox",
    "numpy.random._sfc64.SFC64": "SFC64",
}
_SEEDS = "numpy.random.bit_generator.SeedSequence"


def _bit_generator(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    wanted: Any = arguments[0] if arguments else "MT19937"
    known = session.reference(wanted)
    name = _KINDS.get(known.name, "") if known else wanted
    session.require(name in _KINDS.values(), f"{reference.name} of an unknown generator")

    def finish(session: Session, state: Any) -> Any:
        import numpy as np

        where, seeds = state if type(state) is tuple and len(state) == 2 else (state, None)  # noqa: PLR2004
        _check_state(session, where, name)
        session.require(
            seeds is None or type(seeds) is np.random.SeedSequence, "a generator of no seed"
        )
        made = getattr(np.random, name)(0 if seeds is None else seeds)
        made.state = where
        return made

    return Draft(f"numpy.random.{name}", finish)


def _check_state(session: Session, state: Any, name: str) -> None:
    session.require(
        type(state) is dict and state.get("bit_generator") == name
        and type(state.get("state")) is dict,
        "a generator of no state",
    )  # fmt: skip
    for key, most in _POSITIONS.items():
        for part in (state, state["state"]):
            position = part.get(key, 0)
            session.require(
                type(position) is int and 0 <= position <= most, "a generator beyond its buffer"
            )


def _random_state(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    import numpy as np

    session.require(
        len(arguments) == 1 and type(arguments[0]) is np.random.MT19937,
        f"{reference.name} with wrong arguments",
    )

    def finish(session: Session, state: Any) -> Any:
        _check_state(session, state, "MT19937")
        made = np.random.RandomState(arguments[0])
        made.set_state(state)
        return made

    return Draft("numpy.random.RandomState", finish)


def _generator(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    import numpy as np

    session.require(
        len(arguments) == 1
        and type(arguments[0]) in {getattr(np.random, name) for name in _KINDS.values()},
        f"{reference.name} with wrong arguments",
    )
    return np.random.Generator(arguments[0])


def _seeds(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 3 and session.named(arguments[0], _SEEDS),  # noqa: PLR2004
        f"{reference.name} with wrong arguments",
    )

    def finish(session: Session, state: Any) -> Any:
        import numpy as np

        session.require(type(state) is tuple and len(state) == 5, "seeds of no state")  # noqa: PLR2004
        entropy, spawned, _, size, key = state
        whole = isinstance(entropy, int | np.integer) or type(entropy) is list
        session.require(whole and type(key) is tuple, "seeds of no entropy")
        session.require(
            type(size) is int and size <= _LARGEST_POOL and type(spawned) is int,
            "seeds of no size",
        )
        return np.random.SeedSequence(
            entropy, spawn_key=key, pool_size=size, n_children_spawned=spawned
        )

    return Draft(_SEEDS, finish) if arguments[2] is None else finish(session, arguments[2])


ENTRIES: dict[str, Entry] = {
    **dict.fromkeys(_KINDS, plain.ARGUMENT),
    _SEEDS: plain.ARGUMENT,
    "numpy.random._pickle.__bit_generator_ctor": Entry(call=_bit_generator),
    "numpy.random._pickle.__randomstate_ctor": Entry(call=_random_state),
    "numpy.random._pickle.__generator_ctor": Entry(call=_generator),
    "numpy.random.bit_generator.__pyx_unpickle_SeedSequence": Entry(call=_seeds),
}
