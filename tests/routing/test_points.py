"""Points of units: fixed for ever, uniform, and independent from salt to salt."""

import enum
import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from modelkeep.deployment.routing import points
from modelkeep.errors import InvalidInputError

GOLDEN = {
    ("", ""): 14558143475431885848,
    ("salt", "user-42"): 16772522122339129099,
    ("salt", 42): 442786588282701606,
    ("salt", -7): 14817197567544287353,
    ("salt", b"\x00\xff"): 15272353673607465585,
    ("Prüfung", "Zoë"): 10935565196346989185,
    ("r" * 300, "u" * 300): 10163463685376166336,
}
UNITS = st.one_of(st.text(), st.integers(), st.binary())
SALTS = [f"rollout-{n}" for n in range(20)]
PEOPLE = [f"user-{n}" for n in range(50_000)]


@pytest.mark.parametrize(("pair", "point"), GOLDEN.items(), ids=range(len(GOLDEN)))
def test_points_never_change(pair, point):
    salt, unit = pair
    assert points.point_of(salt, unit) == point
    assert points.hasher_of(salt)(unit) == point
    assert points.points_of(salt, [unit]).tolist() == [point]


def test_the_hash_is_what_its_description_says():
    from hashlib import blake2b

    data = (4).to_bytes(8, "big") + b"salt" + b"user-42"
    digest = blake2b(data, digest_size=8).digest()
    assert points.point_of("salt", "user-42") == int.from_bytes(digest, "big")


def test_a_number_its_digits_and_their_bytes_are_one_unit():
    class Level(enum.IntEnum):
        HIGH = 42

    assert len({points.point_of("s", unit) for unit in (42, "42", b"42", Level.HIGH)}) == 1
    assert points.point_of("s", "042") != points.point_of("s", 42)
    assert points.point_of("s", "Zoë") == points.point_of("s", "Zoë".encode())


def test_salt_and_unit_do_not_run_into_each_other():
    pairs = [("ab", "c"), ("a", "bc"), ("", "abc"), ("abc", "")]
    assert len({points.point_of(*pair) for pair in pairs}) == 4


@pytest.mark.parametrize(
    "unit", [True, 1.5, ("a",), np.int64(3), pytest.param(object(), id="object")], ids=repr
)
def test_other_types_are_refused(unit):
    for call in (lambda: points.point_of("s", unit), lambda: points.points_of("s", ["a", unit])):
        with pytest.raises(InvalidInputError, match=rf"is a {type(unit).__name__}; a unit is a"):
            call()


def test_text_that_is_not_unicode_is_refused():
    for call in (points.point_of, lambda salt, unit: points.points_of(salt, ["a", unit])):
        with pytest.raises(InvalidInputError, match=r"'\\ud800' is not Unicode text"):
            call("s", "\ud800")


@pytest.mark.parametrize("units", ["user-1", b"user-1", 7, None])
def test_a_single_unit_is_no_batch(units):
    with pytest.raises(InvalidInputError, match="is a single"):
        points.points_of("s", units)


def test_a_salt_is_a_text():
    with pytest.raises(InvalidInputError, match="salt 7 is a int; give a str"):
        points.hasher_of(7)


@settings(deadline=None, max_examples=60)
@given(salt=st.text(alphabet="abc-ß", max_size=200), units=st.lists(UNITS, max_size=20))
def test_a_batch_gives_the_points_of_its_units(salt, units):
    found = points.points_of(salt, units)
    assert found.dtype == np.uint64
    assert found.tolist() == [points.point_of(salt, unit) for unit in units]


def test_arrays_and_iterables_are_batches():
    expected = [points.point_of("s", unit) for unit in (7, 8, 9)]
    for units in (np.array([7, 8, 9]), np.array(["7", "8", "9"]), (7, 8, 9), iter([7, 8, 9])):
        assert points.points_of("s", units).tolist() == expected
    assert points.points_of("s", []).shape == (0,)
    with pytest.raises(InvalidInputError, match=r"shape \(1, 3\); give one dimension"):
        points.points_of("s", np.array([[7, 8, 9]]))


def test_no_unit_is_a_coin_of_its_own():
    hasher = points.hasher_of("s")
    drawn = [hasher(None) for _ in range(4000)] + points.points_of("s", [None] * 4000).tolist()
    assert len(set(drawn)) == 8000
    # Wrong once in 10,000 runs: both halves within 4 standard deviations.
    for half in (drawn[:4000], drawn[4000:]):
        assert abs(sum(point < 2**63 for point in half) - 2000) < 4 * 1000**0.5


def test_every_process_and_hash_seed_gives_the_same_points():
    code = (
        "from modelkeep.deployment.routing import points\n"
        "print(points.points_of('salt', ['user-1', 2, b'3', 'Zo\\u00eb']).tolist())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    here = [points.point_of("salt", unit) for unit in ("user-1", 2, b"3", "Zoë")]
    assert seen == {f"{here}\n"}


@pytest.fixture(scope="module")
def hashed():
    return {salt: points.points_of(salt, PEOPLE) for salt in SALTS}


def test_points_are_uniform(hashed):
    """Each salt by itself at p > 0.001, in the high bits, which decide, and in the low ones."""
    for salt, found in hashed.items():
        for cells in (found >> np.uint64(56), found & np.uint64(255)):
            counts = np.bincount(cells.astype(np.int64), minlength=256)
            assert stats.chisquare(counts).pvalue > 0.001, salt


def test_salts_are_independent_in_pairs(hashed):
    """All 190 pairs at p > 0.001 together (Bonferroni)."""
    tenths = {
        salt: (found >> np.uint64(32)) * np.uint64(10) >> np.uint64(32)
        for salt, found in hashed.items()
    }
    worst = 1.0
    for one, other in itertools.combinations(SALTS, 2):
        cells = (tenths[one] * np.uint64(10) + tenths[other]).astype(np.int64)
        counts = np.bincount(cells, minlength=100).reshape(10, 10)
        worst = min(worst, stats.chi2_contingency(counts).pvalue)
    assert worst > 0.001 / 190
