"""Whether an encoder stayed a general one: news sentences across languages, clean and damaged.

`python -m benchmarks.news --ntrex DIR`, DIR with the files of https://github.com/MicrosoftTranslator/NTREX
(CC BY-SA 4.0: measured with, never copied into this project).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Final

import click
import numpy as np

from benchmarks.damages import CLEAN, LATIN, LATIN_WITH_TYPOS, LETTERLESS, SEED, TYPOS
from benchmarks.vectors import encoder_of, remembering
from index.centring import Vectors, encoded_form
from index.encoders import BUNDLED, Encoder
from index.evaluate import Figure, share
from knowledge.model import Language

FILES: Final[Mapping[str, str]] = {
    "tgk": "newstest2019-ref.tgk-Cyrl.txt",
    "rus": "newstest2019-ref.rus.txt",
    "uzb": "newstest2019-ref.uzb.txt",
    "eng": "newstest2019-src.eng.txt",
}
_LANGUAGES: Final[Mapping[str, Language]] = {"tgk": "tg", "rus": "ru", "uzb": "uz", "eng": "en"}
DIRECTIONS: Final = (("tgk", "rus"), ("tgk", "eng"), ("rus", "tgk"), ("uzb", "rus"))
DAMAGES: Final = (CLEAN, LETTERLESS, TYPOS, LATIN, LATIN_WITH_TYPOS)


@dataclass(frozen=True, slots=True)
class Row:
    """How often the right translation was the nearest of all."""

    direction: str
    damage: str
    encoder: str
    as_typed: Figure
    """The sentence as it stands, centred."""
    our_form: Figure
    """In the form in which the encoder gets messages, centred."""


@click.command()
@click.option("--ntrex", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--encoder", "encoders", multiple=True, default=[BUNDLED], help="May be given several times.")
@click.option("--count", default=500, show_default=True, help="Sentences, drawn by chance; all: 1997.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(ntrex: Path, encoders: tuple[str, ...], count: int, file: Path | None) -> None:
    """Print accuracy@1 of the right translation, for each encoder, as a table in Markdown."""
    sentences = read(ntrex, count)
    rows: list[Row] = []
    for name in encoders:
        with remembering(encoder_of(name)) as encoder:
            for each in DIRECTIONS:
                click.echo(f"{name}: {each[0]} to {each[1]}…", err=True)
                rows += measured(name, encoder, sentences, *each)
    click.echo(table(rows, encoders, len(sentences["rus"])))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")


def read(folder: Path, count: int) -> dict[str, list[str]]:
    """Return `count` sentences in each language, the same ones.

    Raises ClickException if a file is missing or has another number of lines than the others.
    """
    inner = folder / "NTREX-128"
    place = inner if inner.is_dir() else folder
    lines: dict[str, list[str]] = {}
    for language, name in FILES.items():
        try:
            lines[language] = (place / name).read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise click.ClickException(
                f"{place / name} can't be read ({error.strerror}); "
                "give the folder NTREX-128 of github.com/MicrosoftTranslator/NTREX"
            ) from error
    counts = {name: len(own) for name, own in lines.items()}
    if len(set(counts.values())) > 1:
        raise click.ClickException(f"{place}: the files have different numbers of lines: {counts}")
    every = range(len(lines["rus"]))
    chosen = sorted(Random(SEED).sample(every, min(count, len(every))))  # noqa: S311  # no secret
    return {name: [own[row] for row in chosen] for name, own in lines.items()}


def measured(
    name: str, encoder: Encoder, sentences: Mapping[str, Sequence[str]], source: str, target: str
) -> list[Row]:
    """Return the rows of one direction."""
    answers = encoder.passages(list(sentences[target]))
    centred_answers = centred(answers, answers)
    clean = {own: encoder.questions(_forms(sentences[source], source, own)) for own in (False, True)}
    rows = []
    for damage in DAMAGES:
        if _LANGUAGES[source] not in damage.languages:
            continue
        spoilt = damage.spoilt(sentences[source])
        figures = [
            # One mean serves all spellings of a language.
            accuracy(centred(encoder.questions(_forms(spoilt, source, own)), clean[own]), centred_answers)
            for own in (False, True)
        ]
        rows.append(Row(f"{source}→{target}", damage.name, name, *figures))
    return rows


def _forms(texts: Sequence[str], language: str, ours: bool) -> list[str]:
    return [encoded_form(text, lambda: _LANGUAGES[language]) if ours else text for text in texts]


def centred(vectors: Vectors, known: Vectors) -> Vectors:
    """Return unit rows without the mean of `known`, for each row the mean of the half that it is not in."""
    even = np.arange(len(vectors)) % 2 == 0
    means = np.where(even[:, None], known[~even].mean(axis=0), known[even].mean(axis=0))
    rows = vectors - means
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def accuracy(questions: Vectors, answers: Vectors) -> Figure:
    """Return how often the row of the same number is the nearest one."""
    nearest = np.argmax(questions @ answers.T, axis=1)
    return share([bool(hit) for hit in nearest == np.arange(len(questions))])


def table(rows: Sequence[Row], encoders: Sequence[str], count: int) -> str:
    """Return the rows as a table in Markdown, encoders side by side."""
    names = [f"{name}, {form}" for name in encoders for form in ("as typed", "in our form")]
    lines = [
        f"accuracy@1 among {count} sentences, centred",
        "",
        f"| | {' | '.join(names)} |",
        "|---" * (len(names) + 1) + "|",
    ]
    for key in dict.fromkeys((row.direction, row.damage) for row in rows):
        own = [row for row in rows if (row.direction, row.damage) == key]
        cells = [
            f"{each.value:.3f} ({each.low:.3f}–{each.high:.3f})"
            for row in own
            for each in (row.as_typed, row.our_form)
        ]
        lines.append(f"| {key[0]}, {key[1]} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
