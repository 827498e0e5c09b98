"""Opens a registry when it is told to, and tells what is in it: `next_child.py SETTINGS NOW`."""

import json
import runpy
import sys
from datetime import datetime
from pathlib import Path

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.testing.clock import ManualClock

settings, now = json.loads(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
reading = runpy.run_path(str(Path(__file__).parent / "upgrades/reading.py"))
print("ready", flush=True)
sys.stdin.readline()
config = ModelVersioningConfig(**settings, actor="ada")
with wiring.open_services(config, clock=ManualClock(now)) as mk:
    told = {"revision": mk.catalogue.schema_revision()}
    if sys.argv[3:] == ["--all"]:
        told["all"] = reading["read_all"](mk)
        told["problems"] = [str(each) for each in mk.scrubber.verify().problems]
        told["made"] = mk.versions.create_version("m", {"n": 9}).version_number
print(json.dumps(told))
