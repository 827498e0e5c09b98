"""Older activity is kept in less detail: minutes become hours, hours days, and days end."""

from __future__ import annotations

from datetime import timedelta

from modelkeep import canonical
from modelkeep.catalogue.tracked import Bucket, BucketKey, TrackedRows, TrackedStore
from modelkeep.clock import Clock
from modelkeep.tracking.activity import Activity

MINUTE, HOUR, DAY = 60, 3_600, 86_400
KEPT_SECONDS = {
    MINUTE: int(timedelta(hours=48).total_seconds()),
    HOUR: int(timedelta(days=90).total_seconds()),
    DAY: int(timedelta(days=730).total_seconds()),
}
"""For how long activity is kept in buckets of so many seconds."""
_NEXT = {MINUTE: HOUR, HOUR: DAY}
_AT_ONCE = 240


def width_at(start: int, now: int) -> int:
    """Return in buckets of how many seconds activity of a time is kept.

    Args:
        start: The time, in seconds since 1970.
        now: The present time, likewise.
    """
    for width, wider in _NEXT.items():
        if start >= _rolled_up_to(width, wider, now):
            return width
    return DAY


def _rolled_up_to(width: int, wider: int, now: int) -> int:
    # Only whole buckets of the wider kind, so that each is rolled up once.
    return (now - KEPT_SECONDS[width]) // wider * wider


class RollUp:
    """Keeps the store from growing with time.

    Args:
        store: Where the activity is.
        clock: The time.
        labels_for_seconds: How long a prediction waits for its label.
    """

    def __init__(
        self,
        *,
        store: TrackedStore,
        clock: Clock,
        labels_for_seconds: float = timedelta(days=30).total_seconds(),
    ) -> None:
        self._store = store
        self._clock = clock
        self._labels_for_seconds = labels_for_seconds

    def run(self) -> int:
        """Roll up all that is old enough, in small transactions; return how many buckets it was.

        Raises:
            IntegrityError: What is stored is damaged.
        """
        now = canonical.to_microseconds(self._clock.now())
        seconds, done = now // 1_000_000, 0
        for width in KEPT_SECONDS:
            end = _rolled_up_to(width, _NEXT.get(width, width), seconds)
            while count := self._some(width, end):
                done += count
        before = now - int(self._labels_for_seconds * 1_000_000)
        while True:
            with self._store.write() as rows:
                if not rows.remove_predictions(before=before):
                    return done

    def _some(self, width: int, end: int) -> int:
        with self._store.read() as rows:
            if not rows.buckets(width_seconds=width, end=end, limit=1):
                return 0
        with self._store.write() as rows:
            old = rows.buckets(width_seconds=width, end=end, limit=_AT_ONCE)
            if width in _NEXT:
                _join(rows, old, _NEXT[width])
            for bucket in old:
                rows.remove(bucket.key)
        return len(old)


def _join(rows: TrackedRows, old: list[Bucket], width: int) -> None:
    wider: dict[BucketKey, Activity] = {}
    models: dict[BucketKey, str] = {}
    for bucket in old:
        start = bucket.key.start // width * width
        key = bucket.key._replace(width_seconds=width, start=start)
        models[key] = bucket.model_id
        activity = Activity.from_bytes(bucket.payload)
        if key in wider:
            wider[key].merge(activity)
        else:
            wider[key] = activity
    for key, activity in wider.items():
        kept = rows.payload(key)
        if kept is not None:
            activity.merge(Activity.from_bytes(kept))
        rows.put(key, models[key], activity.to_bytes())
