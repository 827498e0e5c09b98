"""Signed statements in DSSE envelopes, version 1: https://github.com/secure-systems-lab/dsse.

    {"payload": "<base64>", "payloadType": "application/vnd.in-toto+json",
     "signatures": [{"keyid": "…", "sig": "<base64>", "cert": "<PEM, the leaf first>"}]}

A key id is the SHA-256 of the key's SubjectPublicKeyInfo; as DSSE asks it is only a hint: it picks
the key to try, and what counts is that this key holds. `cert` is that of in-toto (ITE-7).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelkeep import canonical
from modelkeep.errors import InvalidInputError, SignatureError
from modelkeep.provenance.certificates import check_chain, leaf_key, prepare_chain
from modelkeep.provenance.keys import PrivateKey, PublicKey
from modelkeep.provenance.statement import Statement
from modelkeep.provenance.strict_json import decode_object, get_list, get_text

PAYLOAD_TYPE = "application/vnd.in-toto+json"
LARGEST_ENVELOPE = 1 << 20
MOST_SIGNATURES = 32
_WHAT = "the envelope"


def encode_message(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed: DSSE's pre-authentication encoding (PAE).

    Example:
        >>> encode_message("http://example.com/HelloWorld", b"hello world")
        b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Whose signature holds.

    Attributes:
        key_id: The key's id.
        subject: Whom the certificate beside the signature names; empty without one, or if no
            roots were given.
        identities: The other names in that certificate: `email:…`, `uri:…`, `dns:…`.
    """

    key_id: str
    subject: str = ""
    identities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSignature:
    """A signature that does not count.

    Attributes:
        key_id: The key that it names, unchecked; empty if it names none.
        reason: Why it does not count.
    """

    key_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedStatement:
    """A statement with the signatures of it that hold, at least one.

    Attributes:
        statement: What was signed.
        signers: Who signed it, each key once, in the order of the envelope.
        refused: The signatures that do not count.
    """

    statement: Statement
    signers: tuple[Signer, ...]
    refused: tuple[RefusedSignature, ...] = ()

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys that hold."""
        return tuple(signer.key_id for signer in self.signers)


def sign_statement(
    statement: Statement, private_key: PrivateKey, certificate_chain: bytes | None = None
) -> bytes:
    """Return an envelope with one signature.

    Args:
        statement: What to sign.
        private_key: Signs it.
        certificate_chain: Certificates in PEM to stand beside the signature: that of this key
            first, then each issuer; the root may be left out.

    Raises:
        InvalidInputError: The envelope would be larger than is accepted.
        SignatureError: The certificate is for another key or not valid when it is signed.
    """
    return _write(statement.encode(), [], statement, private_key, certificate_chain)


def add_signature(
    envelope: bytes, private_key: PrivateKey, certificate_chain: bytes | None = None
) -> bytes:
    """Return the envelope with one more signature; an earlier one by the same key is replaced.

    The other signatures are kept as they are, unchecked: `verify_envelope` first, to know what is
    signed.

    Args:
        envelope: What `sign_statement` returned.
        private_key: Signs it.
        certificate_chain: As for `sign_statement`.

    Raises:
        InvalidInputError: The envelope would be larger than is accepted.
        SignatureError: It is not an envelope with a statement, or the certificate does not fit.
    """
    payload, signatures = _read(envelope)
    others = [each for each in signatures if each.get("keyid") != private_key.public.key_id]
    return _write(payload, others, Statement.decode(payload), private_key, certificate_chain)


def verify_envelope(
    envelope: bytes, *, keys: Mapping[str, PublicKey], roots: Sequence[bytes] = ()
) -> VerifiedStatement:
    """Return what was signed and who signed it.

    Signatures by unknown keys are left out of account. With roots, a certificate beside a
    signature must lead to one of them, also where the key itself is trusted; without, certificates
    are not looked at.

    Args:
        envelope: All its bytes.
        keys: The keys that are trusted, by their ids.
        roots: Certificates in PEM that are trusted to say whose key is whose.

    Raises:
        SignatureError: It is not an envelope with a statement about a version, or no signature
            by a trusted key holds.
        InvalidInputError: A key stands under an id that is not its own, or a root is not one.
    """
    for key_id, key in keys.items():
        if key.key_id != key_id:
            raise InvalidInputError(f"the key {key.key_id} is given under the id {key_id!a}")
    payload, signatures = _read(envelope)
    statement = Statement.decode(payload)
    signers: dict[str, Signer] = {}
    refused: list[RefusedSignature] = []
    for entry in signatures:
        try:
            signer = _check_signature(entry, payload, statement, keys, roots)
            if signer.subject or signer.key_id not in signers:
                signers[signer.key_id] = signer
        except SignatureError as error:
            refused.append(RefusedSignature(key_id=entry.get("keyid", ""), reason=error.message))
    if not signers:
        raise SignatureError(_none_holds(statement, refused, keys, roots))
    return VerifiedStatement(
        statement=statement, signers=tuple(signers.values()), refused=tuple(refused)
    )


def _check_signature(
    entry: dict[str, Any],
    payload: bytes,
    statement: Statement,
    keys: Mapping[str, PublicKey],
    roots: Sequence[bytes],
) -> Signer:
    named = entry.get("keyid", "")
    signature = _decode_base64(get_text(entry, "sig", "a signature"), "a signature")
    chain = entry.get("cert", "").encode() if roots else b""
    candidates = list(_candidates(named, keys, chain))
    if not candidates:
        raise SignatureError("its key is not among those that are trusted")
    message = encode_message(PAYLOAD_TYPE, payload)
    key = next((each for each in candidates if each.holds(signature, message)), None)
    if key is None:
        raise SignatureError("it does not hold: it, or what was signed, was changed")
    if not chain:
        return Signer(key_id=key.key_id)
    leaf = check_chain(chain, roots, statement.signed_at)
    if leaf.key != key:
        raise SignatureError("its certificate is for another key")
    return Signer(key_id=key.key_id, subject=leaf.subject, identities=leaf.identities)


def _candidates(named: str, keys: Mapping[str, PublicKey], chain: bytes) -> Iterator[PublicKey]:
    """Yield the keys that may have made a signature; DSSE lets the id be left out."""
    if named in keys:
        yield keys[named]
    elif chain:
        key = leaf_key(chain)
        if named in ("", key.key_id):
            yield key
    elif not named:
        yield from keys.values()


def _none_holds(
    statement: Statement,
    refused: Sequence[RefusedSignature],
    keys: Mapping[str, PublicKey],
    roots: Sequence[bytes],
) -> str:
    facts = statement.facts
    signed_by = "; ".join(f"{each.key_id or 'an unnamed key'} ({each.reason})" for each in refused)
    trusted = ", ".join(sorted(keys)) or "none"
    more = f", and certificates of {len(roots)} roots" if roots else ""
    return (
        f"no signature of {facts.model_id}@{facts.version_number} holds. Signed by: {signed_by}. "
        f"Trusted keys: {trusted}{more}"
    )


def _write(
    payload: bytes,
    others: list[dict[str, Any]],
    statement: Statement,
    private_key: PrivateKey,
    chain: bytes | None,
) -> bytes:
    entry = {
        "keyid": private_key.public.key_id,
        "sig": base64.b64encode(private_key.sign(encode_message(PAYLOAD_TYPE, payload))).decode(),
    }
    if chain is not None:
        entry["cert"] = prepare_chain(chain, private_key.public, statement.signed_at)
    if len(others) >= MOST_SIGNATURES:
        raise InvalidInputError(f"an envelope holds {MOST_SIGNATURES} signatures at most")
    content = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [*others, entry],
    }
    envelope = canonical.encode(content)
    if len(envelope) > LARGEST_ENVELOPE:
        raise InvalidInputError(
            f"the envelope would have {len(envelope)} bytes and may have {LARGEST_ENVELOPE}; "
            f"it names {len(statement.files)} files: put them into fewer (an archive, say)"
        )
    return envelope


def _read(envelope: bytes) -> tuple[bytes, list[dict[str, Any]]]:
    if len(envelope) > LARGEST_ENVELOPE:
        raise SignatureError(
            f"{_WHAT} has {len(envelope)} bytes; one with a statement about a version has "
            f"{LARGEST_ENVELOPE} at most"
        )
    plain = decode_object(envelope, _WHAT)
    kind = get_text(plain, "payloadType", _WHAT)
    if kind != PAYLOAD_TYPE:
        raise SignatureError(f"{_WHAT} holds {kind!a}, and only {PAYLOAD_TYPE!r} is understood")
    payload = _decode_base64(get_text(plain, "payload", _WHAT), "the payload")
    signatures = get_list(plain, "signatures", _WHAT)
    if not 0 < len(signatures) <= MOST_SIGNATURES:
        raise SignatureError(
            f"{_WHAT} has {len(signatures)} signatures; it must have 1 to {MOST_SIGNATURES}"
        )
    for entry in signatures:
        if not isinstance(entry, dict):
            raise SignatureError(f"{_WHAT} has a signature that is not an object")
        for key in ("keyid", "sig", "cert"):
            if key in entry:
                get_text(entry, key, "a signature")
    return payload, signatures


def _decode_base64(text: str, what: str) -> bytes:
    """Decode standard or URL-safe base64 with padding, of which one spelling only is accepted."""
    try:
        raw = base64.b64decode(text.translate({0x2D: "+", 0x5F: "/"}), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError(f"{what} is not base64: {error}") from error
    if text.encode() not in (base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        raise SignatureError(f"{what} is not base64 as it is written in one way only")
    return raw
