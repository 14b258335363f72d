"""What is read aloud of a page in one language, and what an editor changes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from desk.content_folder import Change, ContentFolder
from desk.drafting.parts import owner_of, with_owner
from desk.errors import DeskError
from desk.history import Conflict
from desk.sound import check_sound
from knowledge.changes.recordings import with_recording, without_recording
from knowledge.changes.revalidate import replaced
from knowledge.errors import ContentError
from knowledge.model import Language, Library, Page, Recording, Section, sound_file


class OtherTextError(DeskError):
    """The text is another one than the editor has seen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One section of a page in one language."""

    id: str
    section: Section | None
    """None: there is a recording, but the article has no such section any more."""
    recording: Recording | None
    is_outdated: bool
    """Whether the text has changed since it was read."""


def rows(page: Page, language: Language) -> Iterator[Row]:
    """Yield each section that has a text or a recording, in the order of the page."""
    article = page.articles.get(language)
    recorded = [each.section for each in page.recordings if each.language == language]
    written = [each.id for each in article.sections] if article else []
    for each in dict.fromkeys((*(facts.id for facts in page.sections), *written, *recorded)):
        section = article.section(each) if article else None
        recording = page.recording(each, language)
        if section or recording:
            yield Row(each, section, recording, bool(recording and page.is_outdated(recording)))


async def attach(
    content: ContentFolder,
    page: Page,
    language: Language,
    section: str,
    *,
    sound: bytes,
    seen: str,
    author: str,
    today: date,
) -> None:
    """Check a sound and keep it as the recording of this section.

    seen: digest of the text that the editor had before his eyes.
    Raises SoundError if it is none for a citizen, OtherTextError if that text is another one now,
    ContentError if page or section are gone.
    """
    seconds = max(1, round(await asyncio.to_thread(check_sound, sound)))

    def change(page: Page) -> Page:
        changed = with_recording(page, language, section, today, sound=sound, seconds=seconds)
        recording = changed.recording(section, language)
        if recording is None or recording.text != seen:
            raise OtherTextError(f"{page.path}: '{section}' has another text now", "recording-other-text")
        return changed

    path = f"{page.path}/{sound_file(section, language)}"
    saved = await content.save(
        _on(page, change), author=author, message=f"recorded: {page.id} {language}", sounds={path: sound}
    )
    _settle(saved)


async def remove(content: ContentFolder, page: Page, language: Language, section: str, author: str) -> None:
    """Take a recording away, its sound too. Raises ContentError if the page is gone."""
    saved = await content.save(
        _on(page, lambda page: without_recording(page, language, section)),
        author=author,
        message=f"recording removed: {page.id} {language}",
    )
    _settle(saved)


def _on(page: Page, change: Callable[[Page], Page]) -> Change:
    def changed(library: Library) -> Library:
        owner = owner_of(library, page.id)
        if owner is None:
            raise ContentError(f"there is no page '{page.id}' any more")
        return with_owner(library, replaced(owner, page=change(owner.page)))

    return changed


def _settle(saved: object) -> None:
    if isinstance(saved, Conflict):
        raise DeskError("somebody changes the same files at this moment", "not-now")
