"""What comes of putting fields into the content: the changed value, and what could not be taken."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.model import Publication, Topic

Owner = Topic | Publication
"""What a page belongs to, and its file topic.yaml describes."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a field could not be taken; the owner then has there what it had before."""

    field: str
    phrase: str
    """Key of the sentence in desk/phrases."""
    about: str = ""
    """The line that is meant, where a field has many."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The content with the fields in it."""

    owner: Owner
    wrong: tuple[Wrong, ...] = ()
