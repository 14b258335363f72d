"""The files of a topic, taken apart into what a person knows them by: title, section, source, example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desk.differences.words import Piece, compared
from desk.history import Difference
from knowledge.model import LANGUAGES
from knowledge.parse import ParseError, parse_article, parse_examples, parse_yaml

MOST_CHARACTERS: Final = 20_000
"""Of one page of differences; a first version would hold the whole topic."""


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a file that differs."""

    part: str
    """'title', 'section check', 'sources act date': a word that desk/phrases may know, then names."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """What differs in one file."""

    name: str
    """'article', 'facts', 'examples', or 'file' for what the desk knows nothing of."""
    of: str
    """Language of an article, path of a file, else empty."""
    happened: str
    """'changed', 'added' or 'removed'."""
    changes: tuple[Change, ...]
    left_out: int
    """Parts that are not among them, for there would be too much to read."""


def readable(differences: Sequence[Difference]) -> list[FileChange]:
    """Return what differs, file by file, as long as it can be read at one sitting."""
    room = MOST_CHARACTERS
    found = []
    for each in differences:
        shown: list[Change] = []
        changes = list(_changes(each))
        for change in changes:
            room -= sum(len(piece.text) for piece in change.pieces)
            if room < 0:
                break
            shown.append(change)
        name, of = _named(each.path)
        happened = "added" if each.before is None else "removed" if each.after is None else "changed"
        found.append(FileChange(name, of, happened, tuple(shown), len(changes) - len(shown)))
    return found


def _named(path: str) -> tuple[str, str]:
    file = path.rpartition("/")[2]
    stem = file.partition(".")[0]
    if file == "topic.yaml":
        return "facts", ""
    if file == "examples.txt":
        return "examples", ""
    return ("article", stem) if file == f"{stem}.md" and stem in LANGUAGES else ("file", path)


def _changes(difference: Difference) -> Iterator[Change]:
    before, after = (_parts(difference.path, raw) for raw in (difference.before, difference.after))
    for part in dict.fromkeys((*after, *before)):
        old, new = before.get(part, ""), after.get(part, "")
        if old != new:
            yield Change(part, compared(old, new))


def _parts(path: str, raw: bytes | None) -> Mapping[str, str]:
    # A sound has nothing to read.
    text = "" if path.endswith(".ogg") else (raw or b"").decode(errors="replace")
    if not text.strip():
        return {}
    try:
        match _named(path)[0]:
            case "article":
                return _article_parts(text)
            case "facts":
                return dict(_leaves(parse_yaml(text).value, ()))
            case "examples":
                return _example_parts(text)
    except ParseError:
        pass  # somebody edited it by hand; its lines can be read all the same
    return {"lines": text}


def _article_parts(text: str) -> dict[str, str]:
    value = parse_article(text).value
    assert isinstance(value, dict)
    sections = value.pop("sections")
    parts = dict(_leaves(value, ()))
    for each in sections:
        parts[f"section {each['id']}"] = f"{each['heading']}\n\n{each['text']}"
    return parts


def _example_parts(text: str) -> dict[str, str]:
    messages = parse_examples(text).value
    assert isinstance(messages, list)
    parts: dict[str, str] = {}
    for each in messages:
        part = " ".join(filter(None, ("messages", each["language"], each["kind"])))
        also = "".join(f" [+{name}]" for name in each["also"])
        parts[part] = parts.get(part, "") + f"{each['text']}{also}\n"
    return parts


def _leaves(value: object, at: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, (*at, str(key)))
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for n, each in enumerate(value):
            named = each.get("id", n + 1) if isinstance(each, dict) else n + 1
            yield from _leaves(each, (*at, str(named)))
    elif isinstance(value, list):
        yield " ".join(at), "\n".join(str(each) for each in value)
    elif value is not None and at[-1:] != ("id",):
        yield " ".join(at), str(value)
