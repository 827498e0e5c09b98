"""Policies: who must have signed, that it is about this version, and what is missing if not."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.errors import InvalidInputError, SignatureError, UnknownChoiceError
from modelkeep.provenance.dsse import add_signature, sign_statement, verify_envelope
from modelkeep.provenance.policy import SigningPolicy, check
from modelkeep.provenance.statement import facts_of

KEY_IDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


@pytest.fixture
def ids(signers):
    return [key.public.key_id for key in signers]


@pytest.fixture
def signed(state, signers):
    """Signs a statement with some of the keys and verifies it as someone who trusts all."""

    def sign(*which: int, **fields):
        envelope = sign_statement(state(**fields), signers[which[0]])
        for each in which[1:]:
            envelope = add_signature(envelope, signers[each])
        return verify_envelope(envelope, keys={k.public.key_id: k.public for k in signers})

    return sign


@pytest.fixture
def expected(version, manifest):
    return facts_of(version, manifest)


def require(*keys: str, threshold: int = 1, actions=("deploy", "load"), identities=()):
    return SigningPolicy(
        require_for=frozenset(actions), keys=keys, threshold=threshold, identities=identities
    )


def test_a_signature_by_a_named_key_is_enough(ids, signed, expected) -> None:
    for action in ("deploy", "load"):
        check(require(*ids[:2]), action, [signed(1)], expected=expected)


def test_what_is_not_asked_for_is_not_checked(ids, expected) -> None:
    policy = require(ids[0], actions=["deploy"])
    check(policy, "load", [], expected=expected)
    with pytest.raises(SignatureError, match="there is no signed statement about it"):
        check(policy, "deploy", [], expected=expected)
    check(SigningPolicy(require_for=frozenset()), "deploy", [], expected=expected)
    with pytest.raises(UnknownChoiceError, match="one of deploy, load"):
        check(policy, "delete", [], expected=expected)


def test_the_threshold_counts_keys_over_all_envelopes_each_once(ids, signed, expected) -> None:
    policy = require(*ids[:3], threshold=2)
    check(policy, "deploy", [signed(0, 2)], expected=expected)
    check(policy, "deploy", [signed(0), signed(2)], expected=expected)
    for verified in ([signed(0)], [signed(0), signed(0)], [signed(0, 3)]):
        with pytest.raises(SignatureError) as caught:
            check(policy, "deploy", verified, expected=expected)
        message = str(caught.value)
        assert "churn@1.1.0 is not signed as its policy asks to deploy it" in message
        assert f"2 of 3 must have signed, 1 did ({ids[0]})" in message
        assert f"missing: {ids[1]}, {ids[2]}" in message
    assert f"signed by {ids[3]}, which the policy does not name" in message


def test_a_key_that_the_policy_does_not_name_does_not_count(ids, signed, expected) -> None:
    with pytest.raises(SignatureError, match=f"0 did; missing: {ids[0]}; it is signed by {ids[1]}"):
        check(require(ids[0]), "load", [signed(1)], expected=expected)


CHANGES = {
    "model_id": ({"model_id": "other"}, "its model is 'churn' and 'other' was signed"),
    "number": ({"version_number": "1.0.0"}, "its number is '1.1.0' and '1.0.0' was signed"),
    "id": ({"version_id": "an-old-one"}, "its version id is .* and 'an-old-one' was signed"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_envelope_of_another_version_is_refused_and_told(ids, signed, expected, name) -> None:
    fields, told = CHANGES[name]
    with pytest.raises(
        SignatureError, match="came with it is about .* not about this version"
    ) as c:
        check(require(ids[0]), "deploy", [signed(0, **fields)], expected=expected)
    c.match(told)
    assert ("its number" in str(c.value)) == (name == "number")


def test_other_files_under_the_same_number_are_refused(ids, signed, version, manifest) -> None:
    from dataclasses import replace

    first, second = manifest.files
    exchanged = replace(manifest, files=(first, replace(second, sha256="00" * 32)))
    other_reader = replace(manifest, format="pickle")
    for changed in (exchanged, other_reader):
        expected = facts_of(version, changed)
        with pytest.raises(SignatureError, match=r"its manifest \(the files and how"):
            check(require(ids[0]), "load", [signed(0)], expected=expected)


def test_an_old_envelope_beside_the_right_one_does_no_harm(ids, signed, expected) -> None:
    old = signed(0, version_number="1.0.0", version_id="old")
    check(require(ids[0]), "deploy", [old, signed(0)], expected=expected)
    with pytest.raises(SignatureError, match="1 did"):
        check(require(*ids[:2], threshold=2), "deploy", [old, signed(1)], expected=expected)


def test_a_named_key_whose_signature_does_not_hold_is_told(state, signers, ids, expected) -> None:
    envelope = add_signature(sign_statement(state(), signers[0]), signers[1])
    plain = json.loads(envelope)
    plain["signatures"][0]["sig"] = "AAAA"
    keys = {key.public.key_id: key.public for key in signers}
    verified = verify_envelope(json.dumps(plain).encode(), keys=keys)
    with pytest.raises(SignatureError, match=f"by {ids[0]} does not count: it does not hold"):
        check(require(*ids[:2], threshold=2), "deploy", [verified], expected=expected)


def test_a_name_in_a_certificate_counts_once(state, certify, root, expected) -> None:
    def verified(*names: str):
        leaves = [certify(name, root) for name in names]
        envelope = sign_statement(state(), leaves[0].private, leaves[0].pem)
        for leaf in leaves[1:]:
            envelope = add_signature(envelope, leaf.private, leaf.pem)
        return [verify_envelope(envelope, keys={}, roots=[root.pem])]

    both = ("email:ada@example.org", "email:bob@example.org")
    check(require(identities=both), "deploy", verified("bob"), expected=expected)
    policy = require(identities=both, threshold=2)
    check(policy, "deploy", verified("ada", "bob"), expected=expected)
    for names in (("ada", "ada"), ("ada", "eve"), ("Ada",), ("eve",)):
        with pytest.raises(SignatureError, match="missing: .*email:bob@example.org"):
            check(policy, "deploy", verified(*names), expected=expected)


def test_a_policy_that_cannot_be_kept_is_refused(ids) -> None:
    with pytest.raises(InvalidInputError, match="2 signatures are asked for and 1 keys"):
        require(ids[0], threshold=2)
    with pytest.raises(InvalidInputError, match="1 signatures are asked for and 0 keys"):
        require()
    with pytest.raises(InvalidInputError, match="names each key once"):
        require(ids[0], ids[0], threshold=2)
    with pytest.raises(InvalidInputError, match="must be 1 at least"):
        require(ids[0], threshold=0)
    with pytest.raises(InvalidInputError, match="64 digits"):
        require("my-key")
    with pytest.raises(UnknownChoiceError, match="deploy, load"):
        require(ids[0], actions=["delete"])


@given(
    st.frozensets(st.sampled_from(["deploy", "load"])),
    st.lists(KEY_IDS, min_size=1, max_size=4, unique=True),
    st.lists(st.text(max_size=5), max_size=2, unique=True),
    st.integers(1, 4),
)
def test_a_policy_survives_json(actions, keys, identities, threshold) -> None:
    policy = require(
        *keys,
        threshold=min(threshold, len(keys)),
        actions=actions,
        identities=tuple(identities),
    )
    assert SigningPolicy.from_plain(json.loads(json.dumps(policy.to_plain()))) == policy
    assert pickle.loads(pickle.dumps(policy)) == policy


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"keys": []},
        {"require_for": "deploy"},
        {"require_for": ["deploy"], "keys": "ab"},
        {"require_for": ["deploy"], "keys": [1]},
        {"require_for": ["deploy"], "keys": None},
        {"require_for": [], "threshold": True},
        {"require_for": [], "threshold": "1"},
        {"require_for": [], "treshold": 2},
    ],
)
def test_json_that_is_no_policy_is_refused(plain) -> None:
    with pytest.raises(InvalidInputError, match="policy|threshold"):
        SigningPolicy.from_plain(plain)
