"""Works on registries in forked children and kills them: `worker.py SPEC.json`, for test_sigkill.

The process that is started imports everything once, forks one child for each slot, kills a child
in the middle of an operation, forks the next one, and so on. A child says on a pipe what it begins
and, when the call has returned, what it has done. The log of all that is written to `SPEC["log"]`.
"""

import json
import os
import random
import select
import signal
import statistics
import sys
import time
import traceback
from pathlib import Path

import modelkeep
from modelkeep.catalogue.migrations import upgrade  # noqa: F401 - so that no child imports it
from modelkeep.errors import NotFoundError, NothingToRollBackError
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.backends import choose_backends
from modelkeep.storage.trust.allow_list import AllowList

KINDS = ("create", "deploy", "rollback", "delete", "cleanup", "finish")
WEIGHTS = (4, 4, 3, 2, 1, 2)
STAGES = ("production", "staging")
KEPT_AT_LEAST = 4
MOST_ERRORS = 20


def content_of(number, sources):
    """The model that belongs to a number: unique, shared by many, large, or a folder."""
    style, rest = number % 4, number // 4
    if style == 0:
        return {"unique": rest}
    if style == 1:
        return {"shared": rest % 3}
    if style == 2:
        # Like others of its kind but for a few bytes, so that it is kept as a difference.
        common = random.Random(rest % 3).randbytes(200_000)
        place = rest % len(common)
        return common[:place] + b"%d" % rest + common[place:]
    return Path(sources) / str(rest % 3)


def connect(place):
    """Open the registry that these settings describe."""
    settings = dict(place)
    return modelkeep.connect(settings.pop("storage_path"), **settings)


class Child:
    """What runs in a forked process until it is killed."""

    def __init__(self, spec, slot, generation, pipe):
        self.slot, self.pipe, self.sources = slot, pipe, spec["sources"]
        self.rng = random.Random(f"{spec['seed']}/{slot['model']}/{generation}")
        self.services = connect(slot["place"])

    def tell(self, **record):
        os.write(self.pipe, json.dumps(record).encode() + b"\n")

    def run(self):
        while True:
            [kind] = self.rng.choices(KINDS, WEIGHTS)
            getattr(self, kind)()

    def step(self, kind, call, **known):
        """Begin, call, acknowledge; what may be refused is told as refused."""
        self.tell(begin=kind, **known)
        started = time.perf_counter()
        try:
            done = call()
        except (NotFoundError, NothingToRollBackError) as error:
            self.tell(refused=kind, why=repr(error), **known)
            return
        self.tell(done=kind, seconds=time.perf_counter() - started, **known, **done)

    def own(self, **conditions):
        try:
            found = self.services.versions.get_versions(
                self.slot["model"], limit=None, **conditions
            )
        except NotFoundError:
            return []
        return [version for version in found if version.status.value != "training"]

    def create(self, *, training=False):
        number = self.rng.randrange(10**12)
        model = self.slot["model"] if training or self.rng.random() < 0.7 else "common"
        tags = ["keep"] if model != "common" and self.rng.random() < 0.7 else []
        arguments = {"metadata": {"metrics": {"content": number}}, "tags": tags}
        if training:
            arguments = {"status": "training", "tags": tags, "description": str(number)}
        else:
            arguments["model_data"] = content_of(number, self.sources)

        def call():
            made = self.services.versions.create_version(model, **arguments)
            return {"id": made.version_id, "number": made.version_number}

        kind = "open" if training else "create"
        self.step(kind, call, model=model, content=number, tags=tags)

    def finish(self):
        if not (waiting := self.training()):
            self.create(training=True)
            waiting = self.training()
        number = self.rng.randrange(10**12)

        def call():
            self.services.versions.finish_version(
                waiting[0].version_id,
                content_of(number, self.sources),
                metadata={"metrics": {"content": number}},
            )
            return {}

        self.step("finish", call, id=waiting[0].version_id, content=number)

    def training(self):
        try:
            return self.services.versions.get_versions(self.slot["model"], status="training")
        except NotFoundError:
            return []

    def deploy(self):
        stage = self.rng.choice(STAGES)
        active = self.services.deployments.find_active_deployment(self.slot["model"], stage)
        found = [v.version_id for v in self.own(tags=["keep"])]
        found = [each for each in found if active is None or each != active.version_id]
        if not found:
            return
        chosen = self.rng.choice(found)

        def call():
            made = self.services.deployments.deploy_version(chosen, stage)
            return {"event": made.event_id}

        self.step("deploy", call, id=chosen, stage=stage)

    def rollback(self):
        stage = self.rng.choice(STAGES)

        def call():
            made = self.services.deployments.rollback_deployment(self.slot["model"], stage)
            return {"event": made.event_id, "id": made.version_id}

        self.step("rollback", call, stage=stage)

    def delete(self):
        # Retention takes what is not tagged; so nobody else takes what is chosen here.
        found = [v for v in self.own(tags=["keep"]) if not v.is_active][KEPT_AT_LEAST:]
        for version in found[:2] if self.rng.random() < 0.5 else found:
            chosen, backup = version.version_id, self.rng.random() < 0.7

            def call(chosen=chosen, backup=backup):
                self.services.versions.delete_version(chosen, backup=backup)
                return {}

            self.step("delete", call, id=chosen)

    def cleanup(self):
        def call():
            report = self.services.versions.cleanup_old_versions()
            return {"expired": [each.version.version_id for each in report.expired]}

        self.step("cleanup", call)


class Slot:
    """One place for a child, with what the child that is there now has said."""

    def __init__(self, spec, slot):
        self.spec, self.slot, self.generation = spec, slot, 0
        self.current, self.log, self.seconds = None, [], {kind: [] for kind in KINDS}
        self.errors = 0
        self.start()

    def start(self):
        reading, writing = os.pipe()
        self.generation += 1
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(reading)
                child = Child(self.spec, self.slot, self.generation, writing)
                child.run()
            except BaseException:
                text = traceback.format_exc()[-3000:]
                os.write(writing, json.dumps({"error": text}).encode() + b"\n")
            finally:
                os._exit(status)
        os.close(writing)
        self.pipe, self.rest, self.current = reading, b"", None

    def take(self):
        """Read what the child said; return False when it has ended."""
        piece = os.read(self.pipe, 1 << 16)
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            record = json.loads(line)
            self.log.append(record)
            self.current = record if "begin" in record else None
            self.errors += "error" in record
            if record.get("done") in self.seconds:
                self.seconds[record["done"]].append(record["seconds"])
        return bool(piece)

    def end(self):
        """Kill the child and return what it was doing."""
        os.kill(self.pid, signal.SIGKILL)
        while self.take():
            pass
        os.close(self.pipe)
        os.waitpid(self.pid, 0)
        doing = self.current["begin"] if self.current else None
        self.log.append({"killed": doing})
        return doing


def pump(slots, seconds):
    ready, _, _ = select.select([slot.pipe for slot in slots], [], [], seconds)
    for slot in slots:
        if slot.pipe in ready and not slot.take():
            if slot.errors > MOST_ERRORS:
                raise SystemExit(f"workers go on failing: {slot.log[-1]}")
            slot.end()
            slot.start()


def kill_in(slots, kind, rng):
    """Wait until a child begins an operation of this kind, and kill it some time after that."""
    seen = [slot.current for slot in slots]
    begun = []
    while not begun:
        pump(slots, 60)
        begun = [s for s in slots if s.current and all(s.current is not each for each in seen)]
        begun = [slot for slot in begun if slot.current["begin"] == kind]
    slot = begun[0]
    usual = statistics.median(slot.seconds[kind][-9:] or [0.005])
    time.sleep(rng.uniform(0, 1.1) * usual)
    doing = slot.end()
    slot.start()
    return doing


def kill_workers(spec):
    rng = random.Random(spec["seed"])
    slots = [Slot(spec, each) for each in spec["slots"]]
    left = dict.fromkeys(KINDS, spec["kills_of_each_kind"])
    while any(count > 0 for count in left.values()):
        kind = rng.choice([each for each, count in left.items() if count > 0])
        doing = kill_in(slots, kind, rng)
        if doing in left:
            left[doing] -= 1
    for slot in slots:
        slot.end()
    return {slot.slot["model"]: slot.log for slot in slots}


def kill_openers(spec):
    """Kill processes that open a registry which is not there yet, later and later."""
    opened = []
    for place, part in zip(spec["places"], spec["parts"], strict=True):
        started = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            connect(place)
            os._exit(0)
        if not opened:
            assert os.waitpid(pid, 0)[1] == 0
            opened.append(time.perf_counter() - started)
            continue
        time.sleep(part * opened[0])
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return {}


def import_all(spec):
    """Import what looks into pickles, databases and stores, so that no child has to."""
    AllowList().entry("os", "system")
    places = [*spec.get("places", ()), *(slot["place"] for slot in spec.get("slots", ()))]
    for place in places:
        # Opens nothing yet.
        choose_backends(ModelVersioningConfig(**place)).close()


if __name__ == "__main__":
    wanted = json.loads(Path(sys.argv[1]).read_text())
    import_all(wanted)
    found = {"workers": kill_workers, "openers": kill_openers}[wanted["mode"]](wanted)
    Path(wanted["log"]).write_text(json.dumps(found))
