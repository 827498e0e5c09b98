"""The memory of versions seen: an older signed one does not pass for the latest."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelkeep.errors import InvalidInputError, SignatureError
from modelkeep.provenance.seen import SeenVersions


def test_an_older_version_presented_as_the_latest_is_refused_and_told(state) -> None:
    seen = SeenVersions().remember(state())
    older = state(ordinal=1, version_number="1.0.0", version_id="old")
    with pytest.raises(SignatureError) as caught:
        seen.check_latest(older)
    message = str(caught.value)
    assert "churn@1.0.0 (old, version no. 1 of its model" in message
    assert "older than churn@1.1.0" in message
    assert "The registry may have been set back" in message
    assert "forget" in message


def test_a_signature_made_later_makes_an_old_version_no_newer(state) -> None:
    seen = SeenVersions().remember(state())
    later = state().signed_at + timedelta(days=9)
    with pytest.raises(SignatureError, match="older than"):
        seen.check_latest(state(ordinal=1, version_number="1.0.0", signed_at=later))


def test_the_same_and_newer_versions_and_other_models_pass(state) -> None:
    seen = SeenVersions().remember(state())
    earlier = state().signed_at - timedelta(days=9)
    for latest in (
        state(),
        state(signed_at=earlier),
        state(ordinal=3, version_id="new", signed_at=earlier),
        state(ordinal=1, model_id="other"),
    ):
        seen.check_latest(latest)


def test_another_version_in_the_same_place_is_refused(state) -> None:
    seen = SeenVersions().remember(state())
    with pytest.raises(SignatureError, match="in the place of"):
        seen.check_latest(state(version_id="other"))


def test_what_is_remembered_is_the_newest_and_it_can_be_forgotten(state) -> None:
    later = state().signed_at + timedelta(days=1)
    empty = SeenVersions()
    seen = empty.remember(state()).remember(state(ordinal=1, version_id="old", signed_at=later))
    assert empty.models == {}
    assert seen.models["churn"].ordinal == 2
    assert seen.models["churn"].version_id == state().facts.version_id
    assert seen.models["churn"].signed_at == later
    assert seen.remember(state(model_id="other")).forget("churn").models.keys() == {"other"}
    seen.forget("churn").check_latest(state(ordinal=1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), max_size=12),
    last=st.integers(1, 10),
)
def test_exactly_what_is_not_below_the_highest_seen_passes(state, places, last) -> None:
    seen = SeenVersions()
    for model, ordinal in places:
        seen = seen.remember(state(model_id=model, ordinal=ordinal, version_id=f"{ordinal}"))
    seen = SeenVersions.decode(seen.encode())
    for model in "abc":
        highest = max((ordinal for name, ordinal in places if name == model), default=0)
        presented = state(model_id=model, ordinal=last, version_id=f"{last}")
        if last >= highest:
            seen.check_latest(presented)
        else:
            with pytest.raises(SignatureError):
                seen.check_latest(presented)


def test_it_survives_json(state) -> None:
    seen = SeenVersions().remember(state()).remember(state(model_id="other", ordinal=7))
    assert SeenVersions.decode(seen.encode()) == seen
    assert SeenVersions.decode(SeenVersions().encode()) == SeenVersions()


@pytest.mark.parametrize("change", ["ordinal", "version_number", "version_id", "signed_at"])
def test_a_damaged_memory_is_refused(state, change) -> None:
    plain = json.loads(SeenVersions().remember(state()).encode())
    for value in (None, True, [], "2026-05-04T12:00:00"):
        if isinstance(value, str) and change.startswith("version"):
            continue
        plain["models"]["churn"][change] = value
        with pytest.raises(InvalidInputError, match="versions seen"):
            SeenVersions.decode(json.dumps(plain).encode())
    for text in (b"", b"[]", b"{}", b'{"modelkeep_seen":1,"models":[]}'):
        with pytest.raises(InvalidInputError, match="versions seen"):
            SeenVersions.decode(text)
    with pytest.raises(InvalidInputError, match="has format 2"):
        SeenVersions.decode(b'{"modelkeep_seen":2,"models":{}}')
