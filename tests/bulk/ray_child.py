"""Does bulk work of all kinds over one connection to a Ray cluster, and prints what came out."""

import json
import sys
import threading
from os import kill
from pathlib import Path
from signal import SIGKILL

from tests.bulk.stuck import biggest_pack, stuck
from typer.testing import CliRunner

from modelkeep.cli.main import app
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.bulk import comparing, copying, repacking, verifying
from modelkeep.orchestrator.bulk.choosing import open_executor
from modelkeep.orchestrator.plain import to_plain

task = json.loads(sys.argv[1])
source, target, remote = (
    wiring.open_services(ModelVersioningConfig(**task[name]))
    for name in ("source", "target", "remote")
)
found = {}
with source, target, remote, open_executor(on=task["address"]) as executor:
    found["workers"] = executor.workers
    found["verify"] = verifying.verify(source, executor)
    found["compare"] = comparing.compare(source, executor, [task["pair"]])
    found["target"] = copying.copy(source, target, executor)
    found["remote"] = copying.copy(source, remote, executor)
    found["verify remote"] = verifying.verify(remote, executor)
    found["repack"] = repacking.repack(source, executor)
    with stuck(biggest_pack(target)) as reader:
        killer = threading.Thread(target=lambda: kill(reader(), SIGKILL))
        killer.start()
        _, failures = verifying.verify(target, executor, resume=True)
        killer.join()
    found["killed"] = [each.told for each in failures]
    found["journal"] = len(list(Path(target.config.storage_path).glob("bulk/*/*")))
    found["after"] = verifying.verify(target, executor, resume=True)
    # A command uses the connection that is there.
    words = ["--storage", target.config.storage_path, "verify", "--on", task["address"], "--json"]
    found["command"] = json.loads(CliRunner().invoke(app, words).output)
    found["verify target"] = verifying.verify(target, executor)
print(json.dumps(to_plain(found)))
