"""The MiniLM sentence encoder in plain torch: its word pieces and its forward pass.

The weights are those of `sentence-transformers/all-MiniLM-L6-v2`: BERT (arXiv 1810.04805) with 6
layers of width 384, 12 heads, mean pooling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

Weights = Mapping[str, Tensor]

LAYERS = 6
_HEADS = 12
_EPSILON = 1e-12
_WORD = re.compile(r"\w+|[^\w\s]")


class WordPieces:
    """Texts to numbers, greedily, the longest piece first.

    Args:
        vocabulary: The pieces in the order of their numbers.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}

    def encode(self, texts: Sequence[str], length: int) -> Tensor:
        """Return a row of numbers for each text, cut and padded with 0 to one length."""
        rows = torch.zeros(len(texts), length, dtype=torch.int64)
        for row, text in zip(rows, texts, strict=True):
            pieces = [n for word in _WORD.findall(text.lower()) for n in self._pieces(word)]
            marked = [self._numbers["[CLS]"], *pieces[: length - 2], self._numbers["[SEP]"]]
            row[: len(marked)] = torch.tensor(marked)
        return rows

    def _pieces(self, word: str) -> list[int]:
        found: list[int] = []
        begin, prefix = 0, ""
        while begin < len(word):
            for end in range(len(word), begin, -1):
                number = self._numbers.get(prefix + word[begin:end])
                if number is not None:
                    break
            else:
                return [self._numbers["[UNK]"]]
            found.append(number)
            begin, prefix = end, "##"
        return found


def embed(weights: Weights, tokens: Tensor) -> Tensor:
    """Return a vector of length 1 for each row of tokens."""
    table = "embeddings."
    hidden = functional.embedding(tokens, weights[f"{table}word_embeddings.weight"])
    hidden = hidden + weights[f"{table}position_embeddings.weight"][: tokens.shape[1]]
    hidden = hidden + weights[f"{table}token_type_embeddings.weight"][0]
    hidden = _normed(weights, "embeddings.LayerNorm", hidden)
    present = tokens != 0
    for number in range(LAYERS):
        hidden = _layer(weights, f"encoder.layer.{number}.", hidden, present)
    counted = present.unsqueeze(-1).to(hidden.dtype)
    return functional.normalize((hidden * counted).sum(1) / counted.sum(1), dim=1)


def _layer(weights: Weights, name: str, hidden: Tensor, present: Tensor) -> Tensor:
    attended = _attention(weights, f"{name}attention.self.", hidden, present)
    attended = _linear(weights, f"{name}attention.output.dense", attended)
    hidden = _normed(weights, f"{name}attention.output.LayerNorm", hidden + attended)
    wide = functional.gelu(_linear(weights, f"{name}intermediate.dense", hidden))
    wide = _linear(weights, f"{name}output.dense", wide)
    return _normed(weights, f"{name}output.LayerNorm", hidden + wide)


def _attention(weights: Weights, name: str, hidden: Tensor, present: Tensor) -> Tensor:
    rows, length, width = hidden.shape

    def heads(part: str) -> Tensor:
        split = _linear(weights, name + part, hidden).view(rows, length, _HEADS, -1)
        return split.transpose(1, 2)

    mixed = functional.scaled_dot_product_attention(
        heads("query"), heads("key"), heads("value"), attn_mask=present[:, None, None, :]
    )
    return mixed.transpose(1, 2).reshape(rows, length, width)


def _linear(weights: Weights, name: str, hidden: Tensor) -> Tensor:
    return functional.linear(hidden, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _normed(weights: Weights, name: str, hidden: Tensor) -> Tensor:
    scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return functional.layer_norm(hidden, hidden.shape[-1:], scale, shift, _EPSILON)
