"""What more example messages are worth: `python -m benchmarks.curve`, figures and a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from benchmarks.content import SEED, shipped
from benchmarks.golden import Ranked, answers, ranked, single_questions
from benchmarks.vectors import encoder_of, remembering
from index.document.pictures import Frame, Point, axes, chart, dot, label, line
from index.encoders import BUNDLED, Encoder
from index.evaluate import Golden
from index.passages import passages
from index.snapshot import build, load
from knowledge.model import Library

SHARES: Final = (0.12, 0.25, 0.5, 1.0)
PICTURE: Final = Path("docs/pictures/learning-curve.svg")
_LOWEST: Final = 0.7
_STYLE: Final = (
    "<style>svg{font:13px system-ui,sans-serif;fill:#5b6675;background:#fff}.grid{stroke:#dfe3e8}"
    ".line{fill:none;stroke:#0b5fa5;stroke-width:2}.dot{fill:#0b5fa5}"
    ".three{stroke-dasharray:5 4}.auroc{stroke:#8a6d00}.dot.auroc{fill:#8a6d00}</style>"
)


@dataclass(frozen=True, slots=True)
class Step:
    """What a share of the example messages leads to."""

    share: float
    messages: int
    ranked: Ranked


@click.command()
@click.option("--shares", multiple=True, type=click.FloatRange(0, 1, min_open=True), default=SHARES)
@click.option("--seed", default=SEED, show_default=True, help="Decides which messages stay.")
@click.option("--encoder", default=BUNDLED, show_default=True, help="bundled, or a folder of a model.")
@click.option("--picture", default=PICTURE, show_default=True, type=click.Path(path_type=Path))
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(shares: Sequence[float], seed: int, encoder: str, picture: Path, file: Path | None) -> None:
    """Print what each share of the example messages leads to, in Markdown, and draw it.

    The encoder is the same for all: what it was taught with is not taken from it.
    """
    golden = single_questions()
    steps = []
    with remembering(encoder_of(encoder)) as kept:
        for share in sorted(shares):
            click.echo(f"{share:.0%}…", err=True)
            steps.append(step(share, shipped(share, seed), kept, golden))
    click.echo(table(steps))
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(drawing(steps), encoding="utf-8")
    click.echo(f"\ndrawn in {picture}")
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = {"day": date.today().isoformat(), "seed": seed, "steps": [asdict(each) for each in steps]}
        file.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def step(share: float, library: Library, encoder: Encoder, golden: Sequence[Golden]) -> Step:
    """Build from this library and ask the golden questions."""
    with TemporaryDirectory() as name:
        build(library, encoder, Path(name))
        answered = answers(golden, load(Path(name), encoder.spec), encoder)
    messages = sum(each.asked for each in passages(library))
    return Step(share, messages, ranked(golden, answered))


def table(steps: Sequence[Step]) -> str:
    """Return the steps as a table in Markdown."""
    lines = [
        "| share of the examples | messages | right topic first | among three | ours from not ours (AUROC) |",
        "|---|---|---|---|---|",
    ]
    for each in steps:
        first = each.ranked.first
        lines.append(
            f"| {each.share:.0%} | {each.messages:,} | {first.value:.3f} ({first.low:.3f}–{first.high:.3f}) "
            f"| {each.ranked.three.value:.3f} | {each.ranked.auroc:.3f} |"
        )
    return "\n".join(lines)


def drawing(steps: Sequence[Step]) -> str:
    """Return the steps as an SVG picture that stands alone."""
    frame = Frame((0, 1), (_LOWEST, 1))
    of_figure: tuple[tuple[str, str, list[float]], ...] = (
        ("right topic first", "", [each.ranked.first.value for each in steps]),
        ("among three", "three", [each.ranked.three.value for each in steps]),
        ("ours or not (AUROC)", "auroc", [each.ranked.auroc for each in steps]),
    )
    parts = [_STYLE, axes(frame, "share of the example messages", "share of the golden questions")]
    for name, style, values in of_figure:
        points: list[Point] = [
            (each.share, max(value, _LOWEST)) for each, value in zip(steps, values, strict=True)
        ]
        parts.append(line(frame, points, f"line {style}".strip()))
        for each, point in zip(steps, points, strict=True):
            note = f"{name}, {each.messages:,} messages: {point[1]:.3f}"
            parts.append(dot(frame, point, note, style=f"dot {style}".strip()))
        parts.append(label(frame, points[-1], escape(name), under=True))
    drawn = chart("What more example messages are worth", parts)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


if __name__ == "__main__":
    main()
