"""All benchmarks in one run: `python -m benchmarks [NAME…]` prints tables, and JSON to var/bench.json."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from benchmarks import answering, building, desk, growth, running, telegram
from benchmarks.tables import Figures, table

BENCHMARKS: dict[str, Callable[[], list[Figures]]] = {
    "answering": answering.measure,
    "running": running.measure,
    "building": building.measure,
    "growth in passages": growth.measure_passages,
    "growth in topics": growth.measure_topics,
    "desk": desk.measure,
    "telegram": telegram.measure,
    "echo bots": telegram.compare,
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
        console.print(table(name, rows))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {file}")


if __name__ == "__main__":
    main()
