"""Texts kept by pyarrow load when they are sound, and only then; pyarrow itself need not be."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import hostile_arrow

from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.inspecting import inspect_content
from modelkeep.storage.trust.loader import load

CHILD = Path(__file__).parent / "loading_child.py"


def _load(content: bytes, **beside: Any) -> Any:
    return load(memoryview(content), source="m", allow=AllowList(), **beside)


def test_sound_texts_load() -> None:
    wanted = {
        "arrow-missing": ["a", None, "d"], "arrow-count-unknown": ["a", None, "d"],
        "arrow-begins-later": ["bc", "d"], "arrow-no-texts": [], "arrow-no-bytes": [""],
        "arrow-chunks": ["a", "bc", "d", "a", None, "d"],
    }  # fmt: skip
    for label, content in hostile_arrow.sound().items():
        found = _load(content)
        assert type(found).__name__ == "ArrowStringArray"
        texts = [each if isinstance(each, str) else None for each in found]
        assert texts == wanted.get(label, ["a", "bc", "d"]), label
        assert inspect_content(memoryview(content), source="m").verdict == "allowed"


def test_texts_that_do_not_fit_their_bytes_are_refused_and_nothing_crashes(tmp_path: Path) -> None:
    given = list(hostile_arrow.files().items())
    (tmp_path / "given").write_bytes(pickle.dumps(given))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(CHILD), str(tmp_path / "given")],
        capture_output=True, text=True, timeout=120, cwd=tmp_path, env=environment,
    )  # fmt: skip
    told = [each.split("\t") for each in done.stdout.splitlines()]
    assert done.returncode == 0, (told[-1:], done.stderr[-2000:])
    assert [name for name, _, _ in told] == [name for name, _ in given]
    expected = {"UntrustedModelError", "IntegrityError"}
    assert [(name, outcome) for name, outcome, _ in told if outcome not in expected] == []


def test_what_was_checked_cannot_be_changed_afterwards() -> None:
    import pandas as pd

    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(pd.array(["abc", None], "string"), 5, buffer_callback=buffers.append)
    assert len(buffers) == 3
    own = [bytearray(each.raw()) for each in buffers]
    found = _load(content, buffers=own)
    for each in own:
        each[:] = b"\xff" * len(each)
    assert found[0] == "abc"
    assert found[1] is pd.NA


def test_columns_that_share_their_texts_load_from_buffers_too() -> None:
    import pandas as pd

    texts = pd.Series(["ä" * 50, "b", None] * 50, dtype="str")
    made = [texts, texts.copy(), texts[1:9], texts.array, texts.array, pd.DataFrame({"t": texts})]
    buffers: list[pickle.PickleBuffer] = []
    beside = pickle.dumps(made, 5, buffer_callback=buffers.append)
    assert buffers
    for found in (_load(beside, buffers=buffers), _load(pickle.dumps(made, 4))):
        assert [one.equals(other) for one, other in zip(made, found, strict=True)] == [True] * 6


def test_without_pyarrow_it_is_told_what_is_missing() -> None:
    code = (
        "import sys\n"
        "sys.modules['pyarrow'] = None\n"
        "from modelkeep.errors import MissingLibraryError\n"
        "from modelkeep.storage.trust.allow_list import AllowList\n"
        "from modelkeep.storage.trust.inspecting import inspect_content\n"
        "from modelkeep.storage.trust.loader import load\n"
        "import hostile, hostile_arrow\n"
        "view = memoryview(hostile_arrow.sound()['arrow-plain'])\n"
        "print(inspect_content(view, source='m').verdict, 'pandas' in sys.modules)\n"
        "dtype = hostile.whole(hostile.call('pandas', 'StringDtype', 'pyarrow'))\n"
        "for each in (view, memoryview(dtype)):\n"
        "    try:\n"
        "        load(each, source='m', allow=AllowList())\n"
        "    except MissingLibraryError as error:\n"
        "        print(error)\n"
        "dtype = hostile.whole(hostile.call('pandas', 'StringDtype', 'python'))\n"
        "print(load(memoryview(dtype), source='m', allow=AllowList()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    told = "the format of texts that pyarrow keeps needs the library 'pyarrow': pip install pyarrow"
    assert done.stdout.splitlines() == ["allowed False", told, told, "string"], done.stderr
