"""Registries with a mistake in them, each of a kind that docs/design/0007 excludes."""

from contextlib import contextmanager, nullcontext

from tests.collector.watched import WatchedLock

from modelkeep.storage.collector import Collector
from modelkeep.storage.compactor import Compactor
from modelkeep.storage.version_storage_service import VersionStorageService


class _Unchecked:
    def check(self, connection):
        """Say nothing of a lock that was lost."""


def writers_without_lock(patch):
    """Writers do not keep the collector away."""

    @contextmanager
    def writing(self):
        self._actor.stop("share")
        yield _Unchecked()

    patch.setattr(WatchedLock, "writing", writing)


def lost_lock_unnoticed(patch):
    """Writers do not look whether they still have the lock when they commit."""
    held = WatchedLock.writing

    @contextmanager
    def writing(self):
        with held(self):
            yield _Unchecked()

    patch.setattr(WatchedLock, "writing", writing)


def no_second_look(patch):
    """The collector removes what it suspected before it had the lock."""
    patch.setattr(Collector, "_uncounted_for_certain", lambda self, suspects: suspects)


def no_lock_while_removing(patch):
    """The collector has let go of its lock when it looks again and removes."""
    alone = WatchedLock.alone

    @contextmanager
    def never(self, *, wait_seconds):
        with alone(self, wait_seconds=wait_seconds) as acquired:
            pass
        self._actor.stop("unlocked")
        yield acquired

    patch.setattr(WatchedLock, "alone", never)


def packs_gone_before_commit(patch):
    """The room of a version is given back before the transaction that removes it has ended."""
    release = VersionStorageService.release_version

    def early(connection, version_id):
        packs = release(connection, version_id)
        service = early.service
        service.delete_version_files(packs)
        return packs

    init = VersionStorageService.__init__

    def remember(self, **parts):
        init(self, **parts)
        early.service = self

    patch.setattr(VersionStorageService, "__init__", remember)
    patch.setattr(VersionStorageService, "release_version", staticmethod(early))


def moved_without_lock(patch):
    """A pack is rewritten without keeping away who removes packs that do not count yet."""

    def rewrite(self, old, progress, *, damaged=False):
        class NoLock:
            def writing(self):
                return nullcontext(_Unchecked())

        self._lock = NoLock()
        return rewritten(self, old, progress, damaged=damaged)

    rewritten = Compactor._rewrite
    patch.setattr(Compactor, "_rewrite", rewrite)


def decides_out_of_turn(patch):
    """The collector decides by what it read before others committed."""

    def decide(self, suspects):
        return self._uncounted(suspects)

    patch.setattr(Collector, "_uncounted_for_certain", decide)
