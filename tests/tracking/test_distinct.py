"""How many different units there were."""

import pytest

from modelkeep.errors import IntegrityError
from modelkeep.tracking.sketches.distinct import Distinct


def counted(*numbers):
    distinct = Distinct()
    distinct.add([f"user-{n}" for n in numbers])
    return distinct


@pytest.mark.parametrize("count", [0, 1, 10, 1_000, 5_000, 200_000])
def test_the_estimate_is_near_and_repeats_count_once(count):
    distinct = counted(*range(count))
    distinct.add([f"user-{n}" for n in range(count)])
    assert distinct.estimate() == pytest.approx(count, rel=0.07, abs=0.6)


def test_merged_is_what_one_would_have_counted():
    one, other = counted(*range(3_000)), counted(*range(2_000, 6_000))
    one.merge(other)
    assert one.to_bytes() == counted(*range(6_000)).to_bytes()


@pytest.mark.parametrize("count", [0, 3, 400, 50_000])
def test_bytes_and_back(count):
    data = counted(*range(count)).to_bytes()
    assert Distinct.from_bytes(data).to_bytes() == data
    assert len(data) <= 2_050


@pytest.mark.parametrize(
    "data",
    [b"", b"\x02s", b"\x01x", b"\x01d12", b"\x01s12", b"\x01s\xff\xff\x01", b"\x01s\x01\x00\xff"],
)
def test_damage_is_told(data):
    with pytest.raises(IntegrityError):
        Distinct.from_bytes(data)


def test_nobody_is_nobody():
    distinct = Distinct()
    distinct.add([None, ""])
    assert distinct.estimate() == 0.0
