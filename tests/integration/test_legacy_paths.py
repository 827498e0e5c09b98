"""The old import paths, from built wheels, beside a foreign distribution of the same namespace."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio
import core.other
from core.services.adaptive_learning.versioning import (
    ModelVersioningService, ModelVersioningConfig, ModelVersion, ModelStatus, DeploymentStage)
from core.services.adaptive_learning import infrastructure, versioning
from core.services.adaptive_learning.infrastructure import model_versioning
from core.services.adaptive_learning.versioning import models

for name in ("ModelVersioningService", "ModelVersioningConfig", "ModelVersion", "ModelStatus",
             "DeploymentStage"):
    assert getattr(infrastructure, name) is getattr(versioning, name)
    assert getattr(model_versioning, name) is getattr(versioning, name)
    assert name == "ModelVersioningService" or getattr(models, name) is getattr(versioning, name)

async def main():
    async with ModelVersioningService(ModelVersioningConfig(storage_path="versions")) as service:
        first = await service.create_model_version("m", {"w": 1})
        second = await service.create_model_version("m", {"w": 2})
        for version_id in (first, second):
            await service.deploy_model_version(version_id, DeploymentStage.PRODUCTION)
        await service.rollback_deployment("m", DeploymentStage.PRODUCTION)
        found = await service.get_model_version("m@production")
        assert isinstance(found, ModelVersion) and found.version_id == first
        assert found.status is ModelStatus.DEPLOYED

asyncio.run(main())
"""


FOREIGN = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "foreign"
version = "1"
[tool.hatch.build.targets.wheel]
packages = ["core"]
"""


def run(*arguments: object, **options: Any) -> None:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, foreign = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("foreign")
    (foreign / "pyproject.toml").write_text(FOREIGN)
    (foreign / "core").mkdir()
    (foreign / "core/other.py").write_text("")
    # Where hatchling is missing, `build` fetches it into an environment of its own.
    isolation = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    for source in (ROOT, ROOT / "legacy", foreign):
        run("-m", "build", "--wheel", *isolation, "-o", folder, source)
    return {path.name.split("-")[0]: path for path in folder.glob("*.whl")}


def test_the_main_wheel_does_not_own_a_top_level_core(wheels) -> None:
    names = zipfile.ZipFile(wheels["modelkeep"]).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"modelkeep"}
    assert "modelkeep/py.typed" in names


def test_the_namespaces_are_implicit(wheels) -> None:
    names = zipfile.ZipFile(wheels["modelkeep_legacy"]).namelist()
    assert "core/services/adaptive_learning/versioning/__init__.py" in names
    for package in ("core", "core/services", "core/services/adaptive_learning"):
        assert f"{package}/__init__.py" not in names


def test_programs_of_the_former_service_run_from_the_wheels(wheels, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    pip = ("-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--no-index")
    run(*pip, "--target", site, *wheels.values())
    run(*pip, "--target", elsewhere, wheels["foreign"])
    assert (site / "core/other.py").is_file()
    # The editable install must not stand in for the wheels.
    check = "import core, modelkeep, sys; assert modelkeep.__file__.startswith(sys.argv[1])\n"
    environment = {**os.environ, "PYTHONPATH": str(site)}
    run("-c", check + PROGRAM, site, cwd=tmp_path, env=environment)
    # The foreign distribution may also lie in a folder of its own, before or behind.
    (site / "core/other.py").unlink()
    for path in (f"{site}{os.pathsep}{elsewhere}", f"{elsewhere}{os.pathsep}{site}"):
        home = tmp_path / str(len(list(tmp_path.iterdir())))
        home.mkdir()
        environment["PYTHONPATH"] = path
        run("-c", check + PROGRAM, site, cwd=home, env=environment)
