"""Backs up or restores a registry in children and kills them: for test_backup_kill.

The process that is started imports everything once. For each line that it reads, a task in JSON, it
forks a child, kills it after the time that the task names (counted from when it began to write, if
the task names the folder), and writes a line: what the child had said when it was done, or that it
was killed.
"""

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path

import modelkeep
from modelkeep.clock import SystemClock
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.registry_backup import RegistryBackup
from modelkeep.storage.registry_restore import restore_registry

# Whether a process has ended; it stays to be waited for.
AS_IT_IS = os.WEXITED | os.WNOHANG | os.WNOWAIT


def back_up(task):
    folder = Path(task["folder"])
    layout = StoreLayout(Path(task["registry"]))
    with modelkeep.connect(task["registry"]) as services:
        backups = RegistryBackup(
            layout=layout,
            blobs=LocalBlobs(layout.blobs),
            catalogue=services.catalogue,
            clock=SystemClock(),
        )
        report = backups.backup(folder)
        if task["keep"]:
            backups.prune(folder, keep=task["keep"])
    return report.snapshot


def restore(task):
    return restore_registry(Path(task["folder"]), Path(task["into"])).snapshot


def await_change(folder, pid):
    """Wait until something new is in a folder, or the process has ended."""
    before = set(folder.glob("*"))
    while set(folder.glob("*")) <= before and not os.waitid(os.P_PID, pid, AS_IT_IS):
        time.sleep(0.001)


def perform(task):
    reading, writing = os.pipe()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            done = {"back_up": back_up, "restore": restore}[task["task"]](task)
            os.write(writing, json.dumps({"done": done}).encode())
        except BaseException:
            os.write(writing, json.dumps({"error": traceback.format_exc()[-3000:]}).encode())
        finally:
            os._exit(0)
    os.close(writing)
    if task["kill_after"] is not None:
        if task.get("kill_amid"):
            await_change(Path(task["kill_amid"]), pid)
        time.sleep(task["kill_after"])
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    # What was said in full was said before the kill.
    return {
        **(json.loads(said) if said else {"killed": True}),
        "after": time.perf_counter() - started,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(perform(json.loads(line))), flush=True)
