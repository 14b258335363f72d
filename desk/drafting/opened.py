"""The part of a page that somebody has before him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.drafting.parts import Part, fields_of
from desk.drafting.wrong import Owner
from knowledge.model import Library


@dataclass(frozen=True, slots=True)
class Opened:
    """The part of a page that somebody has before him."""

    library: Library
    owner: Owner
    part: Part
    now: datetime
    who: str
    golden: Sequence[str] = ()
    """Texts of the golden questions, where messages are edited."""

    @property
    def page(self) -> str:
        """Path of the page below the content folder."""
        return self.owner.page.path

    @property
    def address(self) -> str:
        """Where it is edited."""
        return f"/topics/{self.owner.page.id}/{self.part}"

    @property
    def current(self) -> dict[str, str]:
        """What stands in each field in the content."""
        return fields_of(self.owner, self.part)
