"""All that an editor is shown about what stands in the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.store import Draft
from desk.drafting import texts
from desk.drafting.libraries import library_with_drafts
from desk.drafting.parts import EXAMPLES, Fields, Part, applied, fields_of, language_of, owner_of
from desk.drafting.preview import Preview, preview
from desk.drafting.problems import Shown, problems
from desk.drafting.wrong import Applied, Owner
from knowledge.model import Library


@dataclass(frozen=True, slots=True)
class Look:
    """What is wrong, and what a citizen would get."""

    result: Applied
    problems: tuple[Shown, ...]
    by_field: Mapping[str, tuple[Shown, ...]]
    previews: Mapping[str, Preview | None]
    """By section id, in the order of the fields; none beside messages."""

    @property
    def blocks(self) -> bool:
        """Whether it cannot be saved."""
        return any(each.blocks for each in self.problems)


def look(
    library: Library,
    owner: Owner,
    part: Part,
    fields: Fields,
    drafts: Iterable[Draft],
    now: datetime,
    golden: Sequence[str] = (),
) -> Look:
    """Return what is to be shown of these fields.

    library, owner: as saved. drafts: all of the same person, which a citizen's text is shown with.
    now: the moment, with its zone. golden: texts of the golden questions, which messages may not come near.
    """
    today, page = now.astimezone(UTC).date(), owner.page
    result = applied(owner, part, fields, today)
    found = problems(library, owner, part, result, today, golden)
    by_field: dict[str, tuple[Shown, ...]] = {}
    for each in found:
        by_field[each.field] = (*by_field.get(each.field, ()), each)
    if part in EXAMPLES:
        return Look(result, tuple(found), by_field, {})
    others = [each for each in drafts if (each.page, each.part) != (page.path, part)]
    mine = Draft(page.path, part, "", fields, fields_of(owner, part), now, now)
    drafted = library_with_drafts(library, [*others, mine], today)
    shown = owner_of(drafted, page.id) or owner
    language = language_of(part) or page.source_language
    previews = {each: preview(drafted, shown, each, language, now) for each in texts.order_in(page, fields)}
    return Look(result, tuple(found), by_field, previews)
