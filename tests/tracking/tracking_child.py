"""A process that logs until it is told to end: `tracking_child.py FOLDER VERSION ROWS`.

It prints a line after each hundred rows, so that who reads knows what was logged at least.
"""

import sys
import time

import modelkeep

folder, version, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
mk = modelkeep.connect(f"{folder}/registry", backup_path=f"{folder}/backups")
for number in range(rows):
    mk.tracking.log(version, prediction=number % 3, label=0, latency_seconds=0.01)
    if number % 100 == 99:
        print(number + 1, time.time(), flush=True)
        time.sleep(0.01)
mk.close()
print("closed", flush=True)
