"""All rivals by the name that the command line takes, ours first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.rivals import (
    char_tfidf,
    e5_nearest,
    fasttext_grams,
    haystack_bm25,
    ours,
    rank_bm25_okapi,
    setfit_few_shot,
    txtai_bm25,
    txtai_dense,
)
from benchmarks.rivals.rival import Rival

OURS: Final = "ours"
RIVALS: Final[Mapping[str, Rival]] = {
    OURS: ours.RIVAL,
    "haystack-bm25": haystack_bm25.RIVAL,
    "rank-bm25": rank_bm25_okapi.RIVAL,
    "txtai-bm25": txtai_bm25.RIVAL,
    "txtai-dense": txtai_dense.RIVAL,
    "e5-nearest": e5_nearest.RIVAL,
    "fasttext": fasttext_grams.RIVAL,
    "char-tfidf": char_tfidf.RIVAL,
    "setfit": setfit_few_shot.RIVAL,
}
