"""A process that is killed between a firing and what follows: the next one does what is right."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).with_name("alert_worker.py")


@pytest.mark.parametrize(
    ("killed_at", "kinds", "after"),
    [
        # In the transaction of the firing: nothing of it was kept.
        (1, [], ["alert_fired", "alert_rollback_begun", "alert_rolled_back"]),
        # Between the firing and the rollback: it is still done.
        (2, ["alert_fired"], ["alert_rollback_begun", "alert_rolled_back"]),
        # In the rollback: it is not done again.
        (0, ["alert_fired", "alert_rollback_begun"], ["alert_rollback_unknown"]),
    ],
)
def test_a_kill_costs_no_webhook_and_repeats_no_rollback(
    desk, clock, receive, tmp_path, killed_at, kinds, after
) -> None:
    server = receive()
    desk.add(rollback="production", webhooks=[{"url": server.url}])
    call = [sys.executable, WORKER, tmp_path / "registry", str(killed_at)]
    call.append(clock.now().isoformat())
    assert subprocess.run(call, timeout=120).returncode == -signal.SIGKILL
    assert desk.kinds() == ["alert_added", *kinds]
    assert server.told == []
    assert desk.look(0.1) == after
    desk.look(0.1)
    desk.tell_all()
    assert server.kinds == [k for k in [*kinds, *after] if k != "alert_rollback_begun"]
    assert len(desk.rolled_back) == (killed_at != 0)
