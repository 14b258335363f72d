"""A page that was taken in, while a person decides: all of it is in the form, nothing on the server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from knowledge.check.articles import SECTION_LIMIT
from knowledge.intake import Draft
from knowledge.model import SetAside

KEEP, DROP = "keep", "drop"
"""What may be decided of a piece that was set aside, beside the number of the section it goes to."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_HEADING: Final = re.compile(r"##\s+(.+)")


@dataclass(frozen=True, slots=True)
class Part:
    """One section to be."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """What stands in the form."""

    origin: str
    """The address or file name it was read from, to be shown."""
    title: str
    language: str
    topic: str
    source_title: str
    source_url: str
    source_date: str
    parts: tuple[Part, ...]
    pieces: tuple[SetAside, ...]


def begun(draft: Draft) -> Review:
    """Return the review of a page that has just been read; sections that are too long are cut."""
    address = urlsplit(draft.source)
    is_address = address.scheme in ("http", "https")
    return Review(
        origin=draft.source,
        title=draft.title,
        language=draft.language,
        topic="",
        source_title=f"{address.hostname}: {draft.title}" if is_address else draft.title,
        # What is read over http has no link that the content takes.
        source_url=draft.source if address.scheme == "https" else "",
        source_date=draft.date.isoformat() if draft.date else "",
        parts=tuple(
            part for each in draft.sections for part in _short(each.heading or draft.title, each.text)
        ),
        pieces=draft.set_aside,
    )


def decided(form: Mapping[str, str]) -> Review:
    """Return the review as the form has it: dropped pieces gone, released ones in their section.

    A section whose text is empty is gone too; a line that begins with '##' begins a section.
    """
    parts = [
        Part(form[f"heading-{n}"], _tidy(form[f"text-{n}"]))
        for n in _numbers(form, "text")
        if f"heading-{n}" in form
    ]
    kept: list[SetAside] = []
    for number, piece in enumerate(_pieces(form.get("pieces", ""))):
        choice = form.get(f"piece-{number}", KEEP)
        if choice.isdecimal() and 0 < int(choice[:6]) <= len(parts):
            at = int(choice[:6]) - 1
            parts[at] = replace(parts[at], text=f"{parts[at].text}\n\n{piece.text}".strip())
        elif choice != DROP:
            kept.append(piece)
    told = {name: _one_line(form.get(name.replace("_", "-"), "")) for name in _TOLD}
    whole = (each for part in parts for each in _cut(part) if each.text)
    return Review(**told, parts=tuple(whole), pieces=tuple(kept))


def pieces_of(review: Review) -> str:
    """Return the pieces as the form carries them."""
    return json.dumps([[each.text, each.reason] for each in review.pieces], ensure_ascii=False)


_TOLD: Final = ("origin", "title", "language", "topic", "source_title", "source_url", "source_date")


def _pieces(carried: str) -> list[SetAside]:
    try:
        value = json.loads(carried or "[]")
        return [SetAside(text=str(text), reason=str(reason)) for text, reason in value]
    except (ValueError, TypeError, RecursionError):
        return []


def _numbers(form: Mapping[str, str], name: str) -> Iterator[int]:
    number = 1
    while f"{name}-{number}" in form:
        yield number
        number += 1


def _cut(part: Part) -> Iterator[Part]:
    heading, rows = part.heading, list[str]()
    for row in part.text.split("\n"):
        match = _HEADING.fullmatch(row.strip())
        if match:
            yield Part(_one_line(heading), "\n".join(rows).strip())
            heading, rows = match[1], []
        else:
            rows.append(row)
    yield Part(_one_line(heading), "\n".join(rows).strip())


def _short(heading: str, text: str) -> Iterator[Part]:
    held, number = "", 1
    for paragraph in text.split("\n\n"):
        if held and len(held) + len(paragraph) + 2 > SECTION_LIMIT:
            yield Part(_numbered(heading, number), held)
            held, number = paragraph, number + 1
        else:
            held = f"{held}\n\n{paragraph}" if held else paragraph
    yield Part(_numbered(heading, number), held)


def _numbered(heading: str, number: int) -> str:
    return heading if number == 1 else f"{heading} ({number})"


def _one_line(text: str) -> str:
    return " ".join(_tidy(text).split())


def _tidy(text: str) -> str:
    return _LINE_END.sub("\n", text).replace("\0", "").strip()
