"""Certificates beside signatures, with a real authority: which chains lead to a trusted root."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from modelkeep.errors import InvalidInputError, SignatureError
from modelkeep.provenance.dsse import add_signature, sign_statement, verify_envelope

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def put_beside(envelope: bytes, chain: bytes) -> bytes:
    """Put a chain beside a signature past the checks of the one who signs."""
    plain = json.loads(envelope)
    plain["signatures"][0]["cert"] = chain.decode()
    return json.dumps(plain).encode()


def sign_with(state, leaf, *chain):
    pem = b"".join(each.pem for each in (leaf, *chain))
    return put_beside(sign_statement(state(), leaf.private), pem)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-p256"])
def test_a_leaf_of_a_trusted_root_holds(state, certify, kind) -> None:
    root = certify("root", ca=True, kind=kind)
    leaf = certify("ada", root, kind=kind)
    envelope = sign_statement(state(), leaf.private, leaf.pem)
    verified = verify_envelope(envelope, keys={}, roots=[root.pem])
    (signer,) = verified.signers
    assert signer.key_id == leaf.private.public.key_id
    assert signer.subject == "CN=ada"
    assert signer.identities == ("email:ada@example.org", "dns:ada.example.org")


def test_a_chain_is_followed_in_order(state, certify, root) -> None:
    middle = certify("middle", root, ca=True)
    inner = certify("inner", middle, ca=True, path_length=0)
    leaf = certify("ada", inner)
    other = certify("other root", ca=True)
    for chain in ((inner, middle), (inner, middle, root)):
        envelope = sign_with(state, leaf, *chain)
        assert verify_envelope(envelope, keys={}, roots=[other.pem + root.pem]).signers
    for chain in ((middle, inner), (inner,), (middle,), (), (inner, middle, middle)):
        with pytest.raises(SignatureError, match="was not issued by|none of the trusted roots"):
            verify_envelope(sign_with(state, leaf, *chain), keys={}, roots=[root.pem])


def test_a_certificate_of_another_root_is_refused(state, certify, root) -> None:
    impostor = certify("root", ca=True)  # The same name with another key.
    leaf = certify("ada", impostor)
    envelope = sign_statement(state(), leaf.private, leaf.pem)
    for chain in ((), (impostor,)):
        with pytest.raises(SignatureError, match="none of the trusted roots"):
            verify_envelope(sign_with(state, leaf, *chain), keys={}, roots=[root.pem])
    assert verify_envelope(envelope, keys={}, roots=[impostor.pem]).signers


@pytest.mark.parametrize("who", ["leaf", "middle", "root"])
@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (-DAY, DAY, True),
        (0 * DAY, DAY, True),
        (-DAY, 0 * DAY, True),
        (-DAY, -SECOND, False),
        (SECOND, DAY, False),
    ],
)
def test_each_certificate_is_valid_when_it_is_signed(state, certify, who, first, last, holds):
    signed_at = state().signed_at
    spans = {who: {"first": signed_at + first, "last": signed_at + last}}
    root = certify("root", ca=True, **spans.get("root", {}))
    middle = certify("middle", root, ca=True, **spans.get("middle", {}))
    leaf = certify("ada", middle, **spans.get("leaf", {}))
    envelope = sign_with(state, leaf, middle)
    if holds:
        assert verify_envelope(envelope, keys={}, roots=[root.pem]).signers
    else:
        with pytest.raises(SignatureError, match="is valid from .* and the signature states 2026"):
            verify_envelope(envelope, keys={}, roots=[root.pem])


def test_the_time_that_counts_is_that_of_signing_and_not_of_checking(state, certify) -> None:
    # All dates here may lie in the past or in the future of the clock of this machine.
    at = state().signed_at - 4000 * DAY
    root = certify("root", ca=True, first=at - DAY, last=at + DAY)
    leaf = certify("ada", root, first=at - DAY, last=at + DAY)
    envelope = sign_statement(state(signed_at=at), leaf.private, leaf.pem)
    assert verify_envelope(envelope, keys={}, roots=[root.pem]).signers


def test_nobody_signs_with_a_certificate_that_would_be_refused(state, certify, root) -> None:
    leaf, other = certify("ada", root), certify("bob", root)
    with pytest.raises(SignatureError, match="is not for the key"):
        sign_statement(state(), leaf.private, other.pem)
    expired = certify("ada", root, last=state().signed_at - SECOND)
    with pytest.raises(SignatureError, match="is valid from"):
        sign_statement(state(), expired.private, expired.pem)
    with pytest.raises(SignatureError, match="cannot be read"):
        sign_statement(state(), leaf.private, b"no PEM")


def test_a_private_key_in_the_chain_file_does_not_get_out(state, certify, root) -> None:
    leaf = certify("ada", root)
    envelope = sign_statement(
        state(), leaf.private, leaf.private_pem + leaf.pem + b"Notes \xff\n" + root.pem
    )
    assert b"PRIVATE" not in envelope
    assert b"Notes" not in envelope
    assert json.loads(envelope)["signatures"][0]["cert"].encode() == leaf.pem + root.pem


REFUSED = {
    "an authority": ({"ca": True}, "is an authority"),
    "may not sign": ({"digital_signature": False}, "may not make signatures"),
    "for servers": ({"purpose": ExtendedKeyUsageOID.SERVER_AUTH}, "not for signing code"),
    "unknown critical extension": (
        {"extra": ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b""), True),)},
        "1.2.3.4",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_leaf_that_is_not_for_this_is_refused(state, certify, root, name) -> None:
    fields, reason = REFUSED[name]
    leaf = certify("ada", root, **fields)
    with pytest.raises(SignatureError, match=reason):
        verify_envelope(sign_with(state, leaf), keys={}, roots=[root.pem])


@pytest.mark.parametrize(
    "fields",
    [
        {"purpose": None},
        {"purpose": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE},
        {"extra": ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b""), False),)},
    ],
)
def test_a_leaf_with_no_narrower_purpose_holds(state, certify, root, fields) -> None:
    leaf = certify("ada", root, **fields)
    assert verify_envelope(sign_with(state, leaf), keys={}, roots=[root.pem]).signers


LIMITS = x509.NameConstraints(
    permitted_subtrees=[x509.DNSName("example.org")], excluded_subtrees=None
)
BAD_ISSUERS = {
    "no authority": ({"ca": False}, "is not an authority"),
    "may not issue": ({"ca": True, "sign_certificates": False}, "may not sign certificates"),
    "name constraints": ({"ca": True, "extra": ((LIMITS, False),)}, "2.5.29.30"),
}


@pytest.mark.parametrize("name", BAD_ISSUERS)
@pytest.mark.parametrize("is_root", [True, False])
def test_an_issuer_that_may_not_issue_is_refused(state, certify, root, name, is_root) -> None:
    fields, reason = BAD_ISSUERS[name]
    issuer = certify("issuer", None if is_root else root, **fields)
    leaf = certify("ada", issuer)
    chain = () if is_root else (issuer,)
    roots = [issuer.pem] if is_root else [root.pem]
    with pytest.raises(SignatureError, match=reason):
        verify_envelope(sign_with(state, leaf, *chain), keys={}, roots=roots)


def test_the_path_length_of_an_issuer_is_kept(state, certify) -> None:
    root = certify("root", ca=True, path_length=0)
    middle = certify("middle", root, ca=True)
    leaf = certify("ada", middle)
    with pytest.raises(SignatureError, match="does not allow a chain of this length"):
        verify_envelope(sign_with(state, leaf, middle), keys={}, roots=[root.pem])


def test_a_chain_that_is_too_long_is_refused(state, certify, root) -> None:
    line = [root]
    for depth in range(5):
        line.append(certify(f"middle {depth}", line[-1], ca=True))
    leaf = certify("ada", line[-1])
    with pytest.raises(SignatureError, match="too long"):
        verify_envelope(sign_with(state, leaf, *line[:0:-1]), keys={}, roots=[root.pem])
    leaf = certify("ada", line[-2])
    assert verify_envelope(sign_with(state, leaf, *line[-2:0:-1]), keys={}, roots=[root.pem])


def test_a_small_rsa_key_of_an_issuer_is_refused_and_a_large_one_not(state, certify) -> None:
    for bits, holds in ((2048, True), (1024, False)):
        root = certify("root", ca=True, key=rsa.generate_private_key(65537, bits))
        envelope = sign_with(state, certify("ada", root))
        if holds:
            assert verify_envelope(envelope, keys={}, roots=[root.pem]).signers
        else:
            with pytest.raises(SignatureError, match="none of the trusted roots"):
                verify_envelope(envelope, keys={}, roots=[root.pem])


def test_a_signer_whose_own_key_is_of_another_kind_is_refused(state, certify, root) -> None:
    leaf = certify("ada", root, key=rsa.generate_private_key(65537, 2048))
    envelope = put_beside(sign_statement(state(), certify("bob", root).private), leaf.pem)
    with pytest.raises(SignatureError, match="RSAPublicKey"):
        verify_envelope(envelope, keys={}, roots=[root.pem])


def test_the_certificate_of_another_does_not_lend_its_name(state, certify, root, signers) -> None:
    ada = certify("ada", root)
    stolen = put_beside(sign_statement(state(), signers[0]), ada.pem)
    with pytest.raises(SignatureError, match="not among those that are trusted"):
        verify_envelope(stolen, keys={}, roots=[root.pem])
    keys = {signers[0].public.key_id: signers[0].public}
    with pytest.raises(SignatureError, match="certificate is for another key"):
        verify_envelope(stolen, keys=keys, roots=[root.pem])


def test_with_roots_a_bad_certificate_refuses_a_trusted_key_too_and_without_it_is_not_read(
    state, certify, root
) -> None:
    expired = certify("ada", root, last=state().signed_at - SECOND)
    keys = {expired.private.public.key_id: expired.private.public}
    for chain in (expired.pem, b"rubbish"):
        envelope = put_beside(sign_statement(state(), expired.private), chain)
        with pytest.raises(SignatureError, match="is valid from|cannot be read"):
            verify_envelope(envelope, keys=keys, roots=[root.pem])
        (signer,) = verify_envelope(envelope, keys=keys).signers
        assert signer.subject == ""


def test_a_certificate_alone_is_not_trusted_without_roots(state, certify, root) -> None:
    leaf = certify("ada", root)
    envelope = sign_statement(state(), leaf.private, leaf.pem)
    with pytest.raises(SignatureError, match="not among those that are trusted"):
        verify_envelope(envelope, keys={})


def test_certificates_and_keys_count_together(state, certify, root, signers) -> None:
    leaf = certify("ada", root)
    envelope = add_signature(sign_statement(state(), leaf.private, leaf.pem), signers[0])
    keys = {signers[0].public.key_id: signers[0].public}
    verified = verify_envelope(envelope, keys=keys, roots=[root.pem])
    assert [signer.subject for signer in verified.signers] == ["CN=ada", ""]


def test_a_root_that_is_none_is_told_as_the_callers_fault(state, certify, root) -> None:
    leaf = certify("ada", root)
    with pytest.raises(InvalidInputError, match="a trusted root cannot be read"):
        verify_envelope(sign_with(state, leaf), keys={}, roots=[b"nonsense"])


def test_a_damaged_certificate_is_refused(state, certify, root) -> None:
    leaf = certify("ada", root)
    lines = leaf.pem.splitlines(keepends=True)
    envelope = put_beside(sign_statement(state(), leaf.private), b"".join([*lines[:2], *lines[3:]]))
    with pytest.raises(SignatureError, match="cannot be read"):
        verify_envelope(envelope, keys={}, roots=[root.pem])
