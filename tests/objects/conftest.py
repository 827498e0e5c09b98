"""What the tests of object stores share: staged files, and a proxy that fails requests."""

from __future__ import annotations

import runpy
import uuid
from pathlib import Path

import pytest

from modelkeep.storage.blobs.objects import open_object_store

_SERVERS = Path(__file__).parents[1] / "servers"


@pytest.fixture
def stage(tmp_path):
    def write(content):
        path = tmp_path / uuid.uuid4().hex
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def objects(seaweed):
    """Blobs in the server itself."""
    return open_object_store(f"s3://tests/{uuid.uuid4().hex}")


@pytest.fixture
def new_proxy(seaweed):
    """Starts a proxy before the server."""
    started = []

    def start(**settings):
        module = runpy.run_path(str(_SERVERS / "faulty_proxy.py"))
        started.append(module["FaultyProxy"](seaweed.s3_port, **settings))
        return started[-1]

    yield start
    for proxy in started:
        proxy.close()


@pytest.fixture
def through(monkeypatch):
    """Opens blobs by an endpoint."""

    def open_by(endpoint, url="", **settings):
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        return open_object_store(url or f"s3://tests/{uuid.uuid4().hex}", **settings)

    return open_by
