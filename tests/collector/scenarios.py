"""Orders of events that lose something where the store has a certain mistake, and else do not.

Each is a function of a machine; `MISTAKES` tells which mistakes it finds.
"""

from tests.collector import broken


def collected_before_commit(machine):
    """A pack is there and does not count yet, while another collects."""
    machine.create(who=0, number=0, parent=0, opened=False)
    machine.go_to(who=0, point="begin")
    machine.collect(who=0, kind="clean up")
    machine.finish_named("machine 1")
    machine.finish_named("machine 0")
    machine.finish_named("machine 1")


def staged_after_the_lock(machine):
    """A pack is being written while another removes what was staged."""
    machine.collect(who=0, kind="clean up")
    machine.go_named("machine 0", "unlocked")
    machine.create(who=0, number=0, parent=0, opened=False)
    for name in ("machine 1", "machine 0"):
        machine.go_named(name, "put")
    machine.finish_named("machine 0")
    machine.finish_named("machine 1")


def counted_after_the_look(machine):
    """What the collector suspects counts by the time that it has its lock."""
    machine.create(who=0, number=0, parent=0, opened=False)
    machine.go_to(who=0, point="begin")
    machine.collect(who=0, kind="clean up")
    machine.go_named("machine 1", "alone")
    machine.finish_named("machine 0")
    machine.finish_named("machine 1")


def removed_and_not_committed(machine):
    """A version is being removed."""
    machine.create(who=0, number=0, parent=0, opened=False)
    machine.finish_named("machine 0")
    machine.delete(who=0, which=0)
    machine.go_named("machine 0", "commit")
    machine.crash(who=0)
    machine.doomed.clear()


def merged_before_commit(machine):
    """Small packs are merged, and the new one does not count yet, while another collects."""
    machine.collect(who=2, kind="clean up")
    machine.go_named("machine 2", "list")
    for number in range(4):
        machine.create(who=0, number=number, parent=0, opened=False)
        machine.finish_named("machine 0")
    machine.collect(who=0, kind="compact")
    machine.go_named("machine 0", "put")
    machine.go_named("machine 0", "begin")
    machine.finish_named("machine 2")
    machine.finish_named("machine 0")


def session_lost_before_commit(machine):
    """A writer loses its lock without knowing, and another collects before it commits."""
    machine.create(who=0, number=0, parent=0, opened=False)
    machine.go_to(who=0, point="begin")
    machine.lose_session(who=0)
    machine.collect(who=0, kind="clean up")
    machine.finish_named("machine 1")
    machine.finish_named("machine 0")


def session_lost_in_commit(machine):
    """A writer loses its lock after it has checked that, and commits while another collects."""
    machine.create(who=0, number=0, parent=0, opened=False)
    machine.go_to(who=0, point="begin")
    machine.collect(who=0, kind="clean up")
    machine.go_named("machine 1", "listed")
    machine.go_named("machine 0", "commit")
    machine.lose_session(who=0)
    machine.go_named("machine 1", "delete")
    machine.finish_named("machine 0")
    machine.finish_named("machine 1")


MISTAKES = [
    (collected_before_commit, broken.writers_without_lock),
    (staged_after_the_lock, broken.no_lock_while_removing),
    (counted_after_the_look, broken.no_second_look),
    (removed_and_not_committed, broken.packs_gone_before_commit),
    (merged_before_commit, broken.moved_without_lock),
]
MISTAKES_WITH_SESSIONS = [
    (session_lost_before_commit, broken.lost_lock_unnoticed),
    (session_lost_in_commit, broken.decides_out_of_turn),
]
