"""From the content folder to a new live snapshot, with a progress bar."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.checking import check_content, refuse_errors
from index.encoders import Encoder
from index.snapshot import BuildReport, Costs, build


def publish(content: Path, snapshots: Path, encoder: Encoder, costs: Costs) -> BuildReport:
    """Check, build and publish; shows its progress on standard error.

    Raises ContentError or BotError if the content has errors, SnapshotError if building fails; the live
    version then stays as it is.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        bars: dict[str, TaskID] = {"checking": bar.add_task("checking", total=1)}
        reading, problems = check_content(content, date.today())
        refuse_errors(problems)
        bar.update(bars["checking"], completed=1)

        def advance(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = bar.add_task(step, total=total)
            bar.update(bars[step], completed=done, total=total)

        return build(reading.library, encoder, snapshots, progress=advance, costs=costs)


def describe(report: BuildReport) -> str:
    """Return what a build did, in one sentence for the person who started it."""
    if report.unchanged:
        return f"nothing has changed: {report.snapshot_id} stays live"
    learned = "example messages learned anew" if report.learned else "what was learned is reused"
    return (
        f"live: {report.snapshot_id}, {report.passages} passages ({report.encoded} newly encoded), "
        f"{learned}, {report.seconds:.0f} s"
    )
