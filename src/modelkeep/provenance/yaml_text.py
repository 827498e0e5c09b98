"""Plain values as YAML that every reader reads alike: JSON's forms, escaped for YAML's rules.

YAML reads JSON nearly as it is. Where it does not, this writes what both versions of YAML read:
floats have a dot (YAML 1.1 takes `1e-05` for a text), and every character that YAML does not call
printable, or takes for a line break, is escaped. No text stands outside of quotes, so none can
end the front matter, start a comment or become a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

_ESCAPED = re.compile(
    r'["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]'
)


def quote(text: str) -> str:
    """Return a text in double quotes, on one line."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def write_scalar(value: str | float | bool | None) -> str:
    """Return a scalar: texts quoted, numbers with a dot where they are floats."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    digits, mark, exponent = repr(float(value)).partition("e")
    signed = exponent if exponent[:1] in ("", "-") else f"+{exponent.removeprefix('+')}"
    return f"{digits if '.' in digits or not mark else digits + '.0'}{mark}{signed}"


def write_block(value: Mapping[str, Any], indent: int = 0) -> list[str]:
    """Return the lines of a mapping: of scalars, mappings, and lists of either.

    Args:
        value: Its keys must be plain words, as they stand unquoted.
        indent: How many spaces stand before each line.
    """
    lines: list[str] = []
    space = " " * indent
    for key, item in value.items():
        if isinstance(item, Mapping):
            lines += [f"{space}{key}:", *write_block(item, indent + 2)]
        elif isinstance(item, list):
            lines.append(f"{space}{key}:")
            for each in item:
                lines += _list_item(each, indent)
        else:
            lines.append(f"{space}{key}: {write_scalar(item)}")
    return lines


def _list_item(item: Any, indent: int) -> list[str]:
    space = " " * indent
    if not isinstance(item, Mapping):
        return [f"{space}- {write_scalar(item)}"]
    first, *rest = write_block(item, indent + 2)
    return [f"{space}- {first.lstrip()}", *rest]


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in '"\\':
        return "\\" + character
    return f"\\u{ord(character):04x}"
