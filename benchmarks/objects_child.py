"""Uploads a model and reads it back, by packs or by boto3, and prints seconds and peak memory."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.large_file_child import growth


def main(way: str, folder: Path) -> None:
    """Go both ways and print what they took as JSON."""
    prepare: Callable[[Path], tuple[Callable[[], None], Callable[[], None]]]
    prepare = {"ours": _by_packs, "boto3": _by_boto3}[way]
    send, read = prepare(folder)
    seconds: list[float] = []

    def both() -> None:
        for each in (send, read):
            began = time.perf_counter()
            each()
            seconds.append(time.perf_counter() - began)

    peak = growth(both)
    print(json.dumps({"seconds": seconds[0], "read_seconds": seconds[1], "peak_bytes": peak}))


def _by_packs(folder: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    from modelkeep.storage.blobs.objects import open_object_store
    from modelkeep.storage.hashing import hash_file, new_digest

    blobs = open_object_store("s3://tests/packs")
    staged = folder / "staged"
    staged.mkdir(exist_ok=True)
    names: list[str] = []
    for pack in sorted((folder / "packs").iterdir()):
        (staged / pack.name).hardlink_to(pack)

    def send() -> None:
        # As a keeper does: one is put while the next one is hashed.
        with ThreadPoolExecutor(1) as keeper:
            put = None
            for path in sorted(staged.iterdir()):
                name, _ = hash_file(path, algorithm="blake3")
                names.append(name)
                if put is not None:
                    put.result()
                put = keeper.submit(blobs.put, name, path)
            if put is not None:
                put.result()

    def fetch(name: str) -> None:
        copy, digest = folder / f"{name}.copy", new_digest("blake3")
        piece = memoryview(bytearray(1 << 20))
        with blobs.get(name) as stream, copy.open("wb") as file:
            while count := stream.readinto(piece):  # type: ignore[attr-defined]
                digest.update(piece[:count])
                file.write(piece[:count])
        assert digest.hexdigest() == name
        copy.unlink()

    def read() -> None:
        with ThreadPoolExecutor(2) as readers:
            list(readers.map(fetch, names))

    return send, read


def _by_boto3(folder: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    # Neither is it installed everywhere, nor has it types.
    client: Any = importlib.import_module("boto3").client(
        "s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"]
    )
    model, copy = folder / "model.bin", folder / "copy.bin"
    client.list_objects_v2(Bucket="tests")

    def hashed(path: Path) -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def send() -> None:
        hashed(model)
        client.upload_file(str(model), "tests", "model.bin")

    def read() -> None:
        client.download_file("tests", "model.bin", str(copy))
        hashed(copy)
        copy.unlink()

    return send, read


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
