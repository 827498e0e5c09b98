"""What the tests of alerts share: a registry with rules, numbers of choice, and a receiver."""

import http.server
import json
import threading

import pytest

from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.tables import EVENTS
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.tracking.alerts.alerts import Alerts
from modelkeep.tracking.alerts.evaluation import Observation
from modelkeep.tracking.alerts.telling import AlertAnnouncer
from modelkeep.tracking.alerts.watch import AlertWatch


class Numbers:
    """What is measured: the same until it is set to something else.

    Attributes:
        value: Of the observation, by name of the rule, else by an empty name.
        asked: Names of the rules that were measured.
    """

    def __init__(self):
        self.value, self.rows, self.drifted, self.version_id = {"": 0.95}, 1000, None, ""
        self.asked = []

    def __call__(self, rule, now):
        self.asked.append(rule.name)
        value = self.value.get(rule.name, self.value[""])
        if isinstance(value, Exception):
            raise value
        return Observation(
            window_end=now,
            value=value,
            rows=self.rows,
            drifted=self.drifted,
            version_id=self.version_id,
        )


class Desk:
    """Alerts of a registry, and what a test does with them.

    Attributes:
        numbers: What is measured.
        rolled_back: The calls of the rollback.
        secrets: The environment.
    """

    def __init__(self, mk, clock):
        self.mk, self.clock = mk, clock
        self.numbers, self.rolled_back, self.secrets = Numbers(), [], {}
        with mk.catalogue.write() as connection:
            ALERT_RULES.create(connection, checkfirst=True)
        self.versions = [mk.versions.create_version("m", {"n": n}).version_id for n in range(2)]
        for each in self.versions:
            mk.deployments.deploy_version(each, "production")
        self.numbers.version_id = self.versions[1]
        self.announcer = self.new_announcer()
        self.alerts = self.new_alerts()

    def new_announcer(self):
        journal = Journal(clock=self.clock, actor="ada")
        return AlertAnnouncer(
            catalogue=self.mk.catalogue,
            journal=journal,
            secret_of=self.secrets.get,
            waits_seconds=(0.01, 0.01),
        )

    def roll_back(self, model_id, stage, version_id, reason):
        self.rolled_back.append((model_id, stage, version_id, reason))
        self.mk.deployments.rollback_deployment(model_id, stage, reason=reason)

    def new_alerts(self, **more):
        """Return alerts as another process has them."""
        given = {
            "catalogue": self.mk.catalogue,
            "journal": Journal(clock=self.clock, actor="ada"),
            "ids": VersionIds(),
            "config": self.mk.config,
            "measure": self.numbers,
            "metrics": lambda _model_id: {"accuracy", "f1_macro", "latency_p99"},
            "announcer": self.announcer,
            "rollback": self.roll_back,
        }
        return Alerts(**given | more)

    def new_watch(self, alerts=None, **more):
        alerts = alerts or self.new_alerts()
        catalogue, clock = self.mk.catalogue, self.clock
        return AlertWatch(alerts=alerts, catalogue=catalogue, clock=clock, **more)

    def add(self, **more):
        rule = {"model_id": "m", "name": "fell", "metric": "accuracy", "below": 0.9}
        return self.alerts.add(rule | more)

    def look(self, value=None, *, seconds=60, alerts=None):
        """Go on in time, and look; return the kinds of events that came of it."""
        self.clock.advance(seconds=seconds)
        if value is not None:
            self.numbers.value[""] = value
        before = len(self.events())
        (alerts or self.alerts).look()
        return [kind for kind, _ in self.events()[before:] if not kind.startswith("webhook")]

    def events(self, start="alert_"):
        """Return kinds and contents of the events, the oldest first."""
        with self.mk.catalogue.read() as connection:
            found = connection.execute(EVENTS.select().order_by(EVENTS.c.event_id)).mappings()
            return [
                (row["kind"], json.loads(row["after"]) | {"version_id": row["version_id"]})
                for row in found
                if row["kind"].startswith(start)
            ]

    def kinds(self, start="alert_"):
        return [kind for kind, _ in self.events(start)]

    def serving(self, stage="production"):
        return self.mk.deployments.get_active_deployment("m", stage).version_id

    def tell_all(self, announcer=None):
        """Wait until all is told that can be."""
        announcer = announcer or self.announcer
        while announcer.look():
            announcer._thread.join()


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it is told; answers 500 so many times first."""

    def __init__(self, failures=0):
        self.failures, self.told = failures, []
        super().__init__(("127.0.0.1", 0), Answers)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"

    @property
    def kinds(self):
        return [json.loads(body)["kind"] for _, body in self.told]


class Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.failures -= 1
        failed = self.server.failures >= 0
        if not failed:
            self.server.told.append((dict(self.headers), body))
        self.send_response(500 if failed else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def desk(mk, clock):
    made = Desk(mk, clock)
    yield made
    made.announcer.stop()


@pytest.fixture
def receive():
    servers = []

    def start(failures=0):
        servers.append(Receiver(failures))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
