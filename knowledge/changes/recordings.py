"""Changes of what is read aloud on a page; the sounds themselves are files beside it."""

from __future__ import annotations

from datetime import date

from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.model import Language, Page, Recording


def with_recording(page: Page, language: Language, section_id: str, today: date) -> Page:
    """Return the page with this section, as it stands in this language, read aloud today.

    A recording of it that was there before goes. Raises ContentError if the article has no such section.
    """
    article = page.articles.get(language)
    section = article.section(section_id) if article else None
    if section is None:
        raise ContentError(f"{page.path}/{language}.md has no section '{section_id}' to be read aloud")
    new = made(Recording, section=section_id, language=language, text=section.digest, recorded=today)
    recordings = [*without_recording(page, language, section_id).recordings, new]
    return replaced(page, recordings=sorted(recordings, key=lambda each: (each.section, each.language)))


def without_recording(page: Page, language: Language, section_id: str) -> Page:
    """Return the page without the recording of this section in this language; the same one if it has none."""
    gone = page.recording(section_id, language)
    return replaced(page, recordings=[each for each in page.recordings if each is not gone])
