"""A small registry with backups, whose bits are flipped: for test_flipped_bits and its like."""

import contextlib
import random
import shutil

import numpy as np

import modelkeep
from modelkeep.catalogue import chunks
from modelkeep.errors import IntegrityError, ModelkeepError, NewerFormatError
from modelkeep.provenance.keys import generate_key
from modelkeep.provenance.model_policy import ModelPolicy
from modelkeep.storage.scrub_plan import ScrubPlan

LOGS = ("-wal", "-shm")


class Kept:
    """A registry and its backups at rest, and what is in them.

    Attributes:
        ids: Of versions, by name.
        content: What a load of each version gives: bytes by file.
        rows: All chunks.
        needed: Which of them each version needs.
        snapshots: The versions of each backup of the registry.
        version_backup: The backup of the version `plain`.
    """

    def __init__(self, root):
        self.root = root
        self.registry, self.backup = root / "registry", root / "backup"
        self.catalogue = self.registry / "catalogue.sqlite"
        self.ids, self.content, self.snapshots = {}, {}, {}
        self.rows, self.needed = {}, {}
        with self.connect() as mk:
            self._fill(mk)
            self._back_up_and_add(mk)
            self._note(mk)

    def connect(self, registry=None):
        backups = self.root / "backups"
        return modelkeep.connect(registry or self.registry, backup_path=backups, actor="ada")

    def load(self, mk, version_id):
        """Return the files of a version, as they are loaded to a place."""
        out = self.root / "out"
        shutil.rmtree(out, ignore_errors=True)
        mk.versions.load_model(version_id, destination=out / "it")
        return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}

    def packs(self):
        return sorted(self.registry.glob("blobs/*/*"))

    def _fill(self, mk):
        """Make a parent and a difference to it, a pickle and a plain file; deploy some."""
        create, rng = mk.versions.create_version, random.Random(1)
        weights = np.random.default_rng(1).normal(size=(80, 1000)).astype("f4")
        tuned = weights.copy()
        tuned[3] += np.float32(1e-5)
        (self.root / "plain.bin").write_bytes(rng.randbytes(300_000))
        facts = {"metadata": {"accuracy": 0.9, "loss": 1e-7, "data": "v3"}, "tags": ["keep", "x"]}
        first = create("net", {"w": weights}, format="safetensors", **facts)
        child = create("net", {"w": tuned}, format="safetensors", parent_version=first.version_id)
        small = create("small", {"k": [1, 2, 3], "s": {1, 2}}, format="pickle", tags=["y"])
        plain = create("plain", self.root / "plain.bin", format="file")
        gone = create("small", {"gone": 1}, format="pickle")
        mk.versions.delete_version(gone.version_id)
        for version, stage in ((first, "production"), (child, "production"), (small, "staging")):
            mk.deployments.deploy_version(version.version_id, stage)
        mk.deployments.rollback_deployment("net", "production")
        mk.deployments.start_canary("net", child.version_id, {"steps": [0.5]})
        other = create("tested", {"k": 1}, format="json")
        mk.deployments.deploy_version(other.version_id, "production")
        tested = create("tested", {"k": 2}, format="json")
        mk.experiments.start("tested", {"b": tested.version_id})
        rule = {"model_id": "net", "name": "slow", "metric": "latency_p99", "above": 1.0}
        mk.alerts.add(rule)
        mk.versions.set_card(first.version_id, "# A card")
        mk.versions.set_policy("small", ModelPolicy())
        mk.versions.sign_version(small.version_id, generate_key()[0])
        made = {"first": first, "child": child, "small": small, "plain": plain}
        made |= {"other": other, "tested": tested}
        self.ids = {name: version.version_id for name, version in made.items()}

    def _back_up_and_add(self, mk):
        """Back up a version and the registry; add a folder, and back up the registry again."""
        self.version_backup = mk.versions.backup_version(self.ids["plain"])
        self.snapshots[mk.registry_backup.backup(self.backup).snapshot] = set(self.ids.values())
        tree = self.root / "tree"
        (tree / "deep").mkdir(parents=True)
        (tree / "void").mkdir()
        (tree / "words.txt").write_text("words " * 500)
        (tree / "deep/noise.bin").write_bytes(random.Random(2).randbytes(5000))
        self.ids["tree"] = mk.versions.create_version("tree", tree, format="folder").version_id
        self.snapshots[mk.registry_backup.backup(self.backup).snapshot] = set(self.ids.values())

    def _note(self, mk):
        """Note what there is; leave a file in the cache, and the mark of a verification."""
        self.content = {each: self.load(mk, each) for each in self.ids.values()}
        with mk.catalogue.read() as connection:
            for each in self.content:
                needed = chunks.needed_by(connection, chunks.roots_of(connection, each))
                self.needed[each] = set(needed)
                self.rows |= needed
        assert max(row.depth for row in self.rows.values()) == 1
        mk.versions.load_model(self.ids["first"], mmap=True)
        assert mk.scrubber.verify(ScrubPlan(resume=True, most_bytes=1)).packs == 1
        assert mk.scrubber.verify().problems == []


@contextlib.contextmanager
def flipped(path, bit):
    """Flip one bit of a file, counted from its start, while the block runs."""
    content, mode = path.read_bytes(), path.stat().st_mode
    harmed = bytearray(content)
    harmed[bit // 8] ^= 1 << bit % 8
    _write(path, harmed, mode)
    try:
        yield
    finally:
        for suffix in LOGS:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        _write(path, content, mode)


def _write(path, content, mode):
    with contextlib.suppress(FileNotFoundError):
        path.chmod(0o600)
    path.write_bytes(content)
    path.chmod(mode)


def every_bit(path):
    return range(path.stat().st_size * 8)


def one_bit_of_each_byte(path):
    rng = random.Random(path.name)
    return [offset * 8 + rng.randrange(8) for offset in range(path.stat().st_size)]


def taken_all_the_same(path, bits, call):
    """Flip bits of a small file; give those with which it is read as before, not refused."""
    sound, taken = call(), []
    for bit in bits:
        with flipped(path, bit):
            try:
                assert call() == sound, f"bit {bit} of {path} changed what is read"
            except ModelkeepError as error:
                named = {IntegrityError: path, NewerFormatError: path.parent}[type(error)]
                assert str(named) in str(error), error  # noqa: PT017 - the last word of many
            else:
                taken.append(bit)
    return taken


def of_an_earlier_format(path):
    """The lowest bit of the digit 1: with format 0 it is older than any, so it can be read."""
    return [path.read_bytes().index(b"1") * 8]


class Look:
    """What verification and loads of all versions came to.

    Attributes:
        error: Why the registry could not be opened, or closed.
        report: Of the verification.
        crash: What it raised instead.
        failed: Errors of loads by version; all others gave the right bytes.
    """

    def __init__(self, kept):
        self.error = self.report = self.crash = None
        self.failed = {}
        try:
            with kept.connect() as mk:
                self._verify(mk)
                for each, wanted in kept.content.items():
                    self._load(kept, mk, each, wanted)
        except ModelkeepError as error:
            self.error = error

    def _verify(self, mk):
        try:
            self.report = mk.scrubber.verify()
            self.touched = set(self.report.touched_versions)
        except Exception as error:
            self.crash = error

    def _load(self, kept, mk, version_id, wanted):
        try:
            found = kept.load(mk, version_id)
        except Exception as error:
            self.failed[version_id] = error
        else:
            assert found == wanted, f"wrong bytes of {version_id}"

    @property
    def found(self):
        return self.error is not None or bool(self.report and self.report.problems)

    @property
    def places(self):
        return {problem.place for problem in self.report.problems}
