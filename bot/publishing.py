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
