"""Changes files at random and loads them, until the time is up; prints the seed of each batch.

A process that ends by a signal is a finding; its last line names the file and the seed.
"""

from __future__ import annotations

import faulthandler
import gc
import io
import os
import pickle
import random
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import benign
import hostile
from loading_child import limit, read

from modelkeep.errors import IntegrityError, UntrustedModelError
from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.inspecting import inspect_pickle

# Models of other libraries are read by those libraries' own compiled readers, which are theirs.
FOREIGN = ("xgb", "lgb")
LARGEST = 60_000
OPCODES = bytes(range(0x80, 0x99)) + b"(.0123FIJKLMNPQRSTUVXabcdeghijlopqrstu])}GBC"


def corpus(marker: Path) -> list[tuple[str, bytes]]:
    import torch

    found: list[tuple[str, bytes]] = []
    for family in (benign.plain, benign.arrays, benign.frames, benign.estimators):
        for name, case in family().items():
            if name.startswith(FOREIGN):
                continue
            found += [(f"{name}-{p}", pickle.dumps(case.made, p)) for p in (0, 2, 4, 5)]
            found += [(f"{name}.joblib", benign.joblibbed(case))]
    for name, case in benign.tensors().items():
        file = io.BytesIO()
        torch.save(case.made, file)
        found.append((f"{name}.zip", file.getvalue()))
    found += hostile.files(marker)
    return [(name, content) for name, content in found if 0 < len(content) < LARGEST]


def mutated(content: bytes, chance: random.Random, others: list[tuple[str, bytes]]) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 12))):
        at = chance.randrange(len(made) + 1)
        kind = chance.randrange(8)
        if kind == 0 and made:
            made[min(at, len(made) - 1)] = chance.randrange(256)
        elif kind == 1 and made:
            made[min(at, len(made) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 2:
            made[at:at] = bytes(chance.choices(OPCODES, k=chance.randrange(1, 4)))
        elif kind == 3:
            del made[at : at + chance.randrange(1, 9)]
        elif kind == 4:
            start = chance.randrange(len(made) + 1)
            made[at:at] = made[start : start + chance.randrange(1, 40)]
        elif kind == 5:
            other = chance.choice(others)[1]
            start = chance.randrange(len(other))
            made[at:at] = other[start : start + chance.randrange(1, 80)]
        elif kind == 6 and made:
            at = min(at, len(made) - 1)
            made[at] = chance.choice(OPCODES)
        else:
            number = chance.choice((0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 62))
            size = chance.choice((1, 2, 4, 8))
            made[at : at + size] = (number & (1 << 8 * size) - 1).to_bytes(size, "little")
    return bytes(made)


def use(name: str, model: object, cases: dict[str, benign.Case]) -> None:
    """Ask a changed model what the sound one is asked: it may fail, it must not crash."""
    case = cases.get(name.rpartition("-")[0]) or cases.get(name.removesuffix(".joblib"))
    if case is None or type(model) is not type(case.made):
        return
    try:
        case.answers(model)
    except Exception:
        return


def main() -> None:
    faulthandler.enable()
    warnings.simplefilter("ignore")
    folder, seconds, seed = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    os.chdir(folder)
    marker = folder / "marker"
    files = corpus(marker)
    cases = {**benign.estimators(), **benign.arrays()}
    last = os.open(folder / "last", os.O_CREAT | os.O_WRONLY)
    gc.collect()
    gc.freeze()
    limit(700 << 20)
    allow = AllowList()
    end = time.monotonic() + seconds
    counts = {"loaded": 0, "UntrustedModelError": 0, "IntegrityError": 0}
    number, slowest = seed, 0.0
    while time.monotonic() < end:
        chance = random.Random(number)
        name, content = chance.choice(files)
        content = mutated(content, chance, files)
        os.pwrite(last, f"{number} {name:60}\n".encode(), 0)
        if not number % 25:
            # What one file spoilt is to be seen near it.
            gc.collect()
        start = time.monotonic()
        try:
            model = read(name, content, allow)
        except (UntrustedModelError, IntegrityError) as error:
            counts[type(error).__name__] += 1
        except BaseException as error:
            print(f"ESCAPED {number} {name} {error!r:.300}", flush=True)
        else:
            counts["loaded"] += 1
            use(name, model, cases)
        took = time.monotonic() - start
        if took > slowest:
            slowest = took
            if took > 2:
                print(f"SLOW {number} {name} {took:.1f}", flush=True)
        if not number % 20:
            (folder / "looked-at").write_bytes(content)
            inspect_pickle(folder / "looked-at")
        if marker.exists():
            print(f"RAN {number} {name}", flush=True)
            marker.unlink()
        number += 1
    print(f"DONE {number - seed} {counts} slowest {slowest:.2f}", flush=True)


if __name__ == "__main__":
    main()
