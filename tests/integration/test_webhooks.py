"""Webhooks of a rollout: a real HTTP server is told each change of state, signed, and again."""

from __future__ import annotations

import http.server
import json
import threading

import pytest

from modelkeep.deployment.rollouts.announcing import GIVEN_UP, TOLD, Announcer, signature_of
from modelkeep.management.journal import Journal


class Listener(http.server.ThreadingHTTPServer):
    """Keeps what it is told; answers 500 so many times first."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.tries = 0
        self.told: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Answers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.tries += 1
        if self.server.tries <= self.server.failures:
            self.send_response(500)
        else:
            self.server.told.append((dict(self.headers), body))
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listen():
    servers = []

    def start(failures: int = 0) -> Listener:
        server = Listener(failures)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def started(mk, server: Listener) -> None:
    stable = mk.versions.create_version("m", {"a": 1})
    canary = mk.versions.create_version("m", {"a": 2})
    mk.deployments.deploy_version(stable.version_id, "production")
    hooks = [{"url": server.url, "secret": "s3"}]
    mk.deployments.start_canary("m", canary.version_id, {"steps": [0.1], "webhooks": hooks})


def announcer(mk, clock) -> Announcer:
    journal = Journal(clock=clock, actor="ada")
    return Announcer(catalogue=mk.catalogue, journal=journal, waits_seconds=(0.01, 0.01))


def tell_all(told: Announcer) -> None:
    while told.look():
        told._thread.join()


def events_of(mk, kind: str) -> int:
    with mk.catalogue.read() as connection:
        query = f"select count(*) from events where kind = '{kind}'"
        return connection.exec_driver_sql(query).scalar_one()


def test_each_change_is_told_once_and_signed(mk, listen, clock) -> None:
    server = listen()
    started(mk, server)
    tell_all(announcer(mk, clock))
    mk.rollouts.abort("m", reason="enough")
    tell_all(announcer(mk, clock))
    bodies = [json.loads(body) for _, body in server.told]
    states = [body["state"] for body in bodies]
    assert states == ["pending", "running", "aborting", "aborted"]
    assert bodies[2]["reason"] == "enough"
    for headers, body in server.told:
        assert headers["X-Modelkeep-Signature"] == signature_of(body, "s3")
    assert events_of(mk, TOLD) == 4


def test_a_failure_is_tried_again(mk, listen, clock) -> None:
    server = listen(failures=2)
    started(mk, server)
    tell_all(announcer(mk, clock))
    assert [json.loads(body)["state"] for _, body in server.told] == ["pending", "running"]
    assert server.tries == 4


def test_what_never_answers_is_given_up_and_the_rollout_goes_on(mk, listen, clock) -> None:
    server = listen(failures=99)
    started(mk, server)
    tell_all(announcer(mk, clock))
    assert (server.tries, server.told) == (6, [])
    assert (events_of(mk, GIVEN_UP), events_of(mk, TOLD)) == (2, 0)
    assert mk.rollouts.get("m").is_open


def test_an_address_that_is_none_is_refused(mk) -> None:
    version = mk.versions.create_version("m", {"a": 1})
    with pytest.raises(ValueError, match="an http or https address"):
        mk.deployments.start_canary(
            "m", version.version_id, {"steps": [0.1], "webhooks": [{"url": "ftp://x"}]}
        )
