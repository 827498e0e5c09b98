"""Reading JSON that a stranger may have written: one meaning or none.

Two readers that disagree about a text are how a signed text comes to say something else than what
was checked. So nothing is accepted that readers are known to read differently: duplicate keys,
NaN, lone surrogates, another encoding than UTF-8.
"""

from __future__ import annotations

import json
from typing import Any

from modelkeep.errors import SignatureError


def decode_object(text: bytes, what: str) -> dict[str, Any]:
    """Return a JSON object.

    Args:
        text: All its bytes.
        what: How it is named in errors.

    Raises:
        SignatureError: It is not one, or not one that every reader understands alike.
    """
    try:
        value = json.loads(
            text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise SignatureError(f"{what} is not strict JSON: {reason}") from error
    if not isinstance(value, dict):
        raise SignatureError(f"{what} is not a JSON object but a {type(value).__name__}")
    return value


def get_text(plain: dict[str, Any], key: str, what: str) -> str:
    """Return a text of an object.

    Raises:
        SignatureError: It is missing or not a text.
    """
    value = plain.get(key)
    if not isinstance(value, str):
        raise SignatureError(f"{what} has no text {key!r}")
    return value


def get_list(plain: dict[str, Any], key: str, what: str) -> list[Any]:
    """Return a list of an object.

    Raises:
        SignatureError: It is missing or not a list.
    """
    value = plain.get(key)
    if not isinstance(value, list):
        raise SignatureError(f"{what} has no list {key!r}")
    return value


def get_object(plain: dict[str, Any], key: str, what: str) -> dict[str, Any]:
    """Return an object of an object.

    Raises:
        SignatureError: It is missing or not an object.
    """
    value = plain.get(key)
    if not isinstance(value, dict):
        raise SignatureError(f"{what} has no object {key!r}")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!a} stands in it twice")
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
