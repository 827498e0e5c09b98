"""The old import paths, from built wheels, beside a foreign distribution of the same namespace."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

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


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("wheels")
    for source in (ROOT, ROOT / "legacy"):
        subprocess.run(
            [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, source],
            check=True,
            capture_output=True,
        )
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
    site, other = tmp_path / "site", tmp_path / "other"
    for wheel in wheels.values():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
    (other / "core").mkdir(parents=True)
    (other / "core/other.py").write_text("")
    # The editable install must not stand in for the wheels.
    check = "import core, modelkeep, sys; assert modelkeep.__file__.startswith(sys.argv[1])\n"
    subprocess.run(
        [sys.executable, "-c", check + PROGRAM, str(site)],
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{other}"},
    )
