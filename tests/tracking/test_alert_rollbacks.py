"""Rollbacks that alerts ask for: at most one for each firing, and only of what was measured."""

import pytest

from modelkeep.errors import ConflictError, StorageUnavailableError


class EndedError(BaseException):
    """A process that ends here."""


@pytest.fixture
def rule(desk):
    desk.add(rollback="production")
    desk.look(0.95)
    return desk


def test_it_goes_back_once_and_says_so(rule) -> None:
    kinds = ["alert_fired", "alert_rollback_begun", "alert_rolled_back"]
    assert rule.look(0.5) == kinds
    assert rule.serving() == rule.versions[0]
    reason = "alert 'fell' fired: accuracy is 0.5 over 1000 rows (bad below 0.9)"
    assert rule.rolled_back == [("m", "production", rule.versions[1], reason)]
    assert rule.events()[-1][1]["reason"] == reason
    assert rule.look(0.5) == []
    rule.numbers.version_id = rule.versions[0]
    assert rule.look(0.95) == ["alert_cleared"]
    assert len(rule.rolled_back) == 1


def test_off_unless_asked_for(desk) -> None:
    desk.add()
    assert desk.look(0.5) == ["alert_fired"]
    assert desk.serving() == desk.versions[1]


def refused(desk, alerts=None):
    """Let it fire; return why it was not rolled back."""
    assert desk.look(0.5, alerts=alerts) == ["alert_fired", "alert_rollback_refused"]
    assert desk.look(0.5, alerts=alerts) == []
    return desk.events()[-1][1]["reason"]


def test_not_where_rollbacks_are_switched_off(rule, open_registry) -> None:
    config = open_registry(enable_rollback=False).config
    assert "enable_rollback = false" in refused(rule, rule.new_alerts(config=config))
    assert rule.serving() == rule.versions[1]
    assert rule.rolled_back == []


def test_not_where_nothing_can(rule) -> None:
    why = refused(rule, rule.new_alerts(rollback=None))
    assert why == "nothing in this process can roll back"


def test_not_where_there_is_nothing_to_go_back_to(rule) -> None:
    rule.mk.deployments.rollback_deployment("m", "production")
    rule.numbers.version_id = rule.versions[0]
    kinds = ["alert_fired", "alert_rollback_begun", "alert_rollback_refused"]
    assert rule.look(0.5) == kinds
    assert "it served no earlier version that is still there" in rule.events()[-1][1]["reason"]
    assert rule.look(0.5) == []
    assert rule.serving() == rule.versions[0]


def test_not_where_another_version_serves_by_now(rule) -> None:
    newest = rule.mk.versions.create_version("m", {"n": 9}).version_id
    rule.mk.deployments.deploy_version(newest, "production")
    assert refused(rule) == f"production serves {newest} by now; {rule.versions[1]} was measured"
    assert rule.serving() == newest


def test_not_where_the_stage_is_empty_or_the_version_unknown(rule) -> None:
    rule.mk.deployments.deactivate_deployment("m", "production")
    assert refused(rule) == "production serves nothing by now"
    rule.look(0.95)
    rule.numbers.version_id = ""
    assert refused(rule) == "it is not known which version was measured"


def test_a_version_by_its_id_is_rolled_back_where_it_serves(desk) -> None:
    desk.mk.deployments.deploy_version(desk.versions[0], "staging")
    desk.mk.deployments.deploy_version(desk.versions[1], "staging")
    desk.add(rollback="staging", version=desk.versions[1])
    assert desk.look(0.5)[-1] == "alert_rolled_back"
    assert (desk.serving("staging"), desk.serving()) == tuple(desk.versions)


def test_what_ended_before_it_began_is_done_at_the_next_look(rule) -> None:
    calls = []

    def end_at_the_second(_connection):
        calls.append(1)
        if len(calls) == 2:
            raise EndedError

    rule.clock.advance(seconds=60)
    rule.numbers.value[""] = 0.5
    with pytest.raises(EndedError):
        rule.alerts.look(lambda: end_at_the_second)
    assert rule.kinds()[-1] == "alert_fired"
    assert rule.look(0.5, alerts=rule.new_alerts()) == ["alert_rollback_begun", "alert_rolled_back"]
    assert len(rule.rolled_back) == 1
    rule.numbers.version_id = rule.versions[0]
    assert rule.look(0.5) == []


def test_what_was_due_is_given_up_where_it_cleared_before(rule) -> None:
    def end(*_):
        raise EndedError

    ending = rule.new_alerts()
    ending._rollbacks.act = end
    with pytest.raises(EndedError):
        rule.look(0.5, alerts=ending)
    rule.numbers.rows = 0
    assert rule.look() == ["alert_no_data"]
    rule.numbers.rows = 1000
    assert rule.look(0.95) == ["alert_rollback_refused", "alert_cleared"]
    assert rule.serving() == rule.versions[1]


@pytest.mark.parametrize("done", [False, True])
def test_what_ended_in_between_is_not_repeated(rule, done) -> None:
    def end(*call):
        if done:
            rule.roll_back(*call)
        raise EndedError

    with pytest.raises(EndedError):
        rule.look(0.5, alerts=rule.new_alerts(rollback=end))
    assert rule.look(0.5, seconds=30) == []
    assert rule.look(0.5) == ["alert_rollback_unknown"]
    assert "it is not repeated" in rule.events()[-1][1]["reason"]
    assert rule.look(0.5, seconds=3600) == []
    assert rule.serving() == rule.versions[0 if done else 1]
    assert rule.look(0.95) == ["alert_cleared"]


def test_one_that_fails_is_not_repeated(rule, caplog) -> None:
    def fail(*_):
        raise StorageUnavailableError("catalogue.sqlite", "the disk is away")

    alerts = rule.new_alerts(rollback=fail)
    kinds = ["alert_fired", "alert_rollback_begun", "alert_rollback_unknown"]
    assert rule.look(0.5, alerts=alerts) == kinds
    assert "the disk is away" in rule.events()[-1][1]["reason"]
    assert rule.look(0.5, alerts=alerts, seconds=3600) == []
    assert "the rollback for" in caplog.text


def test_one_that_another_deployment_overtakes_is_refused(rule) -> None:
    def overtaken(*_):
        raise ConflictError("production serves another version")

    alerts = rule.new_alerts(rollback=overtaken)
    assert rule.look(0.5, alerts=alerts)[-1] == "alert_rollback_refused"
    assert rule.events()[-1][1]["reason"] == "production serves another version"


def test_each_firing_has_its_own(rule) -> None:
    rule.look(0.5)
    rule.numbers.version_id = rule.versions[0]
    rule.look(0.95)
    rule.mk.deployments.deploy_version(rule.versions[1], "production")
    rule.numbers.version_id = rule.versions[1]
    assert rule.look(0.5)[-1] == "alert_rolled_back"
    assert len(rule.rolled_back) == 2


def test_webhooks_are_told_how_it_went(desk, receive) -> None:
    server = receive()
    desk.add(rollback="production", webhooks=[{"url": server.url}])
    desk.look(0.5)
    desk.tell_all()
    assert server.kinds == ["alert_fired", "alert_rolled_back"]
