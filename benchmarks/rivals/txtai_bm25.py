"""txtai: its keyword index, BM25."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.rivals.rival import HITS, Ask, Guess, Rival, Task, of_hits
from benchmarks.rivals.txtai_topics import read_topics, write_topics


def learn(task: Task, folder: Path) -> None:
    """Index every text by its words."""
    from txtai import Embeddings

    texts = task.texts()
    index = Embeddings(keyword=True)
    index.index((row, each.text, None) for row, each in enumerate(texts))
    index.save(str(folder / "index"))
    write_topics(texts, folder)


def load(task: Task, folder: Path) -> Ask:
    """Return what ranks topics by their nearest texts."""
    from txtai import Embeddings

    index = Embeddings()
    index.load(str(folder / "index"))
    topics = read_topics(folder)

    def ask(question: str) -> Guess:
        return of_hits([(topics[int(row)], float(score)) for row, score in index.search(question, HITS)])

    return ask


RIVAL: Final = Rival("txtai BM25", "txtai", ("as typed", "folded"), learn, load)
