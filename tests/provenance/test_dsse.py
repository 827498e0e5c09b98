"""Envelopes: what holds, what does not, and that nothing in between is accepted."""

from __future__ import annotations

import base64
import dataclasses
import json
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization import PublicFormat as Public
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelkeep.errors import InvalidInputError, SignatureError, UnknownChoiceError
from modelkeep.provenance.dsse import (
    LARGEST_ENVELOPE,
    add_signature,
    encode_message,
    sign_statement,
    verify_envelope,
)
from modelkeep.provenance.keys import (
    generate_key,
    load_private_key,
    load_public_key,
    public_key_of,
)
from modelkeep.storage.manifest import FileEntry, Manifest

FIXTURES_ARE_CONSTANT = [HealthCheck.function_scoped_fixture]


def trusted(*private_keys):
    return {each.public.key_id: each.public for each in private_keys}


def changed(envelope: bytes, change) -> bytes:
    plain = json.loads(envelope)
    change(plain)
    return json.dumps(plain).encode()


# The vector of https://github.com/secure-systems-lab/dsse/blob/master/protocol.md.
VECTOR_SIGNATURE = (
    "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
)
VECTOR_X = 46950820868899156662930047687818585632848591499744589407958293238635476079160
VECTOR_Y = 5640078356564379163099075877009565129882514886557779369047442380624545832820


def test_the_message_is_that_of_the_official_vector() -> None:
    message = encode_message("http://example.com/HelloWorld", b"hello world")
    assert message == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert encode_message("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_the_signature_of_the_official_vector_holds() -> None:
    numbers = ec.EllipticCurvePublicNumbers(VECTOR_X, VECTOR_Y, ec.SECP256R1())
    key = public_key_of(numbers.public_key())
    raw = base64.b64decode(VECTOR_SIGNATURE)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    message = encode_message("http://example.com/HelloWorld", b"hello world")
    assert key.holds(encode_dss_signature(r, s), message)
    assert not key.holds(encode_dss_signature(r, s), message + b".")


@pytest.mark.parametrize("which", [0, 1])
def test_what_was_signed_comes_back(state, signers, which) -> None:
    key = signers[which]
    envelope = sign_statement(state(), key)
    verified = verify_envelope(envelope, keys=trusted(*signers))
    assert verified.statement == state()
    assert verified.key_ids == (key.public.key_id,)
    assert verified.refused == ()
    plain = json.loads(envelope)
    assert plain["payloadType"] == "application/vnd.in-toto+json"
    assert base64.b64decode(plain["payload"]) == state().encode()


def test_several_signatures_are_each_told(state, signers) -> None:
    envelope = sign_statement(state(), signers[0])
    for key in signers[1:3]:
        envelope = add_signature(envelope, key)
    envelope = add_signature(envelope, signers[0])
    assert len(json.loads(envelope)["signatures"]) == 3
    verified = verify_envelope(envelope, keys=trusted(signers[0], signers[2], signers[3]))
    assert set(verified.key_ids) == {signers[0].public.key_id, signers[2].public.key_id}
    (stranger,) = verified.refused
    assert stranger.key_id == signers[1].public.key_id
    assert "not among those that are trusted" in stranger.reason


def test_the_refusal_names_who_signed_and_who_is_trusted(state, signers) -> None:
    envelope = add_signature(sign_statement(state(), signers[0]), signers[1])
    with pytest.raises(SignatureError) as caught:
        verify_envelope(envelope, keys=trusted(signers[2], signers[3]))
    assert "no signature of churn@1.1.0 holds" in str(caught.value)
    assert all(key.public.key_id in str(caught.value) for key in signers)
    with pytest.raises(SignatureError, match="Trusted keys: none"):
        verify_envelope(envelope, keys={})


def test_a_signature_by_a_key_that_claims_a_trusted_id_does_not_hold(state, signers) -> None:
    def claim(plain) -> None:
        plain["signatures"][0]["keyid"] = signers[2].public.key_id

    envelope = changed(sign_statement(state(), signers[0]), claim)
    with pytest.raises(SignatureError, match="it does not hold"):
        verify_envelope(envelope, keys=trusted(*signers))


def test_a_key_under_an_id_that_is_not_its_own_is_refused(state, signers) -> None:
    keys = {signers[0].public.key_id: signers[2].public}
    with pytest.raises(InvalidInputError, match="given under the id"):
        verify_envelope(sign_statement(state(), signers[0]), keys=keys)


def test_an_id_may_be_left_out_as_dsse_allows(state, signers) -> None:
    envelope = changed(
        sign_statement(state(), signers[1]), lambda p: p["signatures"][0].pop("keyid")
    )
    verified = verify_envelope(envelope, keys=trusted(*signers))
    assert verified.key_ids == (signers[1].public.key_id,)
    with pytest.raises(SignatureError, match="an unnamed key"):
        verify_envelope(envelope, keys=trusted(signers[0]))


def test_url_safe_base64_is_read_too(state, signers) -> None:
    def respell(plain) -> None:
        plain["payload"] = plain["payload"].translate({0x2B: "-", 0x2F: "_"})
        entry = plain["signatures"][0]
        entry["sig"] = entry["sig"].translate({0x2B: "-", 0x2F: "_"})

    envelope = changed(sign_statement(state(created_by="ÿ~~~???>>>"), signers[0]), respell)
    assert verify_envelope(envelope, keys=trusted(signers[0])).key_ids


@settings(max_examples=150, suppress_health_check=FIXTURES_ARE_CONSTANT, deadline=None)
@given(data=st.data(), which=st.sampled_from([0, 1]))
def test_any_flipped_bit_of_payload_signature_or_key_id_is_refused(
    state, signers, data, which
) -> None:
    key = signers[which]
    plain = json.loads(sign_statement(state(), key))
    entry = plain["signatures"][0]
    place, name = data.draw(st.sampled_from([(plain, "payload"), (entry, "sig"), (entry, "keyid")]))
    coded = name != "keyid" and data.draw(st.booleans(), label="flip before base64")
    raw = bytearray(base64.b64decode(place[name]) if coded else place[name].encode())
    # Signatures of ECDSA differ in length from run to run, so the place is drawn without it.
    bit = data.draw(st.integers(0, 2**16)) % (len(raw) * 8)
    raw[bit // 8] ^= 1 << bit % 8
    place[name] = base64.b64encode(raw).decode() if coded else raw.decode("latin-1")
    with pytest.raises(SignatureError):
        verify_envelope(json.dumps(plain).encode(), keys=trusted(*signers))


@pytest.mark.parametrize("which", [0, 1])
def test_every_single_flipped_bit_of_signature_and_key_id_is_refused(state, signers, which) -> None:
    plain = json.loads(sign_statement(state(), signers[which]))
    entry = plain["signatures"][0]
    held = base64.b64decode(entry["sig"]), entry["keyid"].encode()
    for place, raw in enumerate(held):
        for bit in range(len(raw) * 8):
            flipped = bytearray(raw)
            flipped[bit // 8] ^= 1 << bit % 8
            sig, name = (flipped, held[1]) if place == 0 else (held[0], flipped)
            entry |= {"sig": base64.b64encode(sig).decode(), "keyid": name.decode("latin-1")}
            with pytest.raises(SignatureError):
                verify_envelope(json.dumps(plain).encode(), keys=trusted(*signers))


@settings(max_examples=400, suppress_health_check=FIXTURES_ARE_CONSTANT, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_refused_or_changes_nothing(state, signers, data) -> None:
    envelope = bytearray(sign_statement(state(), signers[0]))
    bit = data.draw(st.integers(0, len(envelope) * 8 - 1))
    envelope[bit // 8] ^= 1 << bit % 8
    try:
        verified = verify_envelope(bytes(envelope), keys=trusted(*signers))
    except SignatureError:
        return
    assert verified.statement == state()
    assert verified.key_ids == (signers[0].public.key_id,)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_garbage_is_refused_as_such(text) -> None:
    with pytest.raises(SignatureError):
        verify_envelope(text, keys={})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["payload", "keyid", "sig", "cert"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=FIXTURES_ARE_CONSTANT)
@given(value=JSON, place=st.sampled_from(["payload", "payloadType", "signatures", "entry", "sig"]))
def test_any_json_in_place_of_a_part_is_refused_as_such(state, signers, value, place) -> None:
    def put(plain) -> None:
        if place == "entry":
            plain["signatures"] = [value]
        elif place == "sig":
            plain["signatures"][0]["sig"] = value
        else:
            plain[place] = value

    with pytest.raises(SignatureError):
        verify_envelope(
            changed(sign_statement(state(), signers[0]), put),
            keys=trusted(*signers),
            roots=[],
        )


REFUSED = {
    "another payload type": (lambda p: p.update(payloadType="text/plain"), "only 'application/vnd"),
    "no payload type": (lambda p: p.pop("payloadType"), "payloadType"),
    "payload not base64": (lambda p: p.update(payload="§"), "not base64"),
    "payload without padding": (lambda p: p.update(payload="YQ"), "not base64"),
    "payload with a newline": (lambda p: p.update(payload="YQ==\n"), "not base64"),
    "payload with spare bits": (lambda p: p.update(payload="YR=="), "one way only"),
    "payload of two alphabets": (lambda p: p.update(payload="-/8="), "one way only"),
    "no signatures": (lambda p: p.update(signatures=[]), "has 0 signatures"),
    "too many signatures": (lambda p: p.update(signatures=p["signatures"] * 33), "33 signatures"),
    "signature not an object": (lambda p: p.update(signatures=["x"]), "not an object"),
    "key id not a text": (lambda p: p["signatures"][0].update(keyid=None), "keyid"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_envelope_with_a_fault_is_refused(state, signers, name) -> None:
    change, reason = REFUSED[name]
    envelope = changed(sign_statement(state(), signers[0]), change)
    with pytest.raises(SignatureError, match=reason):
        verify_envelope(envelope, keys=trusted(*signers))
    with pytest.raises(SignatureError, match=reason):
        add_signature(envelope, signers[0]) if "key id" not in name else verify_envelope(
            envelope, keys={}
        )


def test_duplicate_keys_are_refused(state, signers) -> None:
    envelope = sign_statement(state(), signers[0])
    for before, after in (
        (b'{"payload"', b'{"payload":"","payload"'),
        (b'"keyid"', b'"keyid":"","keyid"'),
    ):
        assert before in envelope
        with pytest.raises(SignatureError, match="twice"):
            verify_envelope(envelope.replace(before, after), keys=trusted(*signers))


def test_an_envelope_over_a_mebibyte_is_refused_unread_and_unwritten(state, signers) -> None:
    envelope = sign_statement(state(), signers[0])
    padded = envelope[:-1] + b" " * (LARGEST_ENVELOPE - len(envelope)) + b"}"
    assert verify_envelope(padded, keys=trusted(*signers)).key_ids
    with pytest.raises(SignatureError, match="1048577 bytes"):
        verify_envelope(padded + b" ", keys=trusted(*signers))
    many = tuple(FileEntry(path=f"{n:0100}", sha256="ab" * 32, size_bytes=1) for n in range(5000))
    with pytest.raises(InvalidInputError, match="names 5000 files"):
        sign_statement(state(files=Manifest(format="folder", files=many)), signers[0])


def test_another_statement_under_the_same_signature_is_refused(state, signers) -> None:
    other = base64.b64encode(state(version_number="1.1.1").encode()).decode()
    envelope = changed(sign_statement(state(), signers[0]), lambda p: p.update(payload=other))
    with pytest.raises(SignatureError, match="it does not hold"):
        verify_envelope(envelope, keys=trusted(*signers))


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-p256"])
def test_keys_are_read_back(kind) -> None:
    private_pem, public_pem = generate_key(kind)
    private = load_private_key(private_pem)
    public = load_public_key(public_pem)
    assert private.public == public
    assert public.kind == kind
    assert public.key_id in repr(private)
    assert public.holds(private.sign(b"x"), b"x")
    encrypted, _ = generate_key(kind, password=b"secret")
    assert b"ENCRYPTED" in encrypted
    assert load_private_key(encrypted, b"secret").public.kind == kind
    for password in (None, b"wrong"):
        with pytest.raises(InvalidInputError, match="cannot be read"):
            load_private_key(encrypted, password)


def test_a_key_id_is_the_digest_that_openssl_gives(tmp_path) -> None:
    _, public_pem = generate_key("ed25519")
    (tmp_path / "key.pem").write_bytes(public_pem)
    der = base64.b64decode(b"".join(public_pem.splitlines()[1:-1]))
    digest = subprocess.run(
        ["sha256sum"], input=der, capture_output=True, check=True
    ).stdout.split()[0]
    assert load_public_key(public_pem).key_id == digest.decode()


def test_keys_of_other_kinds_are_refused() -> None:
    for key, name in (
        (rsa.generate_private_key(65537, 2048), "RSAPrivateKey"),
        (ec.generate_private_key(ec.SECP384R1()), "secp384r1"),
    ):
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, Public.SubjectPublicKeyInfo)
        with pytest.raises(InvalidInputError, match="ed25519 or ecdsa-p256"):
            load_private_key(private)
        with pytest.raises(InvalidInputError, match=name.removesuffix("PrivateKey")):
            load_public_key(public)
    for pem in (b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(InvalidInputError, match="cannot be read"):
            load_public_key(pem)
        with pytest.raises(InvalidInputError, match="cannot be read"):
            load_private_key(pem)
    with pytest.raises(UnknownChoiceError, match="rsa"):
        generate_key("rsa")


def test_a_statement_cannot_be_changed(state) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        state().ordinal = 3


def test_without_the_library_the_error_names_it() -> None:
    code = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from modelkeep.provenance import dsse, keys, policy, seen\n"
        "from modelkeep.errors import MissingLibraryError\n"
        "for call in (keys.generate_key, lambda: keys.load_public_key(b''),\n"
        "             lambda: keys.load_private_key(b''),\n"
        "             lambda: keys.PublicKey('ed25519', b'').holds(b'', b'')):\n"
        "    try: call()\n"
        "    except MissingLibraryError as error: assert 'pip install cryptography' in str(error)\n"
        "    else: raise SystemExit('not refused')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_importing_the_room_imports_neither_library() -> None:
    code = (
        "import sys, pkgutil, importlib, modelkeep.provenance as room\n"
        "for each in pkgutil.iter_modules(room.__path__):\n"
        "    importlib.import_module('modelkeep.provenance.' + each.name)\n"
        "found = {'cryptography', 'cyclonedx', 'yaml', 'jsonschema'} & set(sys.modules)\n"
        "raise SystemExit(str(found) if found else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
