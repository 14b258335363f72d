"""Being told about changes: asked for by pressing, ended at once; an announcement as a citizen sees it."""

from __future__ import annotations

from typing import Final

from bot.actions import Action, labelled
from bot.clerk import Clerk, Rows
from bot.markup import to_plain
from bot.reply import Reply
from bot.turn import Turn
from knowledge.model import Library

YES: Final = "yes"
"""Name in the action that asks for it."""


def available(clerk: Clerk) -> bool:
    """Return whether this snapshot has the sentences for it; one that an older version built has not."""
    return clerk.voice.phrases.knows("news-ask")


def press(action: Action, clerk: Clerk) -> Turn | None:
    """Return what a button leads to: first what would be kept, then the being told; None if nothing."""
    if action.names not in ((), (YES,)):
        return None
    if not action.names or _is_asked_elsewhere(clerk):
        return Turn(offer(clerk))
    return Turn(clerk.say("news-yes", (clerk.menu_row,)), subscribes=True)


def offer(clerk: Clerk) -> Reply:
    """Return what it is and what is kept, with the button that asks for it; to a group, where to ask."""
    if _is_asked_elsewhere(clerk):
        return clerk.say("news-group", (clerk.menu_row,))
    return clerk.say("news-ask", ((labelled(clerk.voice, "news-yes", "news", YES),), clerk.menu_row))


def _is_asked_elsewhere(clerk: Clerk) -> bool:
    # Else any member of a group could have all the others told. An older snapshot lacks the sentence.
    return clerk.in_group and clerk.voice.phrases.knows("news-group")


def stop(clerk: Clerk) -> Turn:
    """Return what ends it, whether it was asked for or not."""
    return Turn(clerk.say("news-no", (clerk.menu_row,)), subscribes=False)


def announced(text: str, section: str | None, clerk: Clerk) -> Reply:
    """Return an announcement: its text, how to end being told, and a button to read more.

    text: Markdown as articles may use it, in the clerk's language. section: 'page#section'; where it is gone,
    there is no button.
    """
    rows: Rows = ()
    if section is not None and is_section(section, clerk.library):
        rows = ((labelled(clerk.voice, "news-read", "page", section),),)
    return Reply(f"{text}\n\n*{clerk.voice.say('news-foot')}*", clerk.voice.language, rows)


def length(announcement: Reply) -> int:
    """Return the length as Telegram counts it, or a little more: in UTF-16 units, with addresses of links."""
    return len(to_plain(announcement.text).encode("utf-16-le", "surrogatepass")) // 2


def is_section(place: str, library: Library) -> bool:
    """Return whether 'page#section' names a section that there is."""
    page_id, _, section_id = place.partition("#")
    if page_id not in library.page_by_id:
        return False
    _, page = library.page_by_id[page_id]
    return section_id in {each.id for each in page.sections}
