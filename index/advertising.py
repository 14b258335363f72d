"""Judges which pieces of a page are advertising, by what the bundled encoder makes of their meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoders import Encoder, Vectors
from index.errors import IndexingError
from index.ngrams import NGrams
from index.spelling import mend_look_alikes, tidy
from knowledge.intake.advertising import evidence, weight

Floats = NDArray[np.float64]

WEIGHTS_FILE: Final = Path(__file__).with_name("advertising.npz")
FEATURES: Final = NGrams(shortest=3, longest=4, bits=14)

_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:[ .*_-][^\W\d_]){3,}(?!\w)")
_TWO_ALPHABETS = re.compile(
    r"[A-Za-z][\u0370-\u04ff]|[\u0370-\u03ff][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z\u0370-\u03ff]"
)
_LONGEST: Final = 600
"""Characters of a piece that are looked at; an advertisement says what it wants sooner."""


class AdvertisingError(IndexingError):
    """Weights that cannot be read, or that were learned with another encoder."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: a regression over single pieces, and one over a piece among its page's others."""

    revision: str
    """EncoderSpec.revision of the encoder whose vectors these weights are for."""
    mean: Floats
    """Shape (dimension,): taken off every vector."""
    meaning: Floats
    """Shape (dimension,)."""
    spelling: Floats
    """Shape (2 ** FEATURES.bits,): one weight per hashed character n-gram."""
    listed: Floats
    """Shape (len(SIGNS),)."""
    bias: float
    around: Floats
    """Shape (len(SURROUNDINGS),)."""
    around_bias: float


SIGNS: Final = (
    "offers", "hooks", "warnings", "official", "telling", "certain", "subject", "disguised", "heap", "weight",
    "two alphabets",
)  # fmt: skip
"""What the word lists of intake say of a piece, and how many of its words mix two alphabets."""

SURROUNDINGS: Final = ("own", "likeness", "page", "before", "after", "short", "likest", "likest advertising")
"""What the second regression knows of a piece: its own log-odds, how like its page it is, its neighbours'."""


class AdvertisingJudge:
    """Log-odds that the pieces of one page are advertising. Safe to use from any thread."""

    def __init__(self, encoder: Encoder, weights: Path = WEIGHTS_FILE) -> None:
        """Load the weights. Raises AdvertisingError if they are missing, damaged or another encoder's."""
        self._encoder = encoder
        self._weights = read_weights(weights)
        if self._weights.revision != encoder.spec.revision:
            raise AdvertisingError(
                f"{weights}: learned with revision {self._weights.revision} of the encoder, "
                f"but '{encoder.spec.name}' is {encoder.spec.revision}: word lists judge alone; "
                "run 'python -m index.training.advertising' to learn it anew"
            )

    def __call__(self, texts: Sequence[str]) -> list[float]:
        """Return one natural log-odds per piece.

        texts: sentences, list items or cells of one page in their order, as a reader sees them. What stands
        around a piece counts, so that all of a page should come in one call.
        """
        if not texts:
            return []
        plain = [comparable(text) for text in texts]
        vectors = centred(self._encoder.passages(plain), self._weights.mean)
        own = self.alone(plain, vectors, signs(texts))
        return [float(each) for each in self.among(plain, vectors, own)]

    def alone(self, plain: Sequence[str], vectors: Floats, listed: Floats) -> Floats:
        """Return the log-odds of each piece for itself.

        plain: `comparable` texts; vectors: `centred`; listed: `signs` of the texts as they came.
        """
        spelled = [FEATURES.counted(text.lower()) for text in plain]
        by_spelling = [
            float(self._weights.spelling[buckets] @ unit_counts(counts)) for buckets, counts in spelled
        ]
        found: Floats = (
            vectors @ self._weights.meaning
            + np.array(by_spelling)
            + listed @ self._weights.listed
            + self._weights.bias
        )
        return found

    def among(self, plain: Sequence[str], vectors: Floats, own: Floats) -> Floats:
        """Return the log-odds of each piece among the others."""
        found: Floats = surroundings(plain, vectors, own) @ self._weights.around + self._weights.around_bias
        return found


def comparable(text: str) -> str:
    """Return the text as it is judged: tidy, look-alike letters mended, spaced letters put together."""
    plain = mend_look_alikes(tidy(text[:_LONGEST]))
    return _SPACED.sub(lambda match: re.sub(r"[ .*_-]", "", match.group()), plain)


def signs(texts: Sequence[str]) -> Floats:
    """Return float of shape (texts, len(SIGNS)), each from -1.5 to 1.5: what the lists say of each text."""
    return np.array([_signs(text[:_LONGEST]) for text in texts]).reshape(len(texts), len(SIGNS)) / 2


def _signs(text: str) -> list[float]:
    found = evidence(text)
    return [
        min(found.offers, 4) / 2,
        found.hooks,
        min(found.warnings, 2),
        min(found.official, 4) / 2,
        found.telling,
        min(sum(map(len, found.certain.values())), 3),
        min(sum(map(len, found.subject.values())), 3),
        min(found.disguised, 2),
        float(found.heap),
        min(max(weight(found), -3.0), 3.0),
        min(len(_TWO_ALPHABETS.findall(text)), 3),
    ]


def centred(vectors: Vectors, mean: Floats) -> Floats:
    """Return unit rows: each vector without the mean."""
    rows = vectors.astype(np.float64) - mean
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def unit_counts(counts: NDArray[np.float32]) -> Floats:
    """Return the counts of a text's n-grams at unit length."""
    unit: Floats = counts.astype(np.float64) / max(float(np.linalg.norm(counts)), 1e-9)
    return unit


def surroundings(plain: Sequence[str], vectors: Floats, own: Floats) -> Floats:
    """Return float of shape (pieces, len(SURROUNDINGS)) for the pieces of one page in their order.

    vectors: unit rows, shape (pieces, dimension); own: log-odds of each piece alone.
    """
    number = len(plain)
    own = np.clip(own, -8, 8)
    honest = 1 / (1 + np.exp(own))
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, 0)
    rest = np.maximum(honest.sum() - honest, 1e-6)
    likeness = alike @ honest / rest
    others = (own.sum() - own) / max(number - 1, 1)
    before, after = np.concatenate(([0.0], own[:-1])), np.concatenate((own[1:], [0.0]))
    short = np.array([1 / (1 + len(text.split())) for text in plain])
    likest = (alike * honest).max(axis=1) if number > 1 else np.zeros(1)
    sold = (alike * (1 - honest)).max(axis=1) if number > 1 else np.zeros(1)
    return np.stack([own, likeness, others, before, after, short, likest, sold], axis=1)


def write_weights(weights: Weights, path: Path = WEIGHTS_FILE) -> None:
    """Write the weights into one file of arrays."""
    np.savez_compressed(
        path,
        revision=np.array(weights.revision),
        mean=weights.mean.astype(np.float32),
        meaning=weights.meaning.astype(np.float32),
        spelling=weights.spelling.astype(np.float16),
        listed=weights.listed.astype(np.float32),
        around=weights.around.astype(np.float32),
        biases=np.array([weights.bias, weights.around_bias], dtype=np.float32),
    )


def read_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Return what `write_weights` wrote. Raises AdvertisingError if the file is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            bias, around_bias = (float(each) for each in arrays["biases"])
            found = Weights(
                revision=str(arrays["revision"]),
                mean=arrays["mean"].astype(np.float64),
                meaning=arrays["meaning"].astype(np.float64),
                spelling=arrays["spelling"].astype(np.float64),
                listed=arrays["listed"].astype(np.float64),
                bias=bias,
                around=arrays["around"].astype(np.float64),
                around_bias=around_bias,
            )
    # A damaged zip fails in as many ways as it has bytes.
    except Exception as error:
        raise AdvertisingError(
            f"{path}: the weights that tell advertising are missing or damaged ({type(error).__name__}); "
            "run 'python -m index.training.advertising'"
        ) from error
    numbers = (len(found.spelling), len(found.listed), len(found.around))
    wanted = (1 << FEATURES.bits, len(SIGNS), len(SURROUNDINGS))
    if numbers != wanted:
        raise AdvertisingError(
            f"{path}: {numbers} weights, {wanted} are wanted; run 'python -m index.training.advertising'"
        )
    return found
