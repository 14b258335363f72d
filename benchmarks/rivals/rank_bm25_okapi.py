"""rank-bm25: Okapi BM25 over words, in memory."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.rivals.rival import HITS, Ask, Guess, Rival, Task, of_hits

_WORD = re.compile(r"\w+")


def learn(task: Task, folder: Path) -> None:
    """Index every text."""
    from rank_bm25 import BM25Okapi

    texts = task.texts()
    index = BM25Okapi([_words(each.text) for each in texts])
    # The library keeps nothing itself; this is what its users do.
    (folder / "bm25.pickle").write_bytes(pickle.dumps((index, [each.topic for each in texts])))


def load(task: Task, folder: Path) -> Ask:
    """Return what ranks topics by their nearest texts."""
    index, topics = pickle.loads((folder / "bm25.pickle").read_bytes())  # noqa: S301  # written by `learn`

    def ask(question: str) -> Guess:
        scores = index.get_scores(_words(question))
        best = np.argsort(-scores, kind="stable")[:HITS]
        return of_hits([(topics[row], float(scores[row])) for row in best if scores[row] > 0])

    return ask


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


RIVAL: Final = Rival("rank-bm25", "rank-bm25", ("as typed", "folded"), learn, load)
