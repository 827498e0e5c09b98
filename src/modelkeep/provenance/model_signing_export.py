"""Signatures in the form of OpenSSF model-signing (https://github.com/ossf/model-signing-spec).

The library of that project writes and reads them: a Sigstore bundle with an in-toto statement
about every file below a folder, by an elliptic key. Whoever has the files and the public key
verifies them with `model_signing verify key`, without Modelkeep.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from modelkeep.errors import InvalidInputError
from modelkeep.provenance.keys import load_private_key
from modelkeep.provenance.libraries import require_model_signing


def sign_files(
    path: Path, signature: Path, private_key: bytes, password: bytes | None = None
) -> None:
    """Sign a file or folder with the library of OpenSSF.

    Args:
        path: The file or folder.
        signature: Where the signature goes.
        private_key: In PEM; ECDSA on P-256.
        password: Opens the key; None if it is not encrypted.

    Raises:
        MissingLibraryError: `model-signing`, or `pyopenssl` that it needs besides, is not there.
        InvalidInputError: The key is of another kind.
    """
    require_model_signing()
    kind = load_private_key(private_key, password).public.kind
    if kind != "ecdsa-p256":
        raise InvalidInputError(
            f"model-signing takes elliptic keys, and this one is {kind}; "
            "`modelkeep key new FILE --kind ecdsa-p256` makes one"
        )
    from model_signing import signing

    # The library reads keys from files only.
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "key.pem"
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(private_key)
        text = None if password is None else password.decode()
        signer = signing.Config()  # type: ignore[no-untyped-call]
        signer.use_elliptic_key_signer(private_key=key, password=text).sign(path, signature)
