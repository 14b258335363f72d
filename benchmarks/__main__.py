"""All benchmarks in one run: `python -m benchmarks [NAME…]` prints tables, and JSON to var/bench.json."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks import answering, building, growth, running

Figures = Mapping[str, object]
BENCHMARKS: dict[str, Callable[[], list[Figures]]] = {
    "answering": answering.measure,
    "running": running.measure,
    "building": building.measure,
    "growth": growth.measure,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), default="var/bench.json")
def main(names: tuple[str, ...], file: Path) -> None:
    """Run these benchmarks, by default all of them."""
    console = Console()
    results: dict[str, object] = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
    }
    for name in names or tuple(BENCHMARKS):
        rows = BENCHMARKS[name]()
        results[name] = rows
        console.print(_table(name, rows))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {file}")


def _table(title: str, rows: list[Figures]) -> Table:
    table = Table(title=title)
    for column in dict.fromkeys(key for row in rows for key in row):
        table.add_column(column)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    return table


if __name__ == "__main__":
    main()
