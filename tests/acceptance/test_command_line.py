"""The command as its user types it: in a process of its own, on real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from modelkeep import connect


@pytest.fixture
def run(tmp_path: Path):
    def call(*words: str, code: int = 0, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "modelkeep.cli", *words],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if code else done.stdout

    (tmp_path / "model.bin").write_bytes(b"weights")
    return call


def test_the_life_of_a_model(run, tmp_path: Path) -> None:
    first = json.loads(run("create", "m", "model.bin", "-m", "accuracy=0.9", "-t", "x", "--json"))
    assert (first["version_number"], first["metrics"]) == ("1.0.0", {"accuracy": 0.9})
    (tmp_path / "model.bin").write_bytes(b"better")
    said = run("create", "m", "model.bin", "-m", "accuracy=0.95", "--parent", "m@1.0.0")
    assert said.startswith("created m@1.0.1 ")
    listed = json.loads(run("list", "m", "--where", "accuracy>0.92", "--json"))
    assert [version["version_number"] for version in listed["versions"]] == ["1.0.1"]
    table = run("list", "m")
    assert first["version_id"] in table
    assert "accuracy=0.95" in table
    assert "recommendation: upgrade" in run("compare", "m@1.0.0", "m@latest")
    compared = json.loads(run("compare", "m@latest", "--json"))
    assert compared["version1"]["number"] == "1.0.0"
    run("deploy", "m@1.0.0")
    run("deploy", "m@1.0.1", "--stage", "staging")
    run("promote", "m@1.0.1", "--from", "staging", "--to", "production")
    assert "production serves m@1.0.0" in run("rollback", "m", "--reason", "too slow")
    history = json.loads(run("history", "m", "--stage", "production", "--json"))
    assert [event["kind"] for event in history] == ["rolled_back", "deployed", "deployed"]
    assert "too slow" in run("history", "m")
    assert "verified" in run("load", "m@production", "out.bin")
    assert (tmp_path / "out.bin").read_bytes() == b"weights"
    assert "keep" in run("tag", "m@1.0.0", "keep", "--remove", "x")
    shown = json.loads(run("show", "m@1.0.0", "--json"))
    assert (shown["version"]["tags"], shown["manifest"]["format"]) == (["keep"], "file")
    assert "sha256" in run("show", "m@1.0.0")
    assert "1.0.1" in run("lineage", "m@1.0.1")
    assert "removed m@1.0.1" in run("delete", "m@1.0.1")
    assert json.loads(run("lineage", "m@1.0.0", "--json"))[0]["version_number"] == "1.0.0"
    assert "m@1.0.1 is back" in run("restore", "m@1.0.1")
    assert "is backed up in" in run("backup", "m@1.0.1")
    assert "would remove 0 versions" in run("cleanup", "--dry-run")
    assert json.loads(run("cleanup", "--json"))["expired"] == []
    assert "serves nothing now" in run("deactivate", "m", "--stage", "production")
    status = json.loads(run("status", "--json"))
    assert status["statistics"]["versions"] == 2
    assert "2 (1 deprecated, 1 ready)" in run("status")
    assert "all is as it was stored" in run("verify")
    assert "2 from the old one" in run("rebuild")
    assert json.loads(run("list", "--json"))["models"][0]["model_id"] == "m"


def test_training_finished_and_failed(run) -> None:
    run("create", "m", "--training")
    assert "m@1.0.0 is ready" in run("finish", "m@1.0.0", "model.bin", "-m", "loss=0.1")
    run("create", "m", "--training")
    assert "m@1.0.1 is failed" in run("finish", "m@1.0.1", "--failed", "--reason", "nan")


def test_a_folder_and_metadata_from_a_file(run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/config.json").write_text("{}")
    (tmp_path / "facts.json").write_text('{"f1": 0.5, "dataset": "v3"}')
    made = json.loads(
        run("create", "m", "folder", "--metadata", "facts.json", "-m", "auc=1", "--json")
    )
    assert made["metrics"] == {"auc": 1.0, "f1": 0.5}
    assert made["configuration"] == {"dataset": "v3"}
    run("load", "m@latest", "copy")
    assert (tmp_path / "copy/config.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("create", "../x", "model.bin"), 2, "model_id '../x' is not valid"),
        (("create", "m", "missing.bin"), 2, "there is no such file"),
        (("create", "m"), 2, "or --training"),
        (("create", "m", "model.bin", "-m", "accuracy"), 2, "is not like accuracy=0.95"),
        (("create", "m", "model.bin", "--number", "one"), 2, "'one' cannot be given"),
        (("create", "m", "model.bin", "--format", "h5"), 2, "unknown format 'h5'"),
        (("list", "ghost"), 3, "no model 'ghost'"),
        (("show", "ghost@latest"), 3, "no version 'ghost@latest'"),
        (("create", "KEPT", "model.bin"), 4, "existing 'kept'"),
        (("delete", "kept@1.0.0"), 4, "it serves production"),
        (("rollback", "kept"), 5, "no earlier version"),
        (("deploy", "kept@1.0.0", "--stage", "prod"), 2, "unknown stage 'prod'"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(run, tmp_path, words, code, message) -> None:
    with connect(tmp_path / "model_versions") as mk:
        mk.versions.create_version("kept", {"a": 1})
        mk.deployments.deploy_version("kept@1.0.0", "production")
    said = run(*words, code=code)
    assert message in said
    if "No such command" not in message:
        assert said.startswith("modelkeep: ")
        assert said.count("\n") == 1


def test_errors_are_json_where_that_was_asked_for(run) -> None:
    error = json.loads(run("show", "m@latest", "--json", code=3))["error"]
    assert error["code"] == "version_not_found"


def test_damage_ends_with_its_own_code_and_names_the_version(run, tmp_path: Path) -> None:
    made = json.loads(run("create", "m", "model.bin", "--json"))
    for pack in (tmp_path / "model_versions/blobs").rglob("*/*"):
        pack.chmod(0o600)
        pack.write_bytes(b"weighty")
    report = json.loads(_failing(run, tmp_path, "verify", "--json"))
    assert report["touched_versions"] == [made["version_id"]]
    assert "is damaged" in run("load", "m@latest", "out", code=6)
    assert not (tmp_path / "out").exists()


def _failing(run, folder: Path, *words: str) -> str:
    """Return what a command prints that ends with the code for damage."""
    done = subprocess.run(
        [sys.executable, "-m", "modelkeep.cli", *words],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 6
    return done.stdout


def test_places_by_option_and_environment(run, tmp_path: Path) -> None:
    run("--storage", "here", "create", "m", "model.bin")
    assert (tmp_path / "here/catalogue.sqlite").is_file()
    run("create", "m", "model.bin", MODELKEEP_STORAGE_PATH="there")
    assert (tmp_path / "there/catalogue.sqlite").is_file()


def test_import_legacy(run, tmp_path: Path) -> None:
    place = tmp_path / "old/churn/churn_1"
    place.mkdir(parents=True)
    (place / "model.pkl").write_bytes(b"never read")
    (place / "metadata.json").write_text(
        json.dumps({"version_number": "3.0.0", "created_at": "2024-01-01T00:00:00"})
    )
    assert "imported 1" in run("import-legacy", "old")
    assert "3.0.0" in run("list", "churn")


def test_help_names_the_exit_codes_and_every_command_has_a_sentence(run) -> None:
    said = run("--help")
    assert "Exit codes" in said
    for command in [
        "create",
        "list",
        "show",
        "load",
        "compare",
        "deploy",
        "promote",
        "rollback",
        "history",
        "lineage",
    ]:
        assert command in said
        assert "--json" in run(command, "--help")
    assert run("--version").startswith("modelkeep 0.")


def test_shell_completion_is_offered(run) -> None:
    # Else it is offered for the shell above this process, which need not be one.
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    assert "complete -o default" in run("--show-completion", "bash", **named)
    assert "--install-completion" in run("--help")


def test_the_demo_shows_the_main_job(run, tmp_path: Path) -> None:
    said = run("demo", "demo-folder")
    for words in (
        "$ modelkeep list digits",
        "$ modelkeep compare digits@1.0.0 digits@1.1.0",
        "recommendation: upgrade",
        "recommendation: stay",
        "$ modelkeep rollback digits",
        "540 predictions are equal to those before it was stored",
        "Try next",
    ):
        assert words in said
    with connect(tmp_path / "demo-folder/model_versions") as mk:
        assert mk.deployments.get_active_deployment("digits").version_number == "1.1.0"
    assert "not empty" in run("demo", "demo-folder", code=2)
