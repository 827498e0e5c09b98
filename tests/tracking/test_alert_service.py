"""Alerts that are kept: each change is one event, whoever looks, and what fails is said."""

import logging
import threading

import pytest

from modelkeep.catalogue import rows
from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.tables import EVENTS
from modelkeep.errors import DamagedCatalogueError
from modelkeep.management.leased_work import LeasedWork, LeaseTakenError
from modelkeep.tracking.alerts.watch import AlertWatch


def test_each_change_of_state_is_one_event(desk) -> None:
    kept = desk.add()
    assert (kept.state.name, kept.last_value, kept.reason) == ("no_data", None, "")
    assert desk.look(0.95) == ["alert_has_data"]
    assert desk.look(0.85) == ["alert_fired"]
    assert desk.look(0.8) == []
    kind, content = desk.events()[-1]
    assert (kind, content["value"], content["rows"]) == ("alert_fired", 0.85, 1000)
    assert content["rule_id"] == kept.rule_id
    assert content["version_id"] == desk.versions[1]
    assert content["reason"] == "accuracy is 0.85 over 1000 rows (bad below 0.9)"
    found = desk.alerts.get("m/fell")
    assert (found.state.name, found.last_value) == ("firing", 0.8)
    assert found.reason == content["reason"]
    assert (desk.clock.now() - found.since).total_seconds() == 60
    desk.numbers.rows = 0
    assert desk.look() == ["alert_no_data"]
    desk.numbers.rows = 1000
    assert desk.look() == ["alert_has_data"]
    assert desk.look(0.9) == ["alert_cleared"]


def test_a_rule_that_flaps_fires_once(desk) -> None:
    desk.add(clear_above=0.92, for_windows=2, window_seconds=60)
    for value in (0.89, 0.91, 0.89, 0.89, 0.91, 0.89, 0.93, 0.89, 0.93, 0.91, 0.93, 0.93):
        desk.look(value)
    assert desk.kinds() == ["alert_added", "alert_has_data", "alert_fired", "alert_cleared"]


def test_another_process_goes_on_where_the_last_one_ended(desk) -> None:
    desk.add(for_windows=2, window_seconds=60)
    desk.look(0.5)
    assert desk.look(0.5, alerts=desk.new_alerts()) == ["alert_fired"]
    assert desk.look(0.5, alerts=desk.new_alerts()) == []


def test_of_many_that_look_at_once_one_makes_the_change(desk) -> None:
    desk.add()
    desk.look(0.95)
    desk.clock.advance(seconds=60)
    desk.numbers.value[""] = 0.5
    meet = threading.Barrier(4)

    def measure(rule, now):
        meet.wait()
        return desk.numbers(rule, now)

    others = [desk.new_alerts(measure=measure) for _ in range(4)]
    threads = [threading.Thread(target=each.look) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.last_errors for each in others] == [{}] * 4
    assert desk.kinds() == ["alert_added", "alert_has_data", "alert_fired"]


def test_an_event_and_its_state_are_kept_together_or_not_at_all(desk) -> None:
    desk.add()
    desk.look(0.95)

    def gone(_connection):
        raise LeaseTakenError("alerts")

    calls = []

    def late(connection):
        calls.append(connection)
        connection.exec_driver_sql("DROP TABLE alert_rules")

    desk.numbers.value[""] = 0.5
    desk.clock.advance(seconds=60)
    with pytest.raises(LeaseTakenError):
        desk.alerts.look(lambda: gone)
    desk.alerts.look(lambda: late)
    assert len(calls) == 1
    assert list(desk.alerts.last_errors) == [desk.alerts.get("m/fell").rule_id]
    assert desk.kinds() == ["alert_added", "alert_has_data"]
    assert desk.alerts.get("m/fell").state.name == "ok"
    assert desk.look() == ["alert_fired"]


def test_what_cannot_be_measured_is_told_and_the_others_go_on(desk, caplog) -> None:
    broken = desk.add(name="a")
    desk.add(name="b")
    desk.numbers.value |= {"a": OSError("the disk is away"), "b": 0.5}
    assert desk.look() == ["alert_fired"]
    assert desk.look() == []
    assert desk.alerts.last_errors == {broken.rule_id: "the disk is away"}
    assert desk.alerts.get("m/a").state.name == "no_data"
    assert [each.levelname for each in caplog.records] == ["ERROR", "WARNING"]
    desk.numbers.value["a"] = 0.95
    assert desk.look() == ["alert_has_data"]
    assert desk.alerts.last_errors == {}


def test_the_log_says_it_unless_it_is_switched_off(desk, caplog) -> None:
    caplog.set_level(logging.INFO, "modelkeep")
    desk.add()
    desk.add(name="quiet", log=False)
    desk.look(0.5)
    desk.look(0.95)
    assert [each.getMessage()[:25] for each in caplog.records] == [
        "alert_fired: m/fell: accu",
        "alert_cleared: m/fell: ac",
    ]


def test_a_rule_that_is_disabled_is_cleared_and_not_looked_at(desk) -> None:
    desk.add()
    desk.look(0.5)
    assert not desk.alerts.disable("m/fell").is_enabled
    desk.alerts.disable("m/fell")
    assert desk.look(0.5) == []
    assert desk.numbers.asked == ["fell"]
    assert desk.alerts.enable("m/fell").state.name == "no_data"
    assert desk.look(0.5) == ["alert_fired"]
    kinds = ["alert_added", "alert_fired", "alert_cleared", "alert_disabled", "alert_enabled"]
    assert desk.kinds() == [*kinds, "alert_fired"]
    desk.alerts.remove("m/fell")
    assert desk.kinds()[-2:] == ["alert_cleared", "alert_removed"]
    assert desk.events()[-2][1]["reason"] == "the rule was removed"


def test_a_rule_that_is_removed_while_it_is_measured_is_left_alone(desk) -> None:
    desk.add(rollback="production")

    def measure(rule, now):
        desk.alerts.remove("m/fell")
        return desk.numbers(rule, now)

    desk.numbers.value[""] = 0.5
    looking = desk.new_alerts(measure=measure)
    assert looking.look() == []
    assert looking.last_errors == {}
    assert desk.kinds() == ["alert_added", "alert_removed"]


def test_a_value_alone_is_written_once_a_minute(desk) -> None:
    desk.add()
    for seconds, value, kept in ((60, 0.95, 0.95), (30, 0.96, 0.95), (30, 0.97, 0.97)):
        desk.look(value, seconds=seconds)
        assert desk.alerts.get("m/fell").last_value == kept


@pytest.mark.parametrize("value", [-0.0, 5e-324, -1.5e300, float("inf"), 3.0])
def test_rows_are_sound_with_any_value(desk, value) -> None:
    desk.add(below=-2e300)
    desk.look(value)
    with desk.mk.catalogue.read() as connection:
        row = dict(connection.execute(ALERT_RULES.select()).mappings().one())
        assert rows.is_sound(ALERT_RULES, row)
        for event in connection.execute(EVENTS.select()).mappings():
            assert rows.is_sound(EVENTS, dict(event))
    assert desk.alerts.get("m/fell").last_value == (None if value == float("inf") else value)


@pytest.mark.parametrize("column", ["definition", "progress", "state"])
def test_a_damaged_row_is_named(desk, column) -> None:
    kept = desk.add()
    with desk.mk.catalogue.write() as connection:
        connection.execute(ALERT_RULES.update().values({column: "{}!"}))
    with pytest.raises(DamagedCatalogueError, match=kept.rule_id):
        desk.alerts.get("m/fell")


def test_one_process_of_many_watches(desk) -> None:
    desk.add()
    first, second = desk.new_watch(), desk.new_watch()
    desk.numbers.value[""] = 0.5
    assert [each.state.name for each in first.look()] == ["firing"]
    assert second.look() == []
    assert desk.numbers.asked == ["fell"]
    desk.clock.advance(seconds=4)
    first.look()
    desk.clock.advance(seconds=4)
    second.look()
    assert len(desk.numbers.asked) == 2
    desk.clock.advance(seconds=1)
    desk.numbers.value[""] = 0.95
    assert [each.state.name for each in second.look()] == ["ok"]
    assert first.look() == []


def test_a_process_that_was_paused_changes_nothing(desk) -> None:
    desk.add()
    desk.numbers.value[""] = 0.5
    other = desk.new_watch()

    def paused(rule, now):
        desk.clock.advance(seconds=60)
        other.look()
        return desk.numbers(rule, now)

    late = desk.new_watch(desk.new_alerts(measure=paused))
    assert late.look() == []
    assert desk.kinds() == ["alert_added", "alert_fired"]
    with desk.mk.catalogue.read() as connection:
        assert connection.exec_driver_sql("select token from leases").scalar_one() == 2


def test_a_long_look_renews_its_lease(desk) -> None:
    for name in "abcd":
        desk.add(name=name)
    desk.numbers.value[""] = 0.5

    def slow(rule, now):
        desk.clock.advance(seconds=30)
        return desk.numbers(rule, now)

    assert len(desk.new_watch(desk.new_alerts(measure=slow)).look()) == 4


def test_nothing_is_written_while_there_is_no_rule(desk) -> None:
    assert desk.new_watch().look() == []
    with desk.mk.catalogue.read() as connection:
        assert connection.exec_driver_sql("select count(*) from leases").scalar_one() == 0


class ShakyClock:
    """Raises at its first calls."""

    def __init__(self, clock, failures):
        self.clock, self.failures = clock, failures

    def now(self):
        self.failures -= 1
        if self.failures >= 0:
            raise OSError("the clock is away")
        return self.clock.now()


def test_the_thread_survives_errors_and_lets_the_next_one_in(desk, caplog) -> None:
    desk.add()
    looked = threading.Semaphore(0)
    errors = iter([OSError("the numbers are away")] * 2)

    def measure(rule, now):
        error = next(errors, None)
        if error is not None:
            raise error
        looked.release()
        return desk.numbers(rule, now)

    alerts, clock = desk.new_alerts(measure=measure), ShakyClock(desk.clock, failures=2)
    watch = AlertWatch(
        alerts=alerts, catalogue=desk.mk.catalogue, clock=clock, interval_seconds=0.01
    )
    watch.start()
    watch.start()
    assert looked.acquire(timeout=60)
    assert looked.acquire(timeout=60)
    watch.stop()
    watch.stop()
    assert watch.last_errors == {}
    assert [each.getMessage()[:20] for each in caplog.records] == [
        "alert rules could no",
        "alert rule alert-019",
    ]
    work = LeasedWork(catalogue=desk.mk.catalogue, clock=desk.clock, name="alerts", lease_seconds=5)
    assert work.take() is not None
