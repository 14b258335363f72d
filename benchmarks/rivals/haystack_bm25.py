"""haystack-ai: its in-memory document store with the BM25 retriever."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from benchmarks.rivals.rival import HITS, Ask, Guess, Rival, Task, of_hits

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"


def learn(task: Task, folder: Path) -> None:
    """Write every text into a document store."""
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    store.write_documents(
        [
            Document(id=str(row), content=each.text, meta={"topic": each.topic})
            for row, each in enumerate(task.texts())
        ]
    )
    store.save_to_disk(str(folder / "documents.json"))


def load(task: Task, folder: Path) -> Ask:
    """Return what ranks topics by their nearest texts."""
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore.load_from_disk(str(folder / "documents.json"))
    retriever = InMemoryBM25Retriever(store, top_k=HITS)

    def ask(question: str) -> Guess:
        found = retriever.run(query=question)["documents"]
        return of_hits([(each.meta["topic"], each.score or 0.0) for each in found])

    return ask


RIVAL: Final = Rival("haystack-ai BM25", "haystack-ai", ("as typed", "folded"), learn, load)
