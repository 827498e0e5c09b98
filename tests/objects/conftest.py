"""What the tests of object stores share: staged files, and blobs in a server."""

from __future__ import annotations

import uuid

import pytest

from modelkeep.storage.blobs.objects import open_object_store


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
def through(monkeypatch):
    """Opens blobs by an endpoint."""

    def open_by(endpoint, url="", **settings):
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        return open_object_store(url or f"s3://tests/{uuid.uuid4().hex}", **settings)

    return open_by
