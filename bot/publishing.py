"""From the content folder to a new live snapshot in one go; step by step with a person: bot.candidate."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

from rich.console import Console

from bot.checking import CHECKED, check_content, refuse_errors
from bot.errors import BotError
from bot.progress_bars import progress_bars
from bot.trial import TRIED, below_floors
from index.building import Progress
from index.encoders import Encoder
from index.remembering import remembering
from index.snapshot import BuildReport, Costs, Snapshot, build
from knowledge.load import Reading
from knowledge.problems import Problem

_NOT_PUBLISHED = (
    "nothing was published, the version before stays live; see which questions went wrong with "
    "'hotline build --force' and 'hotline evaluate', and go back with 'hotline build --rollback'"
)


def publish(
    content: Path,
    snapshots: Path,
    load: Callable[[], Encoder],
    costs: Costs,
    *,
    force: bool = False,
) -> BuildReport:
    """Check, build, try on the golden questions and publish; shows its progress on standard error.

    load: returns the encoder; it is loaded while the content is checked.
    force: publish a version that answers them below a floor; the floors it misses are printed all the same.

    Raises ContentError or BotError if the content has errors or a floor is missed, SnapshotError if building
    fails, and what `load` raises; the live version then stays as it is.
    """
    console = Console(stderr=True)
    with progress_bars(console) as progress, ThreadPoolExecutor(1, "loading") as beside:
        loading = beside.submit(load)
        reading, problems = checked(content, snapshots, date.today(), progress)
        refuse_errors(problems)
        encoder = loading.result()

        def approve(snapshot: Snapshot) -> None:
            with remembering(encoder, snapshots / TRIED) as asked:
                failures = below_floors(snapshot, asked, content, partial(progress, "trying"))
            if failures and not force:
                raise BotError("\n".join([*failures, _NOT_PUBLISHED]))
            for failure in failures:
                console.print(f"published all the same: {failure}")

        return build(
            reading.library,
            encoder,
            snapshots,
            progress=progress,
            costs=costs,
            approve=approve,
            content=content,
        )


def checked(content: Path, snapshots: Path, today: date, progress: Progress) -> tuple[Reading, list[Problem]]:
    """Return the content and all its problems, as the first step of publishing into a folder of snapshots.

    Raises ContentError if it is no content folder.
    """
    progress("checking", 0, 1)
    found = check_content(content, today, snapshots / CHECKED)
    progress("checking", 1, 1)
    return found


def describe(report: BuildReport) -> str:
    """Return what a build did, in one sentence for the person who started it."""
    if report.unchanged:
        return f"nothing has changed: {report.snapshot_id} stays live"
    learned = "example messages learned anew" if report.learned else "what was learned is reused"
    return (
        f"live: {report.snapshot_id}, {report.passages} passages ({report.encoded} newly encoded), "
        f"{learned}, {report.seconds:.0f} s"
    )
