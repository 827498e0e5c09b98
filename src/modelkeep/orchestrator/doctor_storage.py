"""What can be told of the place of the bytes: a folder or a bucket, its rights and its room."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from modelkeep.clock import Clock
from modelkeep.errors import InvalidSettingError
from modelkeep.orchestrator.doctor_check import Check, bad, clock_check, ok, warn
from modelkeep.storage import durable
from modelkeep.storage.blobs.objects import SCHEMES
from modelkeep.storage.layout import STORE_FORMAT, StoreLayout

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "lustre", "gpfs",
     "glusterfs", "beegfs", "ocfs2", "gfs2")
)  # fmt: skip
_FEW_BYTES, _HARDLY_ANY_BYTES = 2 << 30, 64 << 20
_GIB = 1 << 30
_ANSWER_SECONDS, _CONNECT_SECONDS, _RETRY_SECONDS = 6, 3, 8
_PROBE = b"written by modelkeep doctor, to be removed\n"


def examine_folder(folder: Path, what: str, *, is_registry: bool) -> Iterator[Check]:
    """Look at a folder without making anything in it that stays.

    Args:
        folder: Of the registry, or for files that are being written.
        what: How it is called.
        is_registry: Whether it must have the format of a registry.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        yield bad(what, f"{there} is not a folder", f"name another folder, or move {there} away")
        return
    if there == folder:
        yield ok(what, f"the folder {folder} is there")
    else:
        advice = "nothing, if it is new; else look at storage_path and at what is mounted there"
        yield warn(what, f"the folder {folder} is not there; it is made at first use", advice)
    yield _rights(there, f"{what}: rights")
    yield _room(there, f"{what}: room")
    yield _file_system(there, f"{what}: file system")
    if is_registry and there == folder:
        yield _format(StoreLayout(folder).format_file)


def _rights(folder: Path, name: str) -> Check:
    probes = folder / "doctor"
    path = probes / uuid.uuid4().hex
    try:
        try:
            probes.mkdir(exist_ok=True)
            path.write_bytes(_PROBE)
            durable.sync_file(path)
            found = path.read_bytes()
        finally:
            path.unlink(missing_ok=True)
            # Another examination may be at work in it.
            with suppress(OSError):
                probes.rmdir()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        advice = "give the user of this process the right to write there, or mount it writable"
        return bad(name, f"a file cannot be written in {folder} ({reason})", advice)
    if found != _PROBE:
        return bad(name, f"a file in {folder} is not what was written", "replace the disk")
    return ok(name, f"a file in {folder} was written, synced, read and removed")


def _room(folder: Path, name: str) -> Check:
    usage = shutil.disk_usage(folder)
    free, advice = usage.free, "make room: `modelkeep cleanup` and `modelkeep gc` give some back"
    sentence = f"{free / _GIB:.1f} GiB of {usage.total / _GIB:.1f} GiB are free in {folder}"
    if free < _HARDLY_ANY_BYTES:
        return bad(name, sentence, advice)
    return warn(name, sentence, advice) if free < _FEW_BYTES else ok(name, sentence)


def _file_system(folder: Path, name: str) -> Check:
    kind = file_system_of(folder, _MOUNTS)
    if not kind:
        return ok(name, f"what kind of file system {folder} has is not known on this system")
    if kind in _NETWORK or kind.startswith("fuse."):
        return warn(
            name,
            f"{folder} lies on a network or user-space file system ({kind})",
            "use a disk of this machine, or PostgreSQL with an object store: locks and syncs are "
            "not sure over a network, and SQLite in WAL mode must not be used there by several "
            "machines",
        )
    return ok(name, f"{folder} lies on {kind}, a file system of this machine")


def file_system_of(folder: Path, mounts: Path) -> str:
    """Return the type of the file system of a folder; empty where that is not known.

    Args:
        folder: It is there.
        mounts: A file of the form of /proc/self/mountinfo (proc_pid_mountinfo(5)).
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place = folder.resolve()
    best, kind = -1, ""
    for line in lines:
        fields, _, rest = line.partition(" - ")
        mounted = Path(fields.split()[4].replace("\\040", " "))
        # Of several mounts on one folder the last one counts.
        if len(mounted.parts) >= best and place.is_relative_to(mounted):
            best, kind = len(mounted.parts), rest.split()[0]
    return kind


def _format(path: Path) -> Check:
    name = "registry: format"
    if not path.exists():
        advice = "nothing, if it is new; else look whether storage_path names the right folder"
        return warn(name, f"{path.parent} has no registry yet", advice)
    try:
        found = json.loads(path.read_bytes())["modelkeep_store"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        advice = f'write {{"modelkeep_store": {STORE_FORMAT}}} to it, then run `modelkeep verify`'
        return bad(name, f"{path} cannot be read ({error})", advice)
    if not isinstance(found, int) or found > STORE_FORMAT:
        sentence = f"the store has format {found}, this release reads up to {STORE_FORMAT}"
        return bad(name, sentence, "upgrade modelkeep")
    return ok(name, f"the store has format {found}")


def examine_bucket(url: str, clock: Clock) -> Iterator[Check]:
    """Look at an object store: it answers, it can be written, it keeps what is there.

    Args:
        url: With the prefix.
        clock: Of this machine.
    """
    if not url.startswith(SCHEMES) or not url.partition("://")[2].strip("/"):
        error = InvalidSettingError("storage_path", url, "a folder, or s3://bucket/prefix")
        yield bad("bucket", error.message, "write storage_path as s3://bucket/prefix")
        return
    try:
        import obstore
        from obstore.exceptions import AlreadyExistsError, BaseError
    except ImportError:
        advice = 'pip install "modelkeep[objects]"'
        yield bad("bucket: library", "an object store needs obstore, which is missing", advice)
        return
    yield ok("bucket: library", f"obstore {obstore.__version__} is installed")
    key = f"doctor/{uuid.uuid4().hex}"
    try:
        store = _open(url)
        next(iter(obstore.list(store, prefix="doctor", chunk_size=1)), None)
        yield ok("bucket", f"{url} answers, and can be listed")
    except (BaseError, OSError, ValueError) as error:
        yield bad("bucket", f"{url} cannot be listed ({_short(error)})", _advice(error))
        return
    try:
        before = clock.now()
        obstore.put(store, key, _PROBE, use_multipart=False)
        middle = before + (clock.now() - before) / 2
        try:
            yield _conditional(store, key, AlreadyExistsError)
            found = bytes(obstore.get(store, key).bytes())
            modified = obstore.head(store, key)["last_modified"]
        finally:
            obstore.delete(store, key)
    except (BaseError, OSError, ValueError) as error:
        sentence = f"an object cannot be written, read and removed in {url} ({_short(error)})"
        yield bad("bucket: rights", sentence, _advice(error))
        return
    if found != _PROBE:
        yield bad("bucket: rights", f"an object in {url} is not what was written", "replace it")
    else:
        yield ok("bucket: rights", f"an object in {url} was written, read and removed")
    ahead = (modified - middle).total_seconds()
    yield clock_check("bucket: clock", "the object store", ahead)


def _conditional(store: Any, key: str, refused: type[Exception]) -> Check:
    import obstore

    name = "bucket: conditional writes"
    try:
        obstore.put(store, key, _PROBE, mode="create", use_multipart=False)
    except refused:
        return ok(name, "an object that is there is not written over")
    return warn(
        name,
        "the store ignores If-None-Match, and writes over an object that is there",
        "use a store that knows conditional writes; packs are named by their bytes, so nothing "
        "is lost, but more is sent",
    )


def _open(url: str) -> Any:
    from obstore.store import from_url

    options: Any = {
        "timeout": timedelta(seconds=_ANSWER_SECONDS),
        "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
    }
    if os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true"):
        options["allow_http"] = True
    retries: Any = {"max_retries": 1, "retry_timeout": timedelta(seconds=_RETRY_SECONDS)}
    return from_url(url, retry_config=retries, client_options=options)


def _advice(error: Exception) -> str:
    text = f"{type(error).__name__} {error}"
    if "NoSuchBucket" in text:
        return "make the bucket, or correct its name in storage_path"
    if any(word in text for word in ("Permission", "Unauthenticated", "403", "401", "Credential")):
        return (
            "look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and allow "
            "listing, reading, writing and deleting under the prefix"
        )
    return (
        "look at AWS_ENDPOINT_URL and AWS_REGION, whether the store runs, and whether a firewall "
        "is between; without TLS set AWS_ALLOW_HTTP=true"
    )


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    for word in ("Debug source", "<?xml"):
        text = text.partition(word)[0].strip() or text
    return text[:300]
