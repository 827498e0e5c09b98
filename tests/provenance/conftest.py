"""What the tests of provenance share: versions, manifests, keys and certificates, all real."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.provenance.keys import PrivateKey, generate_key, load_private_key
from modelkeep.provenance.statement import Statement, make_statement
from modelkeep.storage.manifest import FileEntry, Manifest

SIGNED_AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
VERSION = ModelVersion(
    version_id="0196b0a0-0000-7000-8000-000000000002",
    model_id="churn",
    version_number="1.1.0",
    status=ModelStatus.READY,
    deployment_stage=DeploymentStage.DEVELOPMENT,
    model_path="",
    metadata_path="",
    checksum="ab" * 32,
    created_at=datetime(2026, 5, 3, 8, 30, 15, 250, tzinfo=UTC),
    updated_at=datetime(2026, 5, 3, 8, 30, 15, 250, tzinfo=UTC),
    created_by="ada",
    description="Who leaves next month",
    tags=["nightly", "tabular"],
    metrics={"accuracy": 0.91, "loss": 1e-05},
    dependencies={"python": "3.11.7", "scikit-learn": "1.9.1", "numpy": "2.4.6"},
    configuration={"lr": 0.1, "layers": [3, 4], "license": "Apache-2.0"},
    deployment_config={},
    parent_version="0196b0a0-0000-7000-8000-000000000001",
    size_bytes=30,
    is_active=False,
)
PARENT = dataclasses.replace(
    VERSION,
    version_id="0196b0a0-0000-7000-8000-000000000001",
    version_number="1.0.0",
    created_at=VERSION.created_at - timedelta(days=1),
    parent_version=None,
)
MANIFEST = Manifest(
    format="joblib",
    files=tuple(
        FileEntry(
            path=path,
            sha256=hashlib.sha256(path.encode()).hexdigest(),
            size_bytes=len(path),
            root_blake3="cd" * 32,
        )
        for path in ("config.json", "model.joblib")
    ),
    empty_folders=("logs",),
)


@pytest.fixture
def version() -> ModelVersion:
    return VERSION


@pytest.fixture
def parent() -> ModelVersion:
    return PARENT


@pytest.fixture
def manifest() -> Manifest:
    return MANIFEST


@pytest.fixture
def state() -> Callable[..., Statement]:
    """Makes a statement about the version, with fields of it changed."""

    def make(
        *,
        ordinal: int = 2,
        signed_at: datetime = SIGNED_AT,
        files: Manifest = MANIFEST,
        **fields: Any,
    ) -> Statement:
        version = dataclasses.replace(VERSION, **fields)
        return make_statement(version, files, ordinal=ordinal, signed_at=signed_at)

    return make


@pytest.fixture(scope="session")
def signers() -> list[PrivateKey]:
    """Four keys of both kinds."""
    kinds = ("ed25519", "ecdsa-p256", "ed25519", "ecdsa-p256")
    return [load_private_key(generate_key(kind)[0]) for kind in kinds]


class Authority:
    """A certificate and its key, which can issue others."""

    def __init__(self, certificate: x509.Certificate, key: Any) -> None:
        self.certificate = certificate
        self.key = key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def private_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def private(self) -> PrivateKey:
        return load_private_key(self.private_pem)


def make_certificate(
    name: str,
    issuer: Authority | None = None,
    *,
    ca: bool = False,
    first: datetime = SIGNED_AT - timedelta(days=1),
    last: datetime = SIGNED_AT + timedelta(days=1),
    purpose: Any = ExtendedKeyUsageOID.CODE_SIGNING,
    path_length: int | None = None,
    sign_certificates: bool = True,
    digital_signature: bool = True,
    kind: str = "ed25519",
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    key: Any = None,
) -> Authority:
    if key is None:
        is_ed = kind == "ed25519"
        key = (
            ed25519.Ed25519PrivateKey.generate()
            if is_ed
            else ec.generate_private_key(ec.SECP256R1())
        )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=digital_signature, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False,
                key_cert_sign=ca and sign_certificates, crl_sign=False, encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    if not ca:
        names = [x509.RFC822Name(f"{name}@example.org"), x509.DNSName(f"{name}.example.org")]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if purpose is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    for value, critical in extra:
        builder = builder.add_extension(value, critical=critical)
    digest = None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Authority(builder.sign(issuer_key, digest), key)


@pytest.fixture(scope="session")
def certify() -> Callable[..., Authority]:
    return make_certificate


@pytest.fixture(scope="session")
def root() -> Authority:
    return make_certificate("root", ca=True)
