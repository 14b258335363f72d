"""Changes of what is read aloud on a page; the sounds themselves are files beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.model import Language, Library, Page, Publication, Recording, Topic, short_digest


def with_recording(
    page: Page, language: Language, section_id: str, today: date, *, sound: bytes, seconds: int
) -> Page:
    """Return the page with this section, as it stands in this language, read aloud today.

    A recording of it that was there before goes. sound: OGG/Opus, for the caller to put there; seconds: how
    long it is, at least 1.

    Raises ContentError if the article has no such section.
    """
    article = page.articles.get(language)
    section = article.section(section_id) if article else None
    if section is None:
        raise ContentError(f"{page.path}/{language}.md has no section '{section_id}' to be read aloud")
    new = made(
        Recording,
        section=section_id,
        language=language,
        text=section.digest,
        sound=short_digest(sound),
        seconds=seconds,
        recorded=today,
    )
    recordings = [*without_recording(page, language, section_id).recordings, new]
    return replaced(page, recordings=sorted(recordings, key=lambda each: (each.section, each.language)))


def without_recording(page: Page, language: Language, section_id: str) -> Page:
    """Return the page without the recording of this section in this language; the same one if it has none."""
    gone = page.recording(section_id, language)
    return replaced(page, recordings=[each for each in page.recordings if each is not gone])


def without_outdated(library: Library) -> Library:
    """Return the library with those recordings only that say what the articles say."""
    return _keeping(library, lambda page: [each for each in page.recordings if not page.is_outdated(each)])


def without_recordings(library: Library) -> Library:
    """Return the library without any recording."""
    return _keeping(library, lambda page: [])


def _keeping(library: Library, kept: Callable[[Page], list[Recording]]) -> Library:
    def own(owner: Topic | Publication) -> Topic | Publication:
        return replaced(owner, page=replaced(owner.page, recordings=kept(owner.page)))

    if not any(page.recordings for _, page in library.pages()):
        return library
    publications = [own(each) for each in library.publications]
    return replaced(library, topics=[own(each) for each in library.topics], publications=publications)
