"""txtai: its vector index (FAISS) over the vectors of the untaught encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.rivals.rival import HITS, Ask, Guess, Rival, Task, of_hits
from benchmarks.rivals.txtai_topics import read_topics, write_topics
from benchmarks.vectors import remembering
from index.encoders import BundledEncoder


def learn(task: Task, folder: Path) -> None:
    """Index the vector of every text."""
    from txtai import Embeddings

    texts = task.texts()
    with remembering(BundledEncoder(task.untaught)) as encoder:
        asked = encoder.questions([each.text for each in texts if each.asked])
        sections = encoder.passages([each.text for each in texts if not each.asked])
    index = Embeddings(method="external")
    index.index((row, vector, None) for row, vector in enumerate([*asked, *sections]))
    index.save(str(folder / "index"))
    write_topics(texts, folder)


def load(task: Task, folder: Path) -> Ask:
    """Return what ranks topics by their nearest texts."""
    from txtai import Embeddings

    index = Embeddings()
    index.load(str(folder / "index"))
    topics = read_topics(folder)
    encoder = BundledEncoder(task.untaught)

    def ask(question: str) -> Guess:
        hits = index.search(encoder.questions([question])[0], HITS)
        return of_hits([(topics[int(row)], float(score)) for row, score in hits])

    return ask


RIVAL: Final = Rival(
    "txtai, dense (e5)", "txtai", ("as typed", "turned back"), learn, load, encoder="untaught"
)
