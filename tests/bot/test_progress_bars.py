from __future__ import annotations

import io

from rich.console import Console

from bot.progress_bars import progress_bars


def test_each_step_has_a_bar_but_for_one_with_nothing_to_do() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)

    with progress_bars(console) as progress:
        for step, total in (("checking", 1), ("encoding", 0), ("learning", 3)):
            progress(step, 0, total)
            progress(step, total, total)

    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "checking" in shown
    assert "3/3" in shown
    assert "encoding" not in shown
