"""The async face: the example of its users, the background loop, and the event loop kept free."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from modelkeep import DeploymentStage, ModelVersioningConfig, ModelVersioningService, connect
from modelkeep.errors import (
    ClosedError,
    NothingToRollBackError,
    UnknownChoiceError,
    VersionNotFoundError,
)
from modelkeep.orchestrator.versioning_orchestrator import VersioningOrchestrator


def config(folder: Path, **settings) -> ModelVersioningConfig:
    return ModelVersioningConfig(
        storage_path=str(folder / "model_versions/"),
        backup_path=str(folder / "model_backups/"),
        **settings,
    )


def test_the_example_runs_as_it_stands(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def main(trained_model: object) -> None:
        config = ModelVersioningConfig(
            storage_path="model_versions/", max_versions_per_model=10, retention_days=90
        )
        service = ModelVersioningService(config)
        await service.initialize_versioning({})
        old_version_id = await service.create_model_version(
            model_id="sentiment_model", model_data=trained_model, metadata={"accuracy": 0.9}
        )
        await service.deploy_model_version(
            version_id=old_version_id, deployment_stage=DeploymentStage.PRODUCTION
        )
        version_id = await service.create_model_version(
            model_id="sentiment_model",
            model_data=trained_model,
            metadata={"accuracy": 0.95},
            description="Improved sentiment analysis",
        )
        await service.deploy_model_version(
            version_id=version_id, deployment_stage=DeploymentStage.PRODUCTION
        )
        comparison = await service.compare_versions(old_version_id, version_id)
        assert comparison["summary"]["recommendation"] == "upgrade"
        assert comparison["metrics"]["accuracy"]["improved"] is True
        await service.rollback_deployment(
            model_id="sentiment_model", deployment_stage=DeploymentStage.PRODUCTION
        )
        active = await service.get_active_deployment("sentiment_model", DeploymentStage.PRODUCTION)
        assert active.version_id == old_version_id
        await service.shutdown()

    asyncio.run(main({"weights": [1, 2, 3]}))
    assert (tmp_path / "model_versions").is_dir()


def test_every_method_of_the_face(tmp_path: Path) -> None:
    async def main() -> None:
        async with VersioningOrchestrator(config(tmp_path)) as service:
            a = await service.create_model_version("m", {"n": 1}, {"loss": 1.0}, tags=["x"])
            b = await service.create_model_version("m", {"n": 2}, {"loss": 0.5}, parent_version=a)
            assert (await service.get_model_version("m@latest")).version_id == b
            page = await service.get_model_versions("m", metrics=["loss<0.9"], limit=5)
            assert [version.version_id for version in page] == [b]
            assert await service.load_model_version(a) == {"n": 1}
            out = await service.load_model_version(a, tmp_path / "out.json")
            assert out.read_text() == '{"n":1}'
            await service.deploy_model_version(a, "staging", {"replicas": 1})
            promoted = await service.promote_model_version(a, "staging", "production")
            assert promoted.version_id == a
            at = await service.get_deployment_at("m", "production", promoted.deployed_at)
            assert at == await service.get_active_deployment("m")
            history = await service.get_deployment_history("m", "production", 1)
            assert history[0].version_id == a
            event = await service.deactivate_deployment("m", "production")
            assert event.previous_version_id == a
            baseline = await service.compare_to_baseline(b)
            assert baseline["version1"]["id"] == a
            assert baseline["is_parent_child"]
            lineage = await service.get_version_lineage(b)
            assert [entry["version_id"] for entry in lineage] == [a, b]
            backup = await service.backup_model_version(b)
            assert (backup / "SHA256SUMS").is_file()
            await service.delete_model_version(b)
            with pytest.raises(VersionNotFoundError):
                await service.get_model_version(b)
            assert (await service.restore_model_version(b)).version_id == b
            report = await service.cleanup_old_versions(dry_run=True)
            assert report.expired == []
            training = await service.create_model_version("m", status="training")
            done = await service.finish_model_version(training, {"n": 3})
            assert done.version_number == "1.0.2"
            await service.update_model_version_status(training, "deprecated")
            status = await service.get_versioning_status()
            assert status.initialized
            assert status.statistics.by_status == {"deprecated": 1, "ready": 2}
            assert (status.storage.versions, status.deployments.deployments) == (3, 2)

    asyncio.run(main())


def test_overrides_are_fields_and_unknown_ones_errors(tmp_path: Path) -> None:
    async def main() -> None:
        service = VersioningOrchestrator(config(tmp_path))
        with pytest.raises(UnknownChoiceError, match="max_versions"):
            await service.initialize_versioning({"max_version": 3})
        await service.initialize_versioning({"versioning_strategy": "incremental"})
        await service.initialize_versioning({})
        version_id = await service.create_model_version("m", {"a": 1})
        assert (await service.get_model_version(version_id)).version_number == "1"
        await service.shutdown()
        await service.shutdown()

    asyncio.run(main())


def test_a_closed_service_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        service = VersioningOrchestrator(config(tmp_path))
        with pytest.raises(ClosedError, match="await initialize_versioning"):
            await service.get_model_version("m@latest")
        async with service:
            await service.create_model_version("m", {"a": 1})
        with pytest.raises(ClosedError):
            await service.get_model_version("m@latest")

    asyncio.run(main())


def test_errors_come_through_as_they_are(tmp_path: Path) -> None:
    async def main() -> None:
        async with VersioningOrchestrator(config(tmp_path)) as service:
            only = await service.create_model_version("m", {"a": 1})
            await service.deploy_model_version(only)
            with pytest.raises(NothingToRollBackError):
                await service.rollback_deployment("m")

    asyncio.run(main())


class Slow:
    """Notes the thread that pickles it, and takes its time."""

    threads: list[int] = []  # noqa: RUF012

    def __reduce__(self) -> tuple:
        Slow.threads.append(threading.get_ident())
        time.sleep(0.3)
        return Slow, ()


def test_models_are_written_off_the_event_loop(tmp_path: Path) -> None:
    async def main() -> None:
        async with VersioningOrchestrator(config(tmp_path)) as service:
            beats = 0

            async def heartbeat() -> None:
                nonlocal beats
                while True:
                    await asyncio.sleep(0.005)
                    beats += 1

            task = asyncio.create_task(heartbeat())
            await asyncio.gather(*(service.create_model_version("m", Slow()) for _ in range(3)))
            task.cancel()
            assert threading.get_ident() not in Slow.threads
            assert len(Slow.threads) == 3
            # 0.3 s leave room for 60 beats; a blocked loop would have had almost none.
            assert beats > 10

    asyncio.run(main())


def test_the_loop_cleans_up_and_survives_an_error_in_one_model(tmp_path: Path) -> None:
    async def main() -> None:
        settings = config(tmp_path, max_versions_per_model=1, cleanup_interval_seconds=0.05)
        async with VersioningOrchestrator(settings) as service:
            manager = service.services.versions
            real = manager.apply_retention

            def failing(model_id: str, **arguments):
                if model_id == "broken":
                    raise RuntimeError("no luck")
                return real(model_id, **arguments)

            manager.apply_retention = failing
            for model in ("a", "broken", "c"):
                for n in range(3):
                    await service.create_model_version(model, {"n": n})
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                await asyncio.sleep(0.05)
                status = await service.get_versioning_status()
                left = [len(await service.get_model_versions(model)) for model in "ac"]
                if status.cleanup_errors and left == [1, 1]:
                    break
            assert left == [1, 1]
            assert status.cleanup_errors == {"broken": "no luck"}
            assert len(await service.get_model_versions("broken")) == 3

    asyncio.run(main())


def test_shutdown_stops_a_cleanup_that_is_at_work(tmp_path: Path) -> None:
    """A backup of many bytes is given up in the middle, not waited for."""

    async def main() -> None:
        settings = config(tmp_path, max_versions_per_model=1, cleanup_interval_seconds=0.01)
        service = VersioningOrchestrator(settings)
        await service.initialize_versioning({"auto_cleanup_enabled": False})
        for n in range(4):
            path = tmp_path / "big"
            path.write_bytes(os.urandom(1000) * 60_000 + bytes([n]))
            await service.create_model_version("m", path)
        await service.shutdown()
        service = VersioningOrchestrator(settings)
        await service.initialize_versioning({})
        await asyncio.sleep(0.05)
        await service.shutdown()
        assert "modelkeep-upkeep" not in {thread.name for thread in threading.enumerate()}

    asyncio.run(main())
    with connect(config=config(tmp_path)) as mk:
        assert mk.scrubber.verify().problems == []
        assert mk.versions.get_version("m@latest").version_number == "1.0.3"


def test_the_loop_can_be_switched_off(tmp_path: Path) -> None:
    async def main() -> None:
        settings = config(
            tmp_path,
            auto_cleanup_enabled=False,
            cleanup_interval_seconds=0.01,
            max_versions_per_model=1,
        )
        async with VersioningOrchestrator(settings) as service:
            for n in range(3):
                await service.create_model_version("m", {"n": n})
            await asyncio.sleep(0.2)
            assert len(await service.get_model_versions("m")) == 3

    asyncio.run(main())


def test_the_sync_door_reads_file_and_environment(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "modelkeep.toml").write_text('versioning_strategy = "incremental"\n')
    monkeypatch.setenv("MODELKEEP_ACTOR", "grace")
    with connect("here") as mk:
        version = mk.versions.create_version("m", {"a": 1})
        assert (version.version_number, version.created_by) == ("1", "grace")
        assert mk.storage.calculate_storage_usage().versions == 1
        assert mk.deployments.get_all_active_deployments() == []
        assert mk.comparator.compare_versions("m@1", "m@1")["summary"]["recommendation"]
    with pytest.raises(UnknownChoiceError, match="'retention'"):
        connect("here", retention=3)


def test_the_loop_makes_what_is_loaded_most_the_quickest_to_read(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    first = {"w": generator.standard_normal((300, 400)).astype("f4")}
    second = {"w": first["w"] + np.float32(1e-7)}

    async def main() -> None:
        async with VersioningOrchestrator(config(tmp_path)) as service:
            old = await service.create_model_version("m", first)
            new = await service.create_model_version("m", second)
            storage = service.services.storage
            versions = [await service.get_model_version(each) for each in (old, new)]
            before = [storage.calculate_version_usage(each).own_bytes for each in versions]
            upkeep = service.services.upkeep
            upkeep.run_once()
            after = [storage.calculate_version_usage(each).own_bytes for each in versions]
            assert upkeep.last_errors == {}
            # The difference was the new one's own, now it is the old one's.
            assert after[0] > before[0]
            assert after[1] < before[1]
            assert (await service.load_model_version(old))["w"].tobytes() == first["w"].tobytes()

    asyncio.run(main())


def test_the_loop_looks_for_damage_and_tells_it(tmp_path: Path) -> None:
    async def main() -> None:
        settings = config(tmp_path, cleanup_interval_seconds=0.05)
        async with VersioningOrchestrator(settings) as service:
            version_id = await service.create_model_version("m", {"n": 1})
            (pack,) = (tmp_path / "model_versions/blobs").glob("*/*")
            pack.chmod(0o600)
            pack.write_bytes(b"damaged")
            upkeep = service.services.upkeep
            upkeep.run_once()
            assert version_id in upkeep.last_errors[""]
            assert "expected blake3" in upkeep.last_errors[""]

    asyncio.run(main())
