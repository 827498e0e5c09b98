"""A machine of states: writers, deleters, readers and collectors, step by step, with crashes.

After each step everything that a committed version needs must be there, and at the end, when all
have ended or crashed, nothing that was acknowledged is lost and nothing is left over.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select
from tests.collector.actors import Actor, Room
from tests.collector.tasks import CONTENTS, Collect, Create, Delete, Load, is_content
from tests.collector.watched import watch

from modelkeep.catalogue import chunks
from modelkeep.catalogue.tables import VERSIONS
from modelkeep.orchestrator.backends import choose_backends
from modelkeep.orchestrator.wiring import join_services
from modelkeep.testing.clock import ManualClock

ACTORS = 3
CLOCKS_APART_SECONDS = (0, 600, -600)
POINTS = ("commit", "alone", "begin", "committed", "delete", "share", "put")
ANY = st.integers(0, 1000)


class CollectorMachine(RuleBasedStateMachine):
    """Several machines on one registry.

    Args:
        registry: Has the `config` of an empty registry, and `end_session` where there are any.
        watch: Gives what an actor's services are made of.

    Attributes:
        known: Which content each acknowledged version has.
        doomed: Versions whose removal was begun.
        removed: Those whose removal was acknowledged.
    """

    def __init__(self, registry, *, watch=watch):
        super().__init__()
        self.registry, self.watch = registry, watch
        self.known, self.doomed, self.removed = {}, set(), set()
        self.room = Room()
        self.backends = choose_backends(registry.config)
        self.services = join_services(registry.config, self.backends, ManualClock())
        self.actors = [self._new(number) for number in range(ACTORS)]

    def _new(self, number):
        def open_services(actor):
            start = datetime(2026, 1, 1, tzinfo=UTC)
            clock = ManualClock(start + timedelta(seconds=CLOCKS_APART_SECONDS[number]))
            backends = self.watch(choose_backends(self.registry.config), actor)
            return backends, join_services(self.registry.config, backends, clock)

        return Actor(f"machine {number}", self.room, open_services)

    # Who is chosen among those that can do it.

    def _idle(self):
        return [each for each in self.actors if each.task is None]

    def _at_work(self):
        return [each for each in self.actors if each.task is not None]

    def _ready(self):
        return [each for each in self.actors if each.can_go]

    def _alive(self):
        return [each for each in self.known if each not in self.doomed]

    def _begin(self, who, task):
        idle = self._idle()
        actor = idle[who % len(idle)]
        actor.begin(task)
        if actor.task is None:
            task.ended()

    def _step(self, actor):
        ended = actor.step()
        if ended is not None:
            ended.ended()

    @precondition(lambda self: self._idle())
    @rule(who=ANY, number=st.integers(0, len(CONTENTS) - 1), parent=ANY, opened=st.booleans())
    def create(self, who, number, parent, opened):
        """Begin to keep a model, of a parent that may be removed meanwhile."""
        alive = self._alive()
        chosen = alive[parent % len(alive)] if alive and parent % 2 else None
        self._begin(who, Create(self, number, chosen, opened=opened))

    @precondition(lambda self: self._idle() and self._alive())
    @rule(who=ANY, which=ANY)
    def delete(self, who, which):
        alive = self._alive()
        self._begin(who, Delete(self, alive[which % len(alive)]))

    @precondition(lambda self: self._idle() and self._alive())
    @rule(who=ANY, which=ANY)
    def load(self, who, which):
        alive = self._alive()
        self._begin(who, Load(self, alive[which % len(alive)]))

    @precondition(lambda self: self._idle())
    @rule(who=ANY, kind=st.sampled_from(["clean up", "clean up", "compact", "repack"]))
    def collect(self, who, kind):
        self._begin(who, Collect(self, kind))

    @precondition(lambda self: self._ready())
    @rule(who=ANY)
    def step(self, who):
        """Let one go on by a step."""
        ready = self._ready()
        self._step(ready[who % len(ready)])

    @precondition(lambda self: self._ready())
    @rule(who=ANY, point=st.sampled_from(POINTS))
    def go_to(self, who, point):
        """Let one go on until a step of this kind is its next."""
        ready = self._ready()
        self._go(ready[who % len(ready)], point)

    @precondition(lambda self: self._ready())
    @rule(who=ANY)
    def finish(self, who):
        """Let one go on to its end."""
        ready = self._ready()
        self._go(ready[who % len(ready)])

    def finish_named(self, name):
        """Let the one of this name go on to its end."""
        self.go_named(name, None)

    def go_named(self, name, point):
        """Let the one of this name go on until a step of this kind is its next."""
        (actor,) = (each for each in self.actors if each.name == name)
        self._go(actor, point)

    def _go(self, actor, point=None):
        """Let one go on, unless it would have to wait for another."""
        while actor.can_go:
            self._step(actor)
            self.what_is_needed_is_there()
            if actor.point == point:
                break

    @precondition(lambda self: self._at_work())
    @rule(who=ANY)
    def crash(self, who):
        at_work = self._at_work()
        actor = at_work[who % len(at_work)]
        actor.crash()
        self.actors[self.actors.index(actor)] = self._new(self.actors.index(actor))

    @precondition(lambda self: self.registry.end_session and self._with_session())
    @rule(who=ANY)
    def lose_session(self, who):
        """Take the lock from a writer by ending its session with the database."""
        found = self._with_session()
        actor = found[who % len(found)]
        self.registry.end_session(actor.session)
        actor.session, actor.task.lost = None, True

    def _with_session(self):
        return [each for each in self.actors if each.session is not None]

    @invariant()
    def what_is_needed_is_there(self):
        with self.backends.catalogue.read() as connection:
            needed = {each.pack.hex() for each in chunks.packs(connection)}
            found = set(connection.execute(select(VERSIONS.c.version_id)).scalars())
        missing = [pack for pack in needed if not self.backends.blobs.exists(pack)]
        assert not missing, f"packs are missing: {missing}"
        assert self.known.keys() - self.doomed <= found
        assert not self.removed & found

    @invariant()
    def somebody_can_go(self):
        assert self._ready() or not self._at_work(), "all wait for one another"

    def teardown(self):
        try:
            self.end_all()
        finally:
            self.close()

    def end_all(self):
        """Let all end, collect once more, and look at everything."""
        while self._at_work():
            for actor in self._ready():
                if actor.can_go:
                    self._step(actor)
                    self.what_is_needed_is_there()
        self._look_at_all()

    def close(self):
        for actor in self.actors:
            if actor.task is not None:
                actor.crash()
            else:
                actor.services.close()
        self.services.close()
        self.registry.remove()

    def _look_at_all(self):
        self.services.compactor.collect()
        report = self.services.versions.cleanup_old_versions()
        assert not report.leftovers.postponed
        assert self.services.scrubber.verify().problems == []
        for version_id in self._alive():
            assert is_content(self.services.versions.load_model(version_id), self.known[version_id])
        with self.backends.catalogue.read() as connection:
            counted = {each.pack.hex() for each in chunks.packs(connection)}
        assert {info.name for info in self.backends.blobs.list()} == counted
        assert list(self.backends.layout.staging.iterdir()) == []
