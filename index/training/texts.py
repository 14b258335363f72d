"""Text of the four languages, in the spellings people use: it decides which pieces stay."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import IndexingError

CONTENT = Path(__file__).parents[2] / "knowledge" / "content"
ENDINGS = {".txt", ".md", ".yaml", ".ftl", ".jsonl"}
NEVER = {"golden"}
"""Folders that measure us; nothing may be chosen or learned from them."""

PLAIN = str.maketrans("ғӣқӯҳҷўҒӢҚӮҲҶЎё", "гикухчуГИКУХЧУе")
"""Tajik and Uzbek letters as they are written on a Russian keyboard."""

_LETTERS = "a b v g gh d e yo zh z i i y k q l m n o p r s t u u o' f kh h ts ch j sh shch ' y ' e yu ya"
LATIN = str.maketrans(
    dict(
        zip(
            "абвгғдеёжзиӣйкқлмнопрстуӯўфхҳцчҷшщъыьэюя",
            _LETTERS.split(),
            strict=True,
        )
    )
)
"""The commonest Latin letters for each Cyrillic one; other habits meet short ASCII pieces, kept anyway."""


def read_texts(places: Iterable[Path]) -> list[str]:
    """Return the lines of all text files in these files and folders, in order of their paths.

    In a `.jsonl` file the field `text` of each line counts. Folders named "golden" are left out.

    Raises IndexingError if a place does not exist or no text was found.
    """
    lines = [line for place in places for path in _files(place) for line in _lines(path)]
    if not lines:
        raise IndexingError("no text to choose the vocabulary by; give --text a file or folder that has some")
    return lines


def spellings(line: str) -> Iterator[str]:
    """Yield a line as it stands, in small letters, without special letters and in Latin ones."""
    small = line.lower()
    plain = small.translate(PLAIN)
    yield line
    yield small
    yield line.translate(PLAIN)
    yield plain
    yield small.translate(LATIN)
    yield plain.translate(LATIN)


def _files(place: Path) -> list[Path]:
    if not place.exists():
        raise IndexingError(f"--text: {place} does not exist")
    if place.is_file():
        return [place]
    return [
        path for path in sorted(place.rglob("*")) if path.suffix in ENDINGS and path.parent.name not in NEVER
    ]


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix == ".jsonl":
        lines = [json.loads(line)["text"] for line in lines if line.strip()]
    return [line for line in lines if line.strip()]
