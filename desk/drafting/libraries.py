"""The content as it would be with somebody's drafts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.store import Draft
from desk.drafting.parts import PARTS, applied, fields_of, merged, owner_of, with_owner
from knowledge.errors import ContentError
from knowledge.model import Library


def library_with_drafts(library: Library, drafts: Iterable[Draft], today: date) -> Library:
    """Return the library with these drafts in it, as far as they can be taken.

    drafts: of one person, as `await store.drafts_of(name)` returns them. What others have saved since a draft
    was begun stays, except in fields that the draft changes. Fields that are wrong, and drafts of pages that
    are gone, are passed over.
    today: the day that changed texts are dated with.
    """
    for draft in sorted(drafts, key=lambda each: PARTS.index(each.part) if each.part in PARTS else -1):
        try:
            library = _with_draft(library, draft, today)
        except ContentError:  # two fields that fit alone and not together; the editor sees it on the page
            continue
    return library


def _with_draft(library: Library, draft: Draft, today: date) -> Library:
    part = next((each for each in PARTS if each == draft.part), None)
    owner = owner_of(library, draft.page.rpartition("/")[2])
    if part is None or owner is None or owner.page.path != draft.page:
        return library
    fields = merged(draft.base, fields_of(owner, part), draft.fields)
    return with_owner(library, applied(owner, part, fields, today).owner)
