"""The key of this installation: one, private, and refused if it is not."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.errors import SignatureError, StorageUnavailableError
from modelkeep.provenance.own_key import OwnKey, default_folder, own_work_message

MESSAGE = own_work_message("id", "churn", "1.0.0", "ab" * 32)


def test_the_default_folder_follows_xdg() -> None:
    home = Path("/home/ada")
    assert default_folder({}, home) == home / ".config/modelkeep"
    assert default_folder({"XDG_CONFIG_HOME": ""}, home) == home / ".config/modelkeep"
    assert default_folder({"XDG_CONFIG_HOME": "here"}, home) == home / ".config/modelkeep"
    assert default_folder({"XDG_CONFIG_HOME": "/etc/ada"}, home) == Path("/etc/ada/modelkeep")


def test_a_seal_holds_for_its_message_and_its_key_only(tmp_path: Path) -> None:
    key = OwnKey(tmp_path / "a")
    seal = key.seal(MESSAGE)
    assert key.holds(MESSAGE, seal)
    assert OwnKey(tmp_path / "a").holds(MESSAGE, seal)
    assert not key.holds(MESSAGE + b" ", seal)
    assert not OwnKey(tmp_path / "b").holds(MESSAGE, seal)
    other = OwnKey(tmp_path / "b")
    other.seal(b"")
    assert not other.holds(MESSAGE, seal)
    for wrong in ("", seal[:-1], seal.upper() + "é", seal[:-1] + "\ud800", "0" * 64):
        assert not key.holds(MESSAGE, wrong)


def test_the_seal_is_the_documented_hmac(tmp_path: Path) -> None:
    key = OwnKey(tmp_path)
    seal = key.seal(MESSAGE)
    secret = key.path.read_bytes()
    text = b"modelkeep own work 1\n" + MESSAGE
    assert seal == hmac.new(secret, text, hashlib.sha256).hexdigest()


def test_asking_makes_no_key_and_sealing_makes_a_private_one(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "modelkeep"
    key = OwnKey(folder)
    assert not key.holds(MESSAGE, "0" * 64)
    assert not folder.exists()
    umask = os.umask(0)
    try:
        key.seal(MESSAGE)
    finally:
        os.umask(umask)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert key.path.stat().st_mode & 0o777 == 0o600
    assert key.path.stat().st_size == 32
    assert os.listdir(folder) == ["own.key"]
    assert key.path.stat().st_nlink == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])
def test_a_key_that_others_can_get_at_is_refused(tmp_path: Path, mode: int) -> None:
    seal = OwnKey(tmp_path).seal(MESSAGE)
    (tmp_path / "own.key").chmod(mode)
    for use in (lambda k: k.seal(MESSAGE), lambda k: k.holds(MESSAGE, seal)):
        with pytest.raises(SignatureError, match=f"mode {mode:04o}.*chmod 600 {tmp_path}/own.key"):
            use(OwnKey(tmp_path))
    (tmp_path / "own.key").chmod(0o600)
    assert OwnKey(tmp_path).holds(MESSAGE, seal)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_the_wrong_size_is_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "own.key"
    path.write_bytes(bytes(size))
    path.chmod(0o600)
    with pytest.raises(SignatureError, match=f"has {size} bytes; a key has 32.*remove it"):
        OwnKey(tmp_path).seal(MESSAGE)
    path.unlink()
    OwnKey(tmp_path).seal(MESSAGE)


def test_a_folder_that_others_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(SignatureError, match=f"mode 0777.*chmod 700 {tmp_path}"):
        OwnKey(tmp_path).seal(MESSAGE)
    assert list(tmp_path.iterdir()) == []
    tmp_path.chmod(0o755)
    OwnKey(tmp_path).seal(MESSAGE)


def test_a_folder_in_place_of_the_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.key").mkdir()
    with pytest.raises(SignatureError, match="is not a file"):
        OwnKey(tmp_path).seal(MESSAGE)


def test_a_file_in_place_of_the_folder_is_told_as_a_fault_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageUnavailableError, match="file"):
        OwnKey(tmp_path / "file").seal(MESSAGE)


_SEALER = """
import sys, pathlib
from modelkeep.provenance.own_key import OwnKey
key = OwnKey(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(key.seal(b"message"))
"""


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "modelkeep"
    command = [sys.executable, "-c", _SEALER, str(folder)]
    crew = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    for each in crew:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in crew:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    seals = [each.communicate(timeout=60)[0] for each in crew]
    assert all(each.returncode == 0 for each in crew)
    assert len(set(seals)) == 1
    assert len(seals[0]) == 65
    assert os.listdir(folder) == ["own.key"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_different_versions_have_different_messages(one, other) -> None:
    assert (own_work_message(*one) == own_work_message(*other)) == (one == other)


def test_parts_cannot_be_shifted_between_fields() -> None:
    assert own_work_message("a", "b", "c", "d") != own_work_message("ab", "", "c", "d")
    assert own_work_message('a","x":"', "b", "c", "d") != own_work_message("a", "b", "c", "d")
