"""A draft into the content folder, unless somebody else has saved the same part meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from desk.content_folder import ContentFolder
from desk.drafting.parts import Part, applied, are_same, fields_of, owner_of, with_owner
from desk.history import Conflict
from knowledge.errors import ContentError
from knowledge.model import Library


class ClashError(Exception):
    """The part says something else than when the draft was begun; nothing was saved."""


async def put(
    content: ContentFolder,
    page_id: str,
    part: Part,
    fields: Mapping[str, str],
    base: Mapping[str, str],
    author: str,
    now: datetime,
) -> None:
    """Save these fields as one version.

    base: what stood in the fields when the editor opened them. It is held against the content while nobody
    else may save, so a change of another language, or of a date, is no clash.

    Raises ClashError, and ContentError if the page is gone, or a field cannot be taken or written.
    """

    def change(library: Library) -> Library:
        owner = owner_of(library, page_id)
        if owner is None:
            raise ContentError(f"there is no page '{page_id}' any more")
        if not are_same(fields_of(owner, part), base):
            raise ClashError
        result = applied(owner, part, fields, now.astimezone(UTC).date())
        if result.wrong:
            raise ContentError(f"{result.wrong[0].field} cannot be taken")
        return with_owner(library, result.owner)

    saved = await content.save(change, author=author, message=f"{page_id}: {part}")
    if isinstance(saved, Conflict):
        raise ClashError
