"""The steps of a long work as bars in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


@contextmanager
def progress_bars(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Give what is told a step's name, how much of it is done and how much there is.

    Each step has a bar, but for those with nothing to do.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown:
        bars: dict[str, TaskID] = {}

        def advance(step: str, done: int, total: int) -> None:
            if not total:
                return
            if step not in bars:
                bars[step] = shown.add_task(step, total=total)
            shown.update(bars[step], completed=done, total=total)

        yield advance
