"""The form in which a text goes to the encoder, and the mean that is taken off its vector.

Texts of one language lie in one corner of the vector space; without their mean they can be compared across
languages. What it gains: docs/decisions/0005-search.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.language import script
from index.spelling import letterless, mend_look_alikes, tidy, to_cyrillic
from knowledge.model import LANGUAGES, Language

Vectors = NDArray[np.float32]
_LATIN = re.compile("[A-Za-z]")

FORM: Final = 1
"""Changes when `encoded_form` makes another text of any message: vectors of before are then of no use."""
ENOUGH: Final = 20
"""Texts that a mean of its own needs; fewer share a wider one."""

_EVERYTHING: Final = len(LANGUAGES) * 2
GROUPS: Final = _EVERYTHING + 1
"""Rows of a table of means: each language in Cyrillic and in Latin letters, then everything together."""


def encoded_form(text: str, language: Callable[[], Language]) -> str:
    """Return a message as the encoder gets it, so that the same words come in the same pieces: tidy, in small
    letters, Tajik without letters of its own, Tajik or Russian chat Latin turned back to Cyrillic.

    language: asked only for a text in Latin letters; the form of others does not depend on it.
    """
    plain = mend_look_alikes(tidy(text)).lower()
    if not _LATIN.search(plain) or script(plain) != "latin":
        return letterless(plain)
    match language():
        case "tg" | "ru" as convention:
            return letterless(to_cyrillic(plain, convention))
        case _:
            return plain


def group_of(text: str, language: Language) -> int:
    """Return the row of the table of means that a text belongs to, judged by its original letters."""
    return 2 * LANGUAGES.index(language) + bool(_LATIN.search(text) and script(text) == "latin")


@dataclass(frozen=True, slots=True)
class Centres:
    """Mean vectors of what people write; zero rows where nothing is known."""

    means: Vectors
    """Shape (GROUPS, dimension)."""

    def centred(self, vectors: Vectors, groups: Sequence[int]) -> Vectors:
        """Return unit rows: each vector without the mean of its group."""
        return _unit(vectors - self.means[np.asarray(groups, dtype=np.int64)])


def centres(vectors: Vectors, groups: Sequence[int]) -> Centres:
    """Return the means of these groups; a small group has its language's mean, or that of everything."""
    dimension = vectors.shape[1]
    means = np.zeros((GROUPS, dimension), dtype=np.float32)
    numbers = np.asarray(groups, dtype=np.int64)
    if len(vectors) >= ENOUGH:
        means[:] = vectors.mean(axis=0)
    for group in range(_EVERYTHING):
        for members in (numbers == group, numbers // 2 == group // 2):
            if members.sum() >= ENOUGH:
                means[group] = vectors[members].mean(axis=0)
                break
    return Centres(means)


def _unit(rows: Vectors) -> Vectors:
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    unit: Vectors = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
