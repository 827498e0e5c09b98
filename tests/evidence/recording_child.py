"""Records to a SQLite file until it is ended, and says what it recorded and when."""

import os
import sqlite3
import sys
import time

from modelkeep.clock import SystemClock
from modelkeep.deployment.evidence.recorder import Recorder
from modelkeep.deployment.routing.table import Arm, Choice, RoutingTable

PATH, MODE = sys.argv[1:3]
ARMS = (
    Arm(name="stable", version_id="m@1", weight=0.9),
    Arm(name="canary", version_id="m@2", weight=0.1),
)
TABLE = RoutingTable(model_id="m", revision=3, split_id="r1", arms=ARMS)


def write(split_id, payload, count):
    connection = sqlite3.connect(PATH, isolation_level=None, timeout=30)
    connection.execute(
        "CREATE TABLE IF NOT EXISTS blocks (sequence INTEGER PRIMARY KEY AUTOINCREMENT, "
        "split_id TEXT NOT NULL, payload BLOB NOT NULL)"
    )
    connection.execute("INSERT INTO blocks (split_id, payload) VALUES (?, ?)", (split_id, payload))
    connection.close()


def add(point):
    recorder.add(Choice("m@1", "stable", 0.9, 3, "r1", point, 0, False, ""), success=True)


recorder = Recorder(write=write, clock=SystemClock())
recorder.know(TABLE)
if MODE == "until killed":
    point = 0
    while True:
        for _ in range(20):
            point += 1
            add(point)
        print(point, time.monotonic(), flush=True)
        time.sleep(0.002)
elif MODE == "exit":
    for point in range(1000):
        add(point)
elif MODE == "fork":
    add(1)
    children = []
    for number in range(3):
        child = os.fork()
        if not child:
            add(100 + number)
            sys.exit()
        children.append(child)
    add(2)
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)
