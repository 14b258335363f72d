"""What the tests of Try and Publish share: published versions, golden questions, and changes by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from httpx import Response

from tests.desk.browser import Browser, token_of

WAGES = "Мне не платят зарплату"


def correct(content: Path, old: str = "1 года", new: str = "3 лет", file: str = "topics/wages/ru.md") -> None:
    """Change a text, as a save of the desk would."""
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def write_golden(
    content: Path, questions: Mapping[str, str], floors: str = "right_first: {at_least: 0.1}\n"
) -> None:
    """Write golden questions, text to topic id, and their floors."""
    folder = content / "golden"
    folder.mkdir(exist_ok=True)
    rows = [
        {"id": f"g{n}", "text": text, "lang": "ru", "style": "ru", "kind": "in-scope", "topics": [topic]}
        for n, (text, topic) in enumerate(questions.items())
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    (folder / "floors.yaml").write_text(floors, encoding="utf-8")


async def send(browser: Browser, path: str, **fields: str) -> Response:
    """Send a form of the desk with its token."""
    return await browser.post(path, token=token_of(await browser.get("/")), **fields)
