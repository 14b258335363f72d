"""What was found about one part."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

State = Literal["good", "warning", "bad"]
"""'warning': the bot answers, but somebody should look at it; 'bad': it cannot start, or not answer."""

_EXIT: Final[dict[State, int]] = {"good": 0, "warning": 1, "bad": 2}
_STYLES: Final[dict[State, str]] = {"good": "green", "warning": "yellow", "bad": "bold red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; never holds a secret."""

    part: str
    state: State
    what: str
    repair: str = ""
    """A command or setting; empty where nothing needs repair."""


def exit_code(findings: Sequence[Finding]) -> int:
    """Return 0 if all is good, 1 if somebody should look at something, 2 if something is bad."""
    return max((_EXIT[each.state] for each in findings), default=0)


def show(findings: Sequence[Finding], console: Console) -> None:
    """Print the findings as a table."""
    table = Table(show_lines=False)
    for head in ("part", "", "what was found", "what repairs it"):
        table.add_column(head, overflow="fold")
    for each in findings:
        state = Text(each.state, style=_STYLES[each.state])
        table.add_row(each.part, state, Text(each.what), Text(each.repair))
    console.print(table)


def as_json(findings: Sequence[Finding]) -> str:
    """Return the findings as JSON, with the worst state."""
    worst = max((each.state for each in findings), key=lambda state: _EXIT[state], default="good")
    return json.dumps(
        {"state": worst, "findings": [asdict(each) for each in findings]}, ensure_ascii=False, indent=1
    )
