"""One browser for all tests of pages; its network leads nowhere."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from modelkeep.comparison.report.html import to_html

HERE = Path(__file__).parent


def helper(name: str) -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(HERE / f"{name}.py"), run_name=name))


@pytest.fixture(scope="session")
def comparisons() -> SimpleNamespace:
    return helper("comparisons")


@pytest.fixture(scope="session")
def performances() -> SimpleNamespace:
    return helper("performances")


@pytest.fixture(scope="session")
def rankings() -> SimpleNamespace:
    return helper("rankings")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    found = helper("browser")
    assert found.CHROMIUM is not None, "the tests need chromium: apt-get install chromium"
    # It is not found by `runpy` otherwise, whose names are a plain dict.
    opened = found.Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def large_page(comparisons: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "large.html"
    path.write_text(to_html(comparisons.deep(comparisons.many_tensors())), encoding="utf-8")
    return path
