"""Creates, deletes, deploys and rolls back until it is told to stop: `writer.py SPEC`.

It writes down what it begins, and what it was told: that it is done, or an error. Each line is on
the disk before the next call, so what stands there was told for certain.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

import modelkeep
from modelkeep.errors import (
    ModelkeepError,
    NoActiveDeploymentError,
    NothingToRollBackError,
    StorageUnavailableError,
)

KINDS, WEIGHTS = ("create", "delete", "deploy", "rollback"), (5, 2, 3, 1)
KEPT = 3
PAUSE_SECONDS = 0.05


class Writer:
    def __init__(self, spec):
        self.rng = random.Random(spec["seed"])
        self.model, self.stop = spec["model"], Path(spec["stop"])
        self.log = os.open(spec["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        settings = dict(spec["place"])
        self.services = modelkeep.connect(settings.pop("storage_path"), **settings)
        self.own, self.serving = [], None

    def write(self, **record):
        os.write(self.log, json.dumps(record).encode() + b"\n")
        os.fsync(self.log)

    def run(self):
        while not self.stop.exists():
            [kind] = self.rng.choices(KINDS, WEIGHTS)
            getattr(self, kind)()

    def step(self, kind, call, **known):
        """Return what was done, or None; what is no error of Modelkeep ends this process."""
        self.write(begin=kind, **known)
        try:
            done = call()
        except (NoActiveDeploymentError, NothingToRollBackError):
            self.write(refused=kind)
        except StorageUnavailableError as error:
            self.write(error=error.code, text=str(error), kind=kind, **known)
            time.sleep(PAUSE_SECONDS)
        except ModelkeepError as error:
            # The database answers, so it must be as this process left it.
            self.write(wrong=error.code, text=str(error), kind=kind, **known)
        else:
            self.write(done=kind, **known, **done)
            return done
        return None

    def create(self):
        # Some are shared by all writers, some are like others, most are unique.
        content = self.rng.randrange(10**12)
        data = {"shared": content % 5} if content % 4 == 0 else {"own": content, "x": "x" * 3000}
        model = self.model if self.rng.random() < 0.7 else "common"

        def call():
            facts = {"metrics": {"content": content}}
            made = self.services.versions.create_version(model, data, metadata=facts)
            return {"id": made.version_id, "number": made.version_number}

        done = self.step("create", call, model=model, content=content)
        if done and model == self.model:
            self.own.append(done["id"])

    def delete(self):
        free = [each for each in self.own[:-KEPT] if each != self.serving]
        if not free:
            return
        chosen, backup = self.rng.choice(free), self.rng.random() < 0.5
        # Whether it is gone after an error is looked at in the end.
        self.own.remove(chosen)

        def call():
            self.services.versions.delete_version(chosen, backup=backup, force=True)
            return {}

        self.step("delete", call, id=chosen, backup=backup)

    def deploy(self):
        if not self.own:
            return
        self.serving = self.rng.choice(self.own)

        def call():
            made = self.services.deployments.deploy_version(self.serving, "production")
            return {"event": made.event_id}

        self.step("deploy", call, id=self.serving)

    def rollback(self):
        if self.serving is None:
            return

        def call():
            made = self.services.deployments.rollback_deployment(self.model, "production")
            return {"event": made.event_id, "id": made.version_id}

        done = self.step("rollback", call)
        self.serving = done["id"] if done else self.serving


if __name__ == "__main__":
    Writer(json.loads(sys.argv[1])).run()
