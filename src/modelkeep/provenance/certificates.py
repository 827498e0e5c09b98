"""X.509 certificates beside a signature: whether a chain leads to a root that is trusted.

The library's own path validation is that of the web: it knows no ed25519 and asks for a server or
client. So the chain is followed here, after RFC 5280, section 6, within narrow limits, and what
lies outside of them is refused:

- The chain is given in order, the leaf first, each issued by the next, at most five long; the last
  is issued by a root. Roots are trusted as they are handed in, but must be authorities and valid.
- Every certificate, the root too, is valid at the time of signing.
- Issuers are marked as authorities (basicConstraints), may sign certificates (keyUsage, if they
  have it), and the path length they allow is kept.
- The leaf is no authority, may sign (keyUsage, if it has it) and, if it has extendedKeyUsage, it
  lists code signing or anything.
- Certificates are signed over SHA-2 or with ed25519; RSA keys of issuers have 2048 bits at least.
- A critical extension beyond these and the subject's other names is refused, and so are name
  constraints.

Not looked at: revocation (CRL, OCSP), policies, transparency logs. The time of signing is what
the signer states: a stolen key whose certificate has expired can still state an earlier time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from modelkeep.errors import InvalidInputError, SignatureError
from modelkeep.provenance.keys import PublicKey, public_key_of
from modelkeep.provenance.libraries import require_cryptography

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Extensions

_Value = TypeVar("_Value")
_LONGEST = 5
_SMALLEST_RSA = 2048
_HASHES = ("sha256", "sha384", "sha512")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCertificate:
    """The leaf of a chain that leads to a trusted root.

    Attributes:
        key: Its key.
        subject: Its distinguished name (RFC 4514).
        identities: Its other names: `email:…`, `uri:…`, `dns:…`.
    """

    key: PublicKey
    subject: str
    identities: tuple[str, ...]


def leaf_key(chain: bytes) -> PublicKey:
    """Return the key of the first certificate; says nothing of whether it is trusted.

    Raises:
        SignatureError: There is no certificate, or its key is not of a kind that is used here.
    """
    return _key_of(_load(chain)[0])


def prepare_chain(chain: bytes, key: PublicKey, signed_at: datetime) -> str:
    """Return the certificates alone, whatever else stands in the PEM (a private key, say).

    Raises:
        SignatureError: It is for another key, or not valid at that time.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    certificates = _load(chain)
    leaf = certificates[0]
    if _key_of(leaf) != key:
        raise SignatureError(f"{_name(leaf)} is not for the key {key.key_id} that signs")
    _check_time(leaf, signed_at)
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates).decode()


def check_chain(chain: bytes, roots: Sequence[bytes], signed_at: datetime) -> CheckedCertificate:
    """Follow a chain to a root.

    Args:
        chain: Certificates in PEM, the leaf first.
        roots: Certificates in PEM that are trusted; one entry may hold several.
        signed_at: When the leaf's key signed, aware.

    Raises:
        SignatureError: It does not lead to one of the roots, or breaks a rule told above.
        InvalidInputError: A root cannot be read.
    """
    certificates = _load(chain)
    trusted = _load_roots(roots)
    if len(certificates) > 1 and certificates[-1] in trusted:
        certificates = certificates[:-1]
    if len(certificates) > _LONGEST:
        raise SignatureError(f"the chain of {len(certificates)} certificates is too long")
    try:
        return _follow(certificates, trusted, signed_at)
    except ValueError as error:  # The library reads extensions when they are asked for.
        raise SignatureError(f"a certificate cannot be read: {error}") from error


def _follow(
    certificates: list[Certificate], trusted: list[Certificate], signed_at: datetime
) -> CheckedCertificate:
    leaf = certificates[0]
    _check_leaf_use(leaf)
    issuers = [*certificates[1:], _find_root(certificates[-1], trusted)]
    for below, issuer in zip(certificates, issuers, strict=True):
        if not _is_issued_by(below, issuer):
            raise SignatureError(f"{_name(below)} was not issued by {_name(issuer)}")
    for depth, issuer in enumerate(issuers):
        _check_issuer(issuer, depth)
    for certificate in (*certificates, issuers[-1]):
        _check_time(certificate, signed_at)
    return CheckedCertificate(
        key=_key_of(leaf), subject=leaf.subject.rfc4514_string(), identities=_identities(leaf)
    )


def _find_root(last: Certificate, trusted: list[Certificate]) -> Certificate:
    for root in trusted:
        if root != last and _is_issued_by(last, root):
            return root
    raise SignatureError(
        f"{_name(last)} was issued by {last.issuer.rfc4514_string()!a}, which is none of the "
        f"trusted roots ({', '.join(_name(root) for root in trusted) or 'there are none'})"
    )


def _is_issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import rsa

    try:
        digest = certificate.signature_hash_algorithm
        if digest is not None and digest.name not in _HASHES:
            return False
        key = issuer.public_key()
        if isinstance(key, rsa.RSAPublicKey) and key.key_size < _SMALLEST_RSA:
            return False
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _check_issuer(issuer: Certificate, depth: int) -> None:
    from cryptography import x509

    extensions = _known_extensions(issuer)
    constraints = _find(extensions, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        raise SignatureError(f"{_name(issuer)} is not an authority, so it cannot issue others")
    if constraints.path_length is not None and depth > constraints.path_length:
        raise SignatureError(f"{_name(issuer)} does not allow a chain of this length below it")
    usage = _find(extensions, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise SignatureError(f"{_name(issuer)} may not sign certificates (keyUsage)")


def _check_leaf_use(leaf: Certificate) -> None:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    extensions = _known_extensions(leaf)
    constraints = _find(extensions, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        raise SignatureError(f"{_name(leaf)} is an authority and not the certificate of a signer")
    usage = _find(extensions, x509.KeyUsage)
    if usage is not None and not usage.digital_signature:
        raise SignatureError(f"{_name(leaf)} may not make signatures (keyUsage)")
    purposes = _find(extensions, x509.ExtendedKeyUsage)
    fitting = (ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    if purposes is not None and not any(purpose in fitting for purpose in purposes):
        raise SignatureError(f"{_name(leaf)} is not for signing code (extendedKeyUsage)")


def _check_time(certificate: Certificate, moment: datetime) -> None:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= moment <= last:
        raise SignatureError(
            f"{_name(certificate)} is valid from {first.isoformat()} to {last.isoformat()}, "
            f"and the signature states {moment.isoformat()}"
        )


def _known_extensions(certificate: Certificate) -> Extensions:
    from cryptography import x509

    known = (
        x509.BasicConstraints,
        x509.KeyUsage,
        x509.ExtendedKeyUsage,
        x509.SubjectAlternativeName,
    )
    for extension in certificate.extensions:
        critical = extension.critical and not isinstance(extension.value, known)
        if critical or isinstance(extension.value, x509.NameConstraints):
            raise SignatureError(
                f"{_name(certificate)} has the extension {extension.oid.dotted_string}, "
                "which is not understood here"
            )
    return certificate.extensions


def _find(extensions: Extensions, kind: type[_Value]) -> _Value | None:
    return next((each.value for each in extensions if isinstance(each.value, kind)), None)


def _identities(leaf: Certificate) -> tuple[str, ...]:
    from cryptography import x509

    names = _find(leaf.extensions, x509.SubjectAlternativeName)
    if names is None:
        return ()
    kinds = (
        ("email", x509.RFC822Name),
        ("uri", x509.UniformResourceIdentifier),
        ("dns", x509.DNSName),
    )
    return tuple(
        f"{kind}:{value}"
        for kind, name_type in kinds
        for value in names.get_values_for_type(name_type)
    )


def _load(pem: bytes) -> list[Certificate]:
    require_cryptography()
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise SignatureError(f"the certificates cannot be read: {error}") from error


def _load_roots(roots: Sequence[bytes]) -> list[Certificate]:
    try:
        return [certificate for pem in roots for certificate in _load(pem)]
    except SignatureError as error:
        raise InvalidInputError(f"a trusted root cannot be read: {error.message}") from error


def _key_of(certificate: Certificate) -> PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return public_key_of(certificate.public_key())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureError(f"{_name(certificate)} cannot be used: {error}") from error


def _name(certificate: Certificate) -> str:
    return f"the certificate of {certificate.subject.rfc4514_string()!a}"
