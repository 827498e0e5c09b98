"""Signed versions: who vouches, what a policy asks, and that no other version passes for one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from modelkeep.catalogue import provenance
from modelkeep.errors import InvalidInputError, SignatureError, UntrustedModelError
from modelkeep.provenance import keys
from modelkeep.provenance.model_policy import ModelPolicy
from modelkeep.provenance.own_key import default_folder
from modelkeep.provenance.pinned import PinnedTrust
from modelkeep.provenance.policy import SigningPolicy
from modelkeep.storage.formats.base import Rank


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The configuration folder of an installation of this test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return default_folder({"XDG_CONFIG_HOME": str(folder)}, tmp_path)


@pytest.fixture
def mk(home, open_registry):
    return open_registry()


@pytest.fixture
def pair() -> tuple[bytes, bytes]:
    return keys.generate_key()


def ask(*names: str, by: bytes) -> ModelPolicy:
    key_id = keys.load_public_key(by).key_id
    return ModelPolicy(signing=SigningPolicy(require_for=frozenset(names), keys=(key_id,)))


def test_who_signed_is_told(mk, home, pair) -> None:
    private, public = pair
    version = mk.versions.create_version("m", {"a": 1})
    with pytest.raises(SignatureError, match="no signature"):
        mk.versions.verify_signature("m@1.0.0")
    key_id = mk.versions.sign_version("m@1.0.0", private)
    with pytest.raises(SignatureError, match=key_id):
        mk.versions.verify_signature("m@1.0.0")
    assert PinnedTrust(home).pin(public) == key_id
    (found,) = mk.versions.verify_signature("m@1.0.0")
    assert found.key_ids == (key_id,)
    assert found.statement.facts.version_id == version.version_id
    assert "version_signed" in [e.kind for e in mk.versions.get_events(version.version_id)]
    assert PinnedTrust(home).unpin(key_id)
    with pytest.raises(SignatureError):
        mk.versions.verify_signature("m@1.0.0")
    with pytest.raises(InvalidInputError, match="private key"):
        mk.versions.sign_version("m@1.0.0", public)


def test_a_policy_asks_for_a_signature_before_deploying_and_loading(mk, home, pair) -> None:
    private, public = pair
    for n in range(2):
        mk.versions.create_version("m", {"a": n})
    mk.versions.set_policy("m", ask("deploy", "load", by=public))
    for call in (
        lambda: mk.deployments.deploy_version("m@1.0.0", "production"),
        lambda: mk.versions.load_model("m@1.0.0"),
        lambda: mk.versions.load_model("m@1.0.0", mmap=True),
        lambda: mk.versions.load_model("m@1.0.0", destination=home / "out"),
        lambda: mk.versions.open_tensors("m@1.0.0"),
    ):
        with pytest.raises(SignatureError, match="not signed as its policy asks"):
            call()
    assert mk.deployments.find_active_deployment("m") is None
    PinnedTrust(home).pin(public)
    mk.versions.sign_version("m@1.0.0", private)
    mk.deployments.deploy_version("m@1.0.0", "production")
    assert mk.versions.load_model("m@production") == {"a": 0}
    with pytest.raises(SignatureError):
        mk.deployments.deploy_version("m@1.0.1", "production")
    assert mk.versions.get_policy("m") == ask("deploy", "load", by=public)
    assert mk.versions.get_policy("other") == ModelPolicy()


def test_the_signature_of_one_version_is_none_of_another(mk, home, pair) -> None:
    private, public = pair
    PinnedTrust(home).pin(public)
    good = mk.versions.create_version("m", {"a": 1})
    bad = mk.versions.create_version("m", {"a": 2})
    mk.versions.sign_version("m@1.0.0", private)
    mk.versions.set_policy("m", ask("load", by=public))
    (envelope,) = mk.versions.envelopes("m@1.0.0")
    with mk.catalogue.write() as connection:
        provenance.add_envelope(connection, bad.version_id, envelope, good.created_at)
    with pytest.raises(SignatureError, match="not about this version"):
        mk.versions.load_model("m@1.0.1")
    with pytest.raises(SignatureError, match="not this version"):
        mk.versions.verify_signature("m@1.0.1")
    assert mk.versions.load_model("m@1.0.0") == {"a": 1}


def test_an_old_signed_version_is_not_taken_for_the_latest(mk, home, pair) -> None:
    """Someone who can write the store takes the newest version out, so that an old one is last."""
    private, public = pair
    PinnedTrust(home).pin(public)
    for n in range(2):
        mk.versions.create_version("m", {"a": n})
        mk.versions.sign_version(f"m@1.0.{n}", private)
    assert mk.versions.load_model("m@latest") == {"a": 1}
    mk.versions.delete_version("m@1.0.1", force=True)
    with pytest.raises(SignatureError, match="set back"):
        mk.versions.load_model("m@latest")
    assert mk.versions.load_model("m@1.0.0") == {"a": 0}
    mk.versions.create_version("m", {"a": 3})
    with pytest.raises(SignatureError, match="presented as the latest and is not signed"):
        mk.versions.load_model("m@latest")
    mk.versions.sign_version("m@latest", private)
    assert mk.versions.load_model("m@latest") == {"a": 3}
    PinnedTrust(home).forget("m")
    assert PinnedTrust(home).seen().models == {}


def test_signatures_policies_and_cards_outlive_a_rebuild(mk, home, pair, open_registry) -> None:
    from modelkeep.orchestrator import wiring

    private, public = pair
    PinnedTrust(home).pin(public)
    mk.versions.create_version("m", {"a": 1})
    mk.versions.sign_version("m@1.0.0", private)
    mk.versions.set_policy("m", ask("deploy", by=public))
    mk.versions.set_card("m@1.0.0", "# Mine\n")
    mk.close()
    wiring.rebuild_catalogue(mk.config)
    again = open_registry()
    assert again.versions.verify_signature("m@1.0.0")
    assert again.versions.get_policy("m") == ask("deploy", by=public)
    assert again.versions.get_card("m@1.0.0") == "# Mine\n"
    assert again.scrubber.verify().problems == []


def test_production_may_ask_for_a_rank(mk) -> None:
    mk.versions.create_version("m", {"a": {1, 2}}, format="pickle")
    mk.versions.create_version("m", {"a": [1, 2]}, format="json")
    mk.versions.set_policy("m", ModelPolicy(production_rank=Rank.DATA))
    with pytest.raises(UntrustedModelError, match="allow_list.*needs data"):
        mk.deployments.deploy_version("m@1.0.0", "production")
    mk.deployments.deploy_version("m@1.0.0", "staging")
    mk.deployments.deploy_version("m@1.0.1", "production")


def test_a_card_stays_what_it_was(mk) -> None:
    mk.versions.create_version("m", {"a": 1}, metadata={"accuracy": 0.5}, tags=["nice"])
    first = mk.versions.get_card("m@1.0.0")
    assert first.startswith("---\n")
    assert "accuracy" in first
    mk.versions.update_tags("m@1.0.0", add=["other"])
    assert mk.versions.get_card("m@1.0.0") == first
    assert '"serialNumber"' in mk.versions.get_bom("m@1.0.0")


def test_one_without_a_home_keeps_and_loads_all_the_same(
    mk, monkeypatch, tmp_path, open_registry
) -> None:
    """Without a key nothing is sealed, and loading goes by the allow-list."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(blocked))
    other = open_registry()
    with pytest.warns(UserWarning, match="not sealed as own work"):
        other.versions.create_version("m", {"a": {1}}, format="pickle")
    shutil.rmtree(tmp_path / "home", ignore_errors=True)
    assert other.versions.load_model("m@1.0.0") == {"a": {1}}


@pytest.mark.parametrize("what", ["file", "folder"])
def test_others_verify_an_export_without_modelkeep(mk, tmp_path, what) -> None:
    """The library of OpenSSF says yes to what was written, and no once a byte is changed."""
    from model_signing import verifying

    private, public = keys.generate_key("ecdsa-p256")
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.bin").write_bytes(b"weights")
    (source / "b.txt").write_text("words")
    mk.versions.create_version("m", source if what == "folder" else source / "a.bin")
    out = tmp_path / ("out" if what == "folder" else "out.bin")
    signature = mk.versions.export_signed("m@1.0.0", out, private)
    assert signature == tmp_path / f"{out.name}.sig"
    key = tmp_path / "key.pub"
    key.write_bytes(public)
    verifier = verifying.Config().use_elliptic_key_verifier(public_key=key)
    verifier.verify(out, signature)
    (out / "a.bin" if what == "folder" else out).write_bytes(b"weighty")
    with pytest.raises(ValueError, match="mismatch|Mismatch|differ"):
        verifier.verify(out, signature)
    with pytest.raises(InvalidInputError, match="elliptic"):
        mk.versions.export_signed("m@1.0.0", tmp_path / "again", keys.generate_key()[0])
