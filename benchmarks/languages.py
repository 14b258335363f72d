"""Who tells a message's language right more often, ours or py3langid: `python -m benchmarks.languages`."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.content import shipped
from benchmarks.golden import single_questions
from index.evaluate import Figure, Golden, share
from index.language import detect
from index.passages import passages
from index.regression import learn_languages
from knowledge.model import LANGUAGES

Guess = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Recognised:
    """How often one of them was right."""

    name: str
    whole: Figure
    by_style: dict[str, Figure]
    median_ms: float


@click.command()
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(file: Path | None) -> None:
    """Print both by style of the golden questions, in Markdown."""
    golden = single_questions()
    learned = learn_languages([each for each in passages(shipped()) if each.asked])
    rows = [
        recognised("ours, learned from the messages", lambda text: detect(text, learned), golden),
        recognised("ours, rules alone", detect, golden),
        recognised("py3langid, restricted to the four", py3langid(), golden),
    ]
    click.echo(table(rows))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")


def py3langid() -> Guess:
    """Return py3langid's guess among our languages. Raises ClickException if it is not installed."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        raise click.ClickException("py3langid is not installed; run 'pip install py3langid'") from None
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))

    def guess(text: str) -> str:
        return str(identifier.classify(text)[0])

    return guess


def recognised(name: str, guess: Guess, golden: Sequence[Golden]) -> Recognised:
    """Return how often this guess is right, and how long it takes."""
    right: dict[str, list[bool]] = {}
    taken = []
    for each in golden:
        begun = time.perf_counter()
        got = guess(each.text)
        taken.append(1000 * (time.perf_counter() - begun))
        right.setdefault(each.style, []).append(got == each.lang)
    whole = [each for own in right.values() for each in own]
    by_style = {style: share(own) for style, own in sorted(right.items())}
    return Recognised(name, share(whole), by_style, statistics.median(taken))


def table(rows: Sequence[Recognised]) -> str:
    """Return them as a table in Markdown, styles below each other."""
    lines = [f"| | {' | '.join(row.name for row in rows)} |", "|---" * (len(rows) + 1) + "|"]
    whole = [f"{row.whole.value:.3f} ({row.whole.low:.3f}–{row.whole.high:.3f})" for row in rows]
    lines.append(f"| all {rows[0].whole.count} questions | {' | '.join(whole)} |")
    for style, figure in rows[0].by_style.items():
        values = " | ".join(f"{row.by_style[style].value:.3f}" for row in rows)
        lines.append(f"| {style} ({figure.count}) | {values} |")
    lines.append(f"| ms a message | {' | '.join(f'{row.median_ms:.3f}' for row in rows)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
