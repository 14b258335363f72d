"""One rival in a process of its own: `python -m benchmarks.rivals.process learn|ask NAME FOLDER …`.

`ask` prints JSON: what was answered, and what answering took.
"""

from __future__ import annotations

import json
import statistics
import time
import warnings
from pathlib import Path

import click
import psutil

from benchmarks.golden import single_questions
from benchmarks.rivals.forms import EXPLAINED, in_form
from benchmarks.rivals.registry import RIVALS
from benchmarks.rivals.rival import Task

_WARMING_UP = 10


@click.command()
@click.argument("act", type=click.Choice(["learn", "ask"]))
@click.argument("name", type=click.Choice(list(RIVALS)))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--form", default="as typed", type=click.Choice(list(EXPLAINED)))
@click.option("--untaught", required=True, type=click.Path(path_type=Path))
@click.option("--encoder", default="bundled")
@click.option("--share", default=1.0)
def main(act: str, name: str, folder: Path, form: str, untaught: Path, encoder: str, share: float) -> None:
    """Let a rival learn into FOLDER, or ask it every golden question."""
    warnings.simplefilter("ignore")  # other people's
    rival = RIVALS[name]
    task = Task(next(each for each in EXPLAINED if each == form), untaught, encoder, share)
    if act == "learn":
        rival.learn(task, folder)
        return
    ask = rival.load(task, folder)
    golden = single_questions()
    for each in golden[:_WARMING_UP]:
        ask(in_form(task.form, each.text))
    answers, taken = [], []
    for each in golden:
        begun = time.perf_counter()
        guess = ask(in_form(task.form, each.text))
        taken.append(1000 * (time.perf_counter() - begun))
        # JSON has no infinity; nothing a rival is sure of lies below this.
        confidence = max(guess.confidence, -1e9)
        answers.append(
            {
                "id": each.id,
                "topics": guess.topics,
                "confidence": confidence,
                "outcome": "found" if guess.at_once else "unknown",
            }
        )
    print(
        json.dumps(
            {
                "answers": answers,
                "median_ms": statistics.median(taken),
                "memory_mb": psutil.Process().memory_info().rss / 1e6,
            }
        )
    )


if __name__ == "__main__":
    main()
