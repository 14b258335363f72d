"""The untaught encoder, and the nearest of all texts by cosine: what most tutorials end with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.rivals.rival import Ask, Guess, Rival, Task
from benchmarks.vectors import remembering
from index.decision import OFFERED
from index.encoders import BundledEncoder
from knowledge.model import NOT_OURS


def learn(task: Task, folder: Path) -> None:
    """Keep the vector of every text."""
    texts = task.texts()
    with remembering(BundledEncoder(task.untaught)) as encoder:
        asked = encoder.questions([each.text for each in texts if each.asked])
        sections = encoder.passages([each.text for each in texts if not each.asked])
    np.save(folder / "vectors.npy", np.concatenate([asked, sections]))
    (folder / "topics.json").write_text(json.dumps([each.topic for each in texts]), encoding="utf-8")


def load(task: Task, folder: Path) -> Ask:
    """Return what takes the nearest text's topic, with its cosine; where that is not ours, none at all."""
    vectors = np.load(folder / "vectors.npy")
    topics: list[str] = json.loads((folder / "topics.json").read_bytes())
    encoder = BundledEncoder(task.untaught)

    def ask(question: str) -> Guess:
        cosines = vectors @ encoder.questions([question])[0]
        nearest = np.argsort(-cosines, kind="stable")
        found = list(dict.fromkeys(topics[row] for row in nearest[:200]))
        ours = tuple(each for each in found if each != NOT_OURS)[:OFFERED]
        return Guess(ours, float(cosines[nearest[0]]) - 2 * (found[0] == NOT_OURS))

    return ask


RIVAL: Final = Rival(
    "e5, nearest text, a cut-off", None, ("as typed", "turned back"), learn, load, encoder="untaught"
)
