"""Webhooks of alerts: a real receiver is told at least once, signed, and nobody waits for it."""

import json

from modelkeep.management.webhooks import GIVEN_UP, TOLD, signature_of


def test_each_change_is_told_once_and_signed(desk, receive) -> None:
    server = receive()
    desk.secrets["KEY"] = "s3"
    kept = desk.add(webhooks=[{"url": server.url, "secret_variable": "KEY"}])
    for value in (0.95, 0.5, 0.5, 0.95):
        desk.look(value)
        desk.tell_all()
    desk.tell_all(desk.new_announcer())
    assert server.kinds == ["alert_has_data", "alert_fired", "alert_cleared"]
    for headers, body in server.told:
        assert headers["X-Modelkeep-Signature"] == signature_of(body, "s3")
        assert json.loads(body)["rule_id"] == kept.rule_id
    assert desk.kinds(TOLD) == [TOLD] * 3
    fired = json.loads(server.told[1][1])
    assert (fired["model_id"], fired["name"], fired["value"]) == ("m", "fell", 0.5)
    assert "s3" not in str(desk.events(""))


def test_a_rule_without_webhooks_tells_nobody_and_each_address_its_own(desk, receive) -> None:
    first, second = receive(), receive()
    desk.add(name="a", webhooks=[{"url": first.url}, {"url": second.url}])
    desk.add(name="b", webhooks=[{"url": second.url}])
    desk.add(name="c")
    desk.look(0.5)
    desk.tell_all()
    names = [[json.loads(body)["name"] for _, body in each.told] for each in (first, second)]
    assert names == [["a"], ["a", "b"]]


def test_a_failure_is_tried_again_and_at_last_given_up(desk, receive) -> None:
    shaky, dead = receive(failures=2), receive(failures=99)
    desk.add(webhooks=[{"url": shaky.url}, {"url": dead.url}])
    desk.look(0.5)
    desk.tell_all()
    assert (shaky.kinds, dead.told) == (["alert_fired"], [])
    assert (dead.failures, desk.kinds("webhook")) == (96, [TOLD, GIVEN_UP])


def test_nobody_waits_for_an_address_that_does_not_answer(desk, receive) -> None:
    server = receive(failures=99)
    desk.announcer._waits_seconds = (3600.0,)
    desk.add(webhooks=[{"url": server.url}])
    desk.look(0.5)
    assert desk.look(0.95) == ["alert_cleared"]
    assert desk.announcer._thread.is_alive()
    desk.alerts.stop()
    assert not desk.announcer._thread.is_alive()
    assert desk.kinds("webhook") == []
    server.failures = 0
    desk.tell_all(desk.new_announcer())
    assert server.kinds == ["alert_fired", "alert_cleared"]


def test_without_its_key_an_event_waits(desk, receive, caplog) -> None:
    server = receive()
    desk.add(webhooks=[{"url": server.url, "secret_variable": "KEY"}])
    desk.look(0.5)
    desk.tell_all()
    desk.tell_all()
    assert (server.told, desk.kinds("webhook")) == ([], [])
    assert caplog.text.count("KEY is not set here") == 1
    desk.secrets["KEY"] = "s3"
    desk.tell_all()
    assert server.kinds == ["alert_fired"]


def test_what_is_a_day_old_is_not_told(desk, receive) -> None:
    server = receive()
    desk.add(webhooks=[{"url": server.url, "secret_variable": "KEY"}])
    desk.look(0.5)
    desk.clock.advance(days=1, seconds=1)
    desk.secrets["KEY"] = "s3"
    desk.tell_all()
    assert server.told == []
