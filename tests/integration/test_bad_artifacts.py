"""Files and folders that cannot be kept: each told, and the store as it was before."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from modelkeep.errors import InvalidArtifactError, ModelkeepError


def snapshot(root: Path) -> dict[str, bytes]:
    """Return every file of the store but the database."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith("catalogue.sqlite")
    }


@pytest.fixture
def refused(mk, tmp_path: Path):
    """Hold the store against what it was, after something was refused."""
    mk.versions.create_version("m", {"a": 1})
    before = snapshot(tmp_path / "registry")

    def check(source: Path, words: str, error: type[ModelkeepError] = InvalidArtifactError) -> None:
        with pytest.raises(error, match=words) as caught:
            mk.versions.create_version("m", source)
        assert source.name.split("/")[0] in str(caught.value) or ascii(source.name)[1:-1]
        assert snapshot(tmp_path / "registry") == before
        assert [v.version_number for v in mk.versions.get_versions("m")] == ["1.0.0"]
        assert mk.versions.generate_version_number("m") == "1.0.1"
        assert mk.scrubber.verify().problems == []

    return check


def test_a_missing_file(refused, tmp_path: Path) -> None:
    refused(tmp_path / "missing.bin", "there is no such file or folder")


def test_a_link_out_of_the_folder(refused, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "weights").symlink_to(tmp_path / "secret")
    refused(folder, "weights.*a link out of the folder, to .*secret")


def test_a_link_to_a_folder_outside(refused, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "up").symlink_to(tmp_path)
    refused(folder, "up.*a link out of the folder")


def test_a_link_to_nothing(refused, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "gone").symlink_to("nowhere")
    refused(folder, "gone.*a link in a loop or to nothing")


def test_a_link_to_itself(refused, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "self").symlink_to("self")
    refused(folder, "self.*a link in a loop")


def test_a_loop_of_folders(refused, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner/loop").symlink_to("..")
    refused(folder, "loop.*a link in a loop")


def test_a_socket(refused, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "s"))
        refused(folder, "is a socket; only files and folders")


def test_a_pipe_is_not_waited_for(refused, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "is a pipe")


def test_a_device(refused) -> None:
    refused(Path("/dev/null"), "is a device")


def test_a_name_that_is_not_unicode(refused, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with open(os.fsencode(folder) + b"/\xff\xfe.bin", "wb") as file:
        file.write(b"x")
    refused(folder, "its name is not Unicode")


def test_a_name_with_nul(refused) -> None:
    refused(Path("a\0b"), "cannot be")


def test_links_inside_the_folder_are_followed(mk, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "real").mkdir(parents=True)
    (folder / "real/weights").write_text("weights")
    (folder / "alias").symlink_to("real")
    version = mk.versions.create_version("m", folder)
    target = mk.versions.load_model(version.version_id, destination=tmp_path / "out")
    assert (target / "alias/weights").read_text() == "weights"
    assert (target / "real/weights").read_text() == "weights"
