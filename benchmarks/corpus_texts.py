"""Real text that is on every machine: the docstrings of the standard library."""

from __future__ import annotations

import ast
import itertools
import sysconfig
from dataclasses import dataclass
from pathlib import Path

_WORDS = 5
_FOLDERS = ("", "asyncio", "email", "http", "importlib", "json", "logging", "unittest", "xml/dom")
KINDS = (ast.Module, ast.ClassDef, ast.FunctionDef)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two neighbouring lines of a docstring.

    Attributes:
        first: The earlier line.
        second: The later one.
        kind: What has the docstring, as an index of `KINDS`.
    """

    first: str
    second: str
    kind: int


def pairs() -> list[Pair]:
    """Return all pairs of neighbouring lines that have enough words, always in one order."""
    root = Path(sysconfig.get_path("stdlib"))
    files = [path for folder in _FOLDERS for path in sorted((root / folder).glob("*.py"))]
    return [pair for path in files for pair in _of_file(path)]


def _of_file(path: Path) -> list[Pair]:
    tree = ast.parse(path.read_bytes())
    found: list[Pair] = []
    for node in ast.walk(tree):
        if isinstance(node, KINDS):
            text = ast.get_docstring(node) or ""
            lines = [line for line in text.splitlines() if len(line.split()) >= _WORDS]
            kind = next(n for n, each in enumerate(KINDS) if isinstance(node, each))
            found += [Pair(*two, kind) for two in itertools.pairwise(lines)]
    return found
