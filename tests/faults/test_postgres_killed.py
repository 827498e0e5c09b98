"""PostgreSQL is killed and started again under four writers, again and again."""

from __future__ import annotations

import random
import time

ROUNDS = 3


def test_what_was_acknowledged_is_there_and_writers_go_on_by_themselves(
    writers, connect, check, postgres
):
    connect().close()
    rng = random.Random(20261201)
    with writers(count=4, seed="killed", place={"busy_timeout_seconds": 5.0}) as crew:
        for turn in range(ROUNDS):
            crew.wait_for("done", 5)
            time.sleep(rng.random() * 0.2)
            postgres.kill()
            try:
                if turn % 2 == 0:
                    # Long enough for each to see that it is away.
                    crew.wait_for("error", 1)
            finally:
                postgres.start()
        crew.wait_for("done", 6)
        records = crew.finish()
    met = check(records)
    assert met["error: storage_unavailable"] >= 4
    assert met["done: create"] >= 25
    assert met["done: deploy"] + met["done: rollback"] >= 8
