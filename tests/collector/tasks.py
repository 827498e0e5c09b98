"""What actors do, and what may come of it."""

import numpy as np

from modelkeep.errors import (
    IntegrityError,
    ModelkeepError,
    StorageUnavailableError,
    VersionNotFoundError,
)

VARIANTS = 4


def content(number):
    """Return one of a few models; some are differences of one another."""
    base, variant = divmod(number, VARIANTS)
    rng = np.random.default_rng(base)
    weights = rng.standard_normal(40_000).astype(np.float32)
    return {"weights": weights * np.float32(1 + variant / 1000), "head": np.full(40, number)}


CONTENTS = [content(number) for number in range(2 * VARIANTS)]


def is_content(model, number):
    wanted = CONTENTS[number]
    return model.keys() == wanted.keys() and all(
        np.array_equal(model[name], wanted[name]) for name in wanted
    )


class Task:
    """Something that an actor does; `work` does it, `ended` is told to the machine."""

    def __init__(self, machine):
        self.machine = machine
        self.result = self.error = None
        self.trace = ""
        self.crashed = False
        self.lost = False

    def __repr__(self):
        return f"{type(self).__name__}({vars(self)})"

    def ended(self):
        if self.error is not None and not self.may_fail():
            raise AssertionError(f"{type(self).__name__} failed:\n{self.trace}")
        if not self.crashed and self.error is None:
            self.done()

    def may_fail(self):
        return self.lost and isinstance(self.error, StorageUnavailableError)

    def done(self):
        """Take note of what was acknowledged."""


class Create(Task):
    def __init__(self, machine, number, parent, *, opened):
        super().__init__(machine)
        self.number, self.parent, self.opened = number, parent, opened

    def work(self, services):
        versions, model = services.versions, CONTENTS[self.number]
        # Retention is not what is looked at here.
        how = {"parent_version": self.parent, "tags": ["keep"]}
        if not self.opened:
            return versions.create_version("m", model, format="numpy", **how)
        opened = versions.create_version("m", status="training", **how)
        return versions.finish_version(opened.version_id, model, format="numpy")

    def may_fail(self):
        # Its parent may be removed by another before its turn comes.
        if self.parent in self.machine.doomed and isinstance(self.error, VersionNotFoundError):
            return True
        return super().may_fail()

    def done(self):
        self.machine.known[self.result.version_id] = self.number


class Delete(Task):
    def __init__(self, machine, version_id):
        super().__init__(machine)
        self.version_id = version_id
        machine.doomed.add(version_id)

    def work(self, services):
        services.versions.delete_version(self.version_id, backup=False)

    def may_fail(self):
        return isinstance(self.error, VersionNotFoundError) or super().may_fail()

    def done(self):
        self.machine.removed.add(self.version_id)


class Load(Task):
    def __init__(self, machine, version_id):
        super().__init__(machine)
        self.version_id = version_id

    def work(self, services):
        return services.versions.load_model(self.version_id)

    def may_fail(self):
        return self.version_id in self.machine.doomed and isinstance(self.error, ModelkeepError)

    def done(self):
        assert is_content(self.result, self.machine.known[self.version_id])


class Collect(Task):
    """Give back the room of what is dead, as `gc` does, or remove leftovers, as `cleanup` does."""

    def __init__(self, machine, kind):
        super().__init__(machine)
        self.kind = kind

    def work(self, services):
        if self.kind == "compact":
            return services.compactor.collect(dead_share=0.1)
        if self.kind == "repack":
            return services.versions.repack(best=True)
        return services.versions.cleanup_old_versions()

    def may_fail(self):
        # A version may be removed while its chunks are being coded anew.
        gone = self.kind == "repack" and isinstance(self.error, IntegrityError)
        return (gone and bool(self.machine.doomed)) or super().may_fail()
