"""What a new topic gets from an encoder that was taught without it: `python -m benchmarks.new_topics`.

Teach first: `python -m index.training --without TOPIC… --out DIR`, then give DIR here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from benchmarks.content import shipped
from benchmarks.golden import Ranked, answers, ranked, single_questions
from benchmarks.vectors import encoder_of, remembering
from index.encoders import Encoder
from index.evaluate import Figure, Golden
from index.snapshot import build, load
from knowledge.model import Library

TOPICS: Final = ("pension", "money-transfers", "children-school", "entry-ban")


@dataclass(frozen=True, slots=True)
class Row:
    """How the questions of new topics fare with an encoder, and those of the others."""

    encoder: str
    new: Ranked
    others: Ranked

    @property
    def gap(self) -> float:
        """By how much more often the right topic stands first where it is not new."""
        return self.others.first.value - self.new.first.value


@click.command()
@click.option("--encoder", "encoders", multiple=True, required=True, help="May be given several times.")
@click.option("--without", "topics", multiple=True, default=TOPICS, show_default=True)
@click.option("--share", default=1.0, show_default=True, help="Of the example messages, 0 to 1.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(encoders: tuple[str, ...], topics: tuple[str, ...], share: float, file: Path | None) -> None:
    """Build the whole content with each encoder and print the gap between new topics and the others.

    Give the encoder that was taught without these topics, the untaught one, and the shipped one beside it.
    """
    library = shipped(share)
    unknown = sorted({*topics} - library.topic_by_id.keys())
    if unknown:
        raise click.ClickException(f"--without: no topic is called {', '.join(unknown)}")
    rows = []
    for name in encoders:
        click.echo(f"{name}…", err=True)
        with remembering(encoder_of(name)) as encoder:
            rows.append(measured(name, encoder, library, topics))
    click.echo(table(rows))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = {"topics": topics, "rows": [asdict(row) | {"gap": row.gap} for row in rows]}
        file.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def measured(name: str, encoder: Encoder, library: Library, topics: Collection[str]) -> Row:
    """Build with all examples, ask, and tell the new topics' questions from the others'."""
    golden = single_questions()
    with TemporaryDirectory() as folder:
        build(library, encoder, Path(folder))
        answered = answers(golden, load(Path(folder), encoder.spec), encoder)
    sides = []
    for wanted in (True, False):
        # What is not ours stands on both sides: confidences are told from its.
        rows = [row for row, each in enumerate(golden) if not each.topics or _is_new(each, topics) is wanted]
        sides.append(ranked([golden[row] for row in rows], [answered[row] for row in rows]))
    return Row(name, *sides)


def _is_new(golden: Golden, topics: Collection[str]) -> bool:
    return golden.topics[0] in topics


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table in Markdown."""
    new, others = rows[0].new.first.count, rows[0].others.first.count
    lines = [
        f"| encoder | new topics ({new} questions): first | among three | others ({others}): first "
        "| among three | gap in first |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = (_share(row.new.first), _share(row.new.three), _share(row.others.first))
        rest = f"{_share(row.others.three)} | {row.gap:+.3f}"
        lines.append(f"| {row.encoder} | {' | '.join(cells)} | {rest} |")
    return "\n".join(lines)


def _share(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


if __name__ == "__main__":
    main()
