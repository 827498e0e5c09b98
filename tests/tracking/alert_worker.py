"""A process that looks at the alerts of a registry and is killed on the way; for test_alert_kill.

Arguments: the registry, at which transaction of the look it is killed (0 for in the rollback), and
the time.
"""

import os
import signal
import sys
from datetime import datetime

import modelkeep
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.testing.clock import ManualClock
from modelkeep.tracking.alerts.alerts import Alerts
from modelkeep.tracking.alerts.evaluation import Observation
from modelkeep.tracking.alerts.telling import AlertAnnouncer


def main(registry, killed_at, now):
    mk = modelkeep.connect(registry, backup_path=f"{registry}-backups", actor="ada")
    journal = Journal(clock=ManualClock(datetime.fromisoformat(now)), actor="ada")
    transactions = []

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    def check(_connection):
        transactions.append(1)
        if len(transactions) == killed_at:
            die()

    def measure(rule, now):
        serving = mk.deployments.get_active_deployment("m", "production").version_id
        return Observation(window_end=now, value=0.1, rows=500, version_id=serving)

    alerts = Alerts(
        catalogue=mk.catalogue,
        journal=journal,
        ids=VersionIds(),
        config=mk.config,
        measure=measure,
        metrics=lambda _model_id: {"accuracy"},
        announcer=AlertAnnouncer(catalogue=mk.catalogue, journal=journal, secret_of=os.environ.get),
        rollback=die,
    )
    alerts.look(lambda: check)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
