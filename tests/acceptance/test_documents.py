"""The examples of README and guide run as they stand."""

from __future__ import annotations

import asyncio
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from modelkeep.deployment.rollouts.plan import plan_of

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def blocks(name: str) -> list[str]:
    return BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))


def test_the_guide_runs_from_its_first_line_to_its_last(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    found = blocks("docs/guide.md")
    assert len(found) > 8
    for block in found:
        exec(compile(block, "docs/guide.md", "exec"), names)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("docs/canary.md", 7),
        ("docs/experiments.md", 4),
        ("docs/tracking.md", 7),
        ("docs/comparison.md", 4),
    ],
)
def test_a_page_runs(name: str, least: int, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    found = blocks(name)
    assert len(found) >= least
    for block in found:
        exec(compile(block, name, "exec"), names)


def test_the_plan_of_the_page_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs/canary.md").read_text(encoding="utf-8")
    (toml,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "plan.toml").write_text(toml, encoding="utf-8")
    plan = plan_of(tmp_path / "plan.toml")
    assert [metric.name for metric in plan.metrics] == ["errors", "latency", "quality"]


def test_the_canary_of_the_readme(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(blocks("README.md")[1], "README.md", "exec"), names)
    assert names["answer"] in (3.0, 3.3000000000000003)


def test_the_ten_lines_of_the_readme(tmp_path: Path) -> None:
    program = blocks("README.md")[0] + "\nassert model == {'weights': [0.1, 0.2]}\nmk.close()\n"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("1.0.1 is better than 1.0.0")


def test_the_asyncio_example_of_the_readme(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(blocks("README.md")[2], "README.md", "exec"), names)
    assert inspect.iscoroutinefunction(names["release"])
    asyncio.run(names["release"]({"w": 1}))
    assert (tmp_path / "model_versions/catalogue.sqlite").is_file()


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "docs/cli.md",
        "docs/guide.md",
        "docs/canary.md",
        "docs/experiments.md",
        "docs/tracking.md",
        "docs/comparison.md",
        "docs/telemetry.md",
        "docs/team.md",
    ],
)
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    missing = [link for link in links if not ((ROOT / name).parent / link).exists()]
    assert missing == []


def test_every_command_is_documented() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "modelkeep.cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    section = done.stdout.split("Commands:")[1].split("\n\n")[0]
    commands = re.findall(r"^  ([a-z-]+) ", section, re.MULTILINE)
    documented = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    assert len(commands) > 20
    assert [each for each in commands if f"`{each}" not in documented] == []


def test_importing_is_light() -> None:
    program = (
        "import sys, modelkeep\n"
        "heavy = {'sqlalchemy', 'numpy', 'typer', 'rich', 'anyio', 'alembic', 'asyncio'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
