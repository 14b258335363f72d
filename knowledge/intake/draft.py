"""What intake makes of a page: a draft article, and all that was set aside with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import yaml

from knowledge.model import SetAside


@dataclass(frozen=True, slots=True)
class DraftSection:
    """One section; heading is '' for text that stands before the first heading."""

    heading: str
    text: str
    """Paragraphs and lists with an empty line between them; '- ' before items, ' | ' between cells."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A page as an editor gets it to begin with."""

    title: str
    language: str
    """tg, ru, uz or en; '' where it is not clear."""
    date: date | None
    """The page's own date; None where it shows none."""
    source: str
    """Where the page came from: an address or a file name."""
    sections: tuple[DraftSection, ...]
    set_aside: tuple[SetAside, ...]
    """Never embedded or shown until a person puts it into a section."""


def to_json(draft: Draft) -> dict[str, object]:
    """Return {"title", "language", "sections": [{"heading", "text"}], "set_aside": [{"text", "reason"}]}."""
    return {
        "title": draft.title,
        "language": draft.language,
        "sections": [{"heading": each.heading, "text": each.text} for each in draft.sections],
        "set_aside": [{"text": each.text, "reason": each.reason} for each in draft.set_aside],
    }


def to_markdown(draft: Draft, updated: date) -> str:
    """Return the draft as an article file of the content folder, what was set aside in its front matter.

    updated: the day to write into it. Section ids are 'part-1', 'part-2', …: an editor gives them names.
    """
    front: dict[str, object] = {"title": draft.title, "updated": updated, "reviewed": False, "questions": []}
    if draft.set_aside:
        front["set_aside"] = [{"text": each.text, "reason": each.reason} for each in draft.set_aside]
    head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=110)
    parts = [f"---\n{head}---\n"]
    for number, section in enumerate(draft.sections, 1):
        heading = section.heading or draft.title or f"Part {number}"
        parts.append(f"## {heading} {{#part-{number}}}\n\n{section.text}\n")
    return "\n".join(parts)
