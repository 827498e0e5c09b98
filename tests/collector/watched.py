"""Catalogue, blobs and lock that stop the actor who uses them before each step that others see."""

from contextlib import contextmanager
from dataclasses import replace

from modelkeep.catalogue.catalogue import Catalogue


class WatchedCatalogue(Catalogue):
    """Stops before a transaction that writes, before its commit, and after it."""

    def __init__(self, catalogue, actor):
        super().__init__(engine=catalogue._engine, path=catalogue.path, dialect=catalogue._dialect)
        self._actor = actor

    @contextmanager
    def read(self):
        with super().read() as connection:
            yield connection
        self._actor.stop("read")

    @contextmanager
    def write(self):
        self._actor.stop("begin")
        try:
            with super().write() as connection:
                self._actor.room.writer = self._actor
                yield connection
                self._actor.stop("commit")
        finally:
            if self._actor.room.writer is self._actor:
                self._actor.room.writer = None
        self._actor.stop("committed")


class WatchedBlobs:
    """Stops before each change, and before and after each listing."""

    def __init__(self, blobs, actor):
        self._blobs = blobs
        self._actor = actor

    def __getattr__(self, name):
        # What only some blobs can do, as giving the path of a file.
        return getattr(self._blobs, name)

    def put(self, name, staged):
        self._actor.stop("put")
        return self._blobs.put(name, staged)

    def get(self, name):
        self._actor.stop("get")
        return self._blobs.get(name)

    def range(self, name, offset, length):
        self._actor.stop("range")
        return self._blobs.range(name, offset, length)

    def exists(self, name):
        return self._blobs.exists(name)

    def delete(self, name):
        self._actor.stop("delete")
        return self._blobs.delete(name)

    def list(self):
        self._actor.stop("list")
        found = list(self._blobs.list())
        self._actor.stop("listed")
        return iter(found)


class WatchedLock:
    """Stops before it is taken; who wants it alone does not wait for writers."""

    def __init__(self, lock, actor):
        self._lock = lock
        self._actor = actor

    @contextmanager
    def writing(self):
        self._actor.stop("share")
        with self._lock.writing() as held:
            # Of PostgreSQL the session that has it; a machine loses it by losing that.
            self._actor.session = getattr(held, "_session", None)
            try:
                yield held
            finally:
                self._actor.session = None

    @contextmanager
    def alone(self, *, wait_seconds):
        self._actor.stop("alone")
        with self._lock.alone(wait_seconds=0) as acquired:
            try:
                if acquired:
                    self._actor.room.alone = self._actor
                yield acquired
            finally:
                if self._actor.room.alone is self._actor:
                    self._actor.room.alone = None


def watch(backends, actor):
    """Return what a registry is made of, for this actor."""
    return replace(
        backends,
        catalogue=WatchedCatalogue(backends.catalogue, actor),
        blobs=WatchedBlobs(backends.blobs, actor),
        lock=WatchedLock(backends.lock, actor),
    )


class InlineKeeper:
    """Keeps packs in the thread of the upload, so that this is a step as well."""

    def __init__(self, *, blobs, new_path):
        self._blobs = blobs

    def keep(self, pack):
        self._blobs.put(pack.pack.hex(), pack.write())

    def wait(self):
        """Do nothing: all is kept."""

    finish = wait

    def close(self):
        """Do nothing: nothing is being done."""
