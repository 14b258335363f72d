"""What differs between two libraries, as an editor would say it: by topic, and what else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.changes.recordings import without_outdated
from knowledge.model import LANGUAGES, Language, Library, Publication, Topic

Part = Literal[
    "categories",
    "contacts",
    "urgent_rules",
    "urgent_examples",
    "not_ours",
    "calibration",
    "phrases",
    "small_talk",
    "day_rules",
    "places",
]
_PARTS: Final[dict[Part, tuple[str, ...]]] = {
    "categories": ("categories", "most_asked"),
    "contacts": ("contacts", "fallback"),
    "urgent_rules": ("urgent_rules",),
    "urgent_examples": ("urgent_examples",),
    "not_ours": ("not_ours",),
    "calibration": ("calibration",),
    "phrases": ("phrases",),
    "small_talk": ("small_talk",),
    "day_rules": ("day_rules",),
    "places": ("places", "districts"),
}


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A topic or publication that is new, gone or different."""

    id: str
    change: Literal["new", "gone", "changed"]
    languages: tuple[Language, ...]
    """Whose text differs."""
    examples_added: int
    examples_removed: int
    facts: bool
    """Whether sources, dates, contacts or the order differ."""
    recordings: bool = False
    """Whether other sections can be heard, or another sound."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs."""

    pages: tuple[ChangedPage, ...]
    parts: tuple[Part, ...]
    """Of the rest."""

    def __bool__(self) -> bool:
        return bool(self.pages or self.parts)


def difference(before: Library, after: Library) -> Difference:
    """Return what a citizen or the search would notice of the change; what only staff see is left out."""
    before, after = without_outdated(before), without_outdated(after)
    return Difference(tuple(_pages(before, after)), tuple(_parts(before, after)))


def _pages(before: Library, after: Library) -> Iterator[ChangedPage]:
    old, new = _owners(before), _owners(after)
    for name in dict.fromkeys([*new, *old]):
        if name not in new:
            yield ChangedPage(name, "gone", (), 0, 0, facts=False)
        elif name not in old:
            page = new[name].page
            yield ChangedPage(name, "new", tuple(page.articles), len(page.examples), 0, facts=False)
        elif old[name] != new[name] and old[name].model_dump() != new[name].model_dump():
            yield _changed(old[name], new[name])


def _owners(library: Library) -> dict[str, Topic | Publication]:
    topics: dict[str, Topic | Publication] = {each.id: each for each in library.topics}
    return topics | {each.id: each for each in library.publications}


def _changed(old: Topic | Publication, new: Topic | Publication) -> ChangedPage:
    texts = old.page.articles, new.page.articles
    rest = {"page": {"articles", "examples", "recordings"}}
    was, now = Counter(old.page.examples), Counter(new.page.examples)
    return ChangedPage(
        new.id,
        "changed",
        tuple(each for each in LANGUAGES if texts[0].get(each) != texts[1].get(each)),
        (now - was).total(),
        (was - now).total(),
        facts=old.model_dump(exclude=rest) != new.model_dump(exclude=rest),
        recordings=old.page.recordings != new.page.recordings,
    )


def _parts(before: Library, after: Library) -> Iterator[Part]:
    for part, fields in _PARTS.items():
        if any(_told(before, each) != _told(after, each) for each in fields):
            yield part


def _told(library: Library, field: str) -> object:
    return library.model_dump(include={field})
