"""Keys that sign and keys that verify: ed25519 and ECDSA on P-256 with SHA-256, in PEM."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from modelkeep.errors import InvalidInputError, UnknownChoiceError
from modelkeep.provenance.libraries import require_cryptography

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KeyKind = Literal["ed25519", "ecdsa-p256"]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies.

    Attributes:
        kind: `ed25519` or `ecdsa-p256`.
        der: Its SubjectPublicKeyInfo (RFC 5280) in DER.
    """

    kind: KeyKind
    der: bytes

    @property
    def key_id(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, 64 hexadecimal digits."""
        return hashlib.sha256(self.der).hexdigest()

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the private half of this key made the signature for this message.

        Raises:
            MissingLibraryError: `cryptography` is not installed.
        """
        require_cryptography()
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        key = load_der_public_key(self.der)
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, message)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, message, ec.ECDSA(SHA256()))
            else:
                return False
        except InvalidSignature:
            return False
        return True


class PrivateKey:
    """A key that signs.

    Args:
        key: The library's key.
        public: Its public half.
    """

    def __init__(self, key: Ed25519PrivateKey | EllipticCurvePrivateKey, public: PublicKey) -> None:
        self._key = key
        self.public = public

    def __repr__(self) -> str:
        return f"PrivateKey({self.public.kind}, {self.public.key_id})"

    def sign(self, message: bytes) -> bytes:
        """Return the signature: 64 bytes of ed25519 (RFC 8032), or ECDSA in DER."""
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519
        from cryptography.hazmat.primitives.hashes import SHA256

        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(message)
        return self._key.sign(message, ec.ECDSA(SHA256()))


def load_private_key(pem: bytes, password: bytes | None = None) -> PrivateKey:
    """Read a private key.

    Args:
        pem: All bytes of the PEM file.
        password: What it is encrypted with; None if it is not.

    Raises:
        InvalidInputError: It is not a key, not of a kind that is used here, or the password does
            not open it.
        MissingLibraryError: `cryptography` is not installed.
    """
    require_cryptography()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInputError(f"the private key cannot be read: {error}") from error
    if not isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        raise _wrong_kind("private", key)
    return PrivateKey(key, public_key_of(key.public_key()))


def load_public_key(pem: bytes) -> PublicKey:
    """Read a public key.

    Args:
        pem: All bytes of the PEM file.

    Raises:
        InvalidInputError: It is not a key, or not of a kind that is used here.
        MissingLibraryError: `cryptography` is not installed.
    """
    require_cryptography()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInputError(f"the public key cannot be read: {error}") from error
    return public_key_of(key)


def generate_key(kind: KeyKind = "ed25519", password: bytes | None = None) -> tuple[bytes, bytes]:
    """Make a new pair of keys.

    Args:
        kind: `ed25519` or `ecdsa-p256`.
        password: Encrypts the private key; None leaves it readable.

    Returns:
        The private key (PKCS #8) and the public key, both in PEM.

    Raises:
        UnknownChoiceError: There is no such kind.
        MissingLibraryError: `cryptography` is not installed.
    """
    require_cryptography()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if kind not in get_args(KeyKind):
        raise UnknownChoiceError("kind of key", kind, get_args(KeyKind))
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    if kind == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = ec.generate_private_key(ec.SECP256R1())
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, public


def public_key_of(key: object) -> PublicKey:
    """Return the key for one of the library's.

    Raises:
        InvalidInputError: It is not of a kind that is used here.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    kind: KeyKind
    if isinstance(key, ed25519.Ed25519PublicKey):
        kind = "ed25519"
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        kind = "ecdsa-p256"
    else:
        raise _wrong_kind("public", key)
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return PublicKey(kind, der)


def _wrong_kind(half: str, key: object) -> InvalidInputError:
    curve = getattr(getattr(key, "curve", None), "name", "")
    name = type(key).__name__ + (f" on {curve}" if curve else "")
    return InvalidInputError(
        f"the {half} key is a {name}; signatures are made with {' or '.join(get_args(KeyKind))}"
    )
