"""fastText, supervised, with character n-grams; by the build of it that runs with numpy 2."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from benchmarks.rivals.rival import Ask, Guess, Rival, Task, of_classes

_LABEL: Final = "__label__"
_WORD = re.compile(r"\w+")


def learn(task: Task, folder: Path) -> None:
    """Train on every text. Rates and epochs are those its tutorial arrives at for short questions."""
    import fasttext

    file = folder / "texts.txt"
    lines = [f"{_LABEL}{each.topic} {_plain(each.text)}\n" for each in task.texts()]
    file.write_text("".join(lines), encoding="utf-8")
    model = fasttext.train_supervised(
        str(file),
        lr=0.5,
        epoch=25,
        dim=100,
        wordNgrams=2,
        minn=2,
        maxn=5,
        bucket=200_000,
        loss="softmax",
        thread=1,  # more threads give another model each time
        seed=20261126,
        verbose=0,
    )
    model.save_model(str(folder / "model.bin"))
    file.unlink()


def load(task: Task, folder: Path) -> Ask:
    """Return what classifies."""
    import fasttext

    model = fasttext.load_model(str(folder / "model.bin"))

    def ask(question: str) -> Guess:
        labels, probabilities = model.predict(_plain(question), k=-1)
        return of_classes([each.removeprefix(_LABEL) for each in labels], list(map(float, probabilities)))

    return ask


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


RIVAL: Final = Rival("fastText, character n-grams", "fasttext-community", ("as typed", "folded"), learn, load)
