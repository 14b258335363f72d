"""Hearing a section instead of reading it: the button under it, and what pressing that leads to."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import labelled
from bot.clerk import Clerk, Rows
from bot.reply import Reply, Spoken
from index.recordings import sound_of
from knowledge.model import Language, Page, Recording


def listen_row(page: Page, section_id: str, clerk: Clerk) -> Rows:
    """Return the row that leads to the recording of what is shown; none where nobody has read that aloud."""
    if _recording(page, section_id, clerk.voice.language) is None:
        return ()
    return ((labelled(clerk.voice, "listen", "listen", f"{page.id}#{section_id}"),),)


def aloud(reply: Reply, page: Page, section_id: str, clerk: Clerk) -> Reply:
    """Return the reply that shows this section with its recording, which is sent instead of the text.

    Where it cannot be, because another version has none or Telegram will not send it, a sentence stands
    before the text.
    """
    if not clerk.voice.phrases.knows("listen-instead"):  # a snapshot may be older than the sentence
        return reply
    text = f"{clerk.voice.say('listen-instead')}\n\n{reply.text}"
    return replace(reply, text=text, spoken=_spoken(page, section_id, clerk))


def _spoken(page: Page, section_id: str, clerk: Clerk) -> Spoken | None:
    recording = _recording(page, section_id, clerk.voice.language)
    if recording is None or clerk.sounds is None:
        return None
    article, section = page.shown(section_id, clerk.voice.language)
    sound = sound_of(clerk.sounds, page, recording)
    return Spoken(f"{article.title}: {section.heading}", recording.seconds, sound)


def _recording(page: Page, section_id: str, language: Language) -> Recording | None:
    # In the language of the text, which is another one where the article lacks the reply's.
    article, section = page.shown(section_id, language)
    found = page.recording(section.id, article.language)
    return None if found is None or page.is_outdated(found) else found
