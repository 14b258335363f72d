"""How long building takes: all of it, a corrected article, changed examples."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.parts import NOTHING_SHIPPED
from benchmarks.published import HOTLINE
from index.encoders import load_encoder
from index.passages import calibration, passages
from index.shelf import live_id
from index.snapshot import build
from knowledge.load import SHIPPED_CONTENT, load

CORRECTIONS: Final = 5


def measure() -> list[Mapping[str, object]]:
    """Build the shipped content from nothing, with shipped vectors and without, then change a little."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(SHIPPED_CONTENT, folder / "content")
        library = load(folder / "content")
        texts = [passage.text for passage in (*passages(library), *calibration(library))]
        encoder = load_encoder("bundled")
        begun = time.perf_counter()
        encoder.passages(texts)
        encoding = time.perf_counter() - begun
        begun = time.perf_counter()
        with NOTHING_SHIPPED.off():
            build(library, encoder, folder / "without")
        without = time.perf_counter() - begun
        whole = _build(folder)
        corrected = [_corrected(folder) for _ in range(CORRECTIONS)]
        with (folder / "content/topics/unpaid-wages/examples.txt").open("a", encoding="utf-8") as file:
            file.write("## ru\nбенчмарк: начальник пропал вместе с деньгами\n")
        taught = _build(folder)
        live = folder / "snapshots" / str(live_id(folder / "snapshots"))
        return [
            {"figure": "texts", "value": len(texts)},
            {"figure": "encoder alone over all cores, s", "value": round(encoding, 1)},
            {"figure": "first build without shipped vectors, s", "value": round(without, 1)},
            {"figure": "encoder alone / that build", "value": round(encoding / without, 2)},
            {"figure": "first 'hotline build', s", "value": round(whole, 1)},
            {
                "figure": "'hotline build' after a corrected article, median s",
                "value": round(median(corrected), 1),
            },
            {"figure": f"the slowest of {CORRECTIONS}, s", "value": round(max(corrected), 1)},
            {"figure": "'hotline build' after a new example, s", "value": round(taught, 1)},
            {"figure": "snapshot, MB", "value": round(_size(live) / 1e6, 1)},
        ]


def _corrected(folder: Path) -> float:
    _replace(folder / "content/topics/unpaid-wages/ru.md", "{#", "(исправлено) {#")
    return _build(folder)


def _build(folder: Path) -> float:
    environment = {
        "PATH": os.environ["PATH"],
        "HOTLINE_CONTENT": str(folder / "content"),
        "HOTLINE_SNAPSHOTS": str(folder / "snapshots"),
    }
    begun = time.perf_counter()
    subprocess.run([HOTLINE, "build"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def _replace(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
