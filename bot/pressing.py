"""A pressed button to what it leads to; buttons remember everything, so nothing need be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot import menu, news
from bot.actions import Action, Verb, labelled
from bot.clerk import Clerk
from bot.contacts import replies as contact_replies
from bot.listening import aloud
from bot.phrases import Voice
from bot.render import section
from bot.reply import Reply
from bot.turn import Feedback, Reason, Turn
from knowledge.model import LANGUAGES, Page, Topic

_REASONS: Final[Mapping[Verb, Reason]] = {
    "good": "helpful",
    "wrong": "wrong",
    "unclear": "unclear",
    "old": "out-of-date",
    "mine": "not-my-question",
}


def press(action: Action, clerk: Clerk) -> Turn:
    """Return what this action leads to.

    What a button of an older snapshot names may be gone; then a sentence says so.
    """
    return _leads_to(action, clerk) or Turn(outdated(clerk))


def outdated(clerk: Clerk) -> Reply:
    """Return the sentence for a button whose meaning is gone."""
    return clerk.remark("outdated-button")


def _leads_to(action: Action, clerk: Clerk) -> Turn | None:
    match action.verb:
        case "menu":
            return Turn(menu.menu(clerk))
        case "none":
            return Turn(clerk.with_hotline("none-of-these", (*clerk.person_row, clerk.menu_row)))
        case "near":
            return Turn(replace(clerk.say("ask-location"), asks_for_location=True))
        case "cards":
            reply = contact_replies.cards(action.names, clerk)
            return Turn(reply) if reply else None
        case "language":
            return _language(action, clerk)
        case "news":
            return news.press(action, clerk) if news.available(clerk) else None
        case "category":
            return _category(action, clerk)
        case "else":
            return _others(action, clerk)
        case "call" if not action.names:
            return Turn(contact_replies.general(clerk))
        case _:
            return _of_page(action, clerk)


def _language(action: Action, clerk: Clerk) -> Turn | None:
    chosen = next((each for each in LANGUAGES if (each,) == action.names), None)
    if chosen is None:
        return None if action.names else Turn(menu.languages(clerk))
    own = replace(clerk, voice=Voice(clerk.voice.phrases, chosen))
    shown = menu.menu(own)
    return Turn(replace(shown, text=f"{own.voice.say('language-chosen')}\n\n{shown.text}"), language=chosen)


def _category(action: Action, clerk: Clerk) -> Turn | None:
    found = [each for each in clerk.library.categories if (each.id,) == action.names]
    return Turn(menu.category(found[0], clerk)) if found else None


def _others(action: Action, clerk: Clerk) -> Turn | None:
    known = [each for each in action.names if each.partition("#")[0] in clerk.library.page_by_id]
    return Turn(menu.others(known, clerk)) if known else None


def _of_page(action: Action, clerk: Clerk) -> Turn | None:
    page_id, section_id = action.place
    if page_id not in clerk.library.page_by_id:
        return None
    topic, page = clerk.library.page_by_id[page_id]
    known = [each.id for each in page.sections]
    if section_id and section_id not in known:
        return None
    match action.verb:
        case "topic" if len(known) > 1:
            return Turn(menu.sections(topic, page, clerk), subject=topic.id)
        case "topic" | "page":
            return Turn(section(topic, page, section_id or known[0], clerk), subject=topic.id)
        case "listen":
            shown = section_id or known[0]
            reply = aloud(section(topic, page, shown, clerk), page, shown, clerk)
            return Turn(reply, subject=topic.id)
        case "call":
            return Turn(contact_replies.of_section(topic, page, section_id, clerk))
        case "bad":
            return Turn(_ask_why(action, clerk))
        case _:
            return _feedback(action.verb, page, section_id or known[0], topic, clerk)


def _ask_why(action: Action, clerk: Clerk) -> Reply:
    verbs: tuple[Verb, ...] = ("wrong", "unclear", "old", "mine")
    return clerk.say(
        "feedback-why", menu.pairs(labelled(clerk.voice, each, each, *action.names) for each in verbs)
    )


def _feedback(verb: Verb, page: Page, section_id: str, topic: Topic, clerk: Clerk) -> Turn | None:
    reason = _REASONS.get(verb)
    if reason is None:
        return None
    feedback = Feedback(page.id, section_id, reason, clerk.voice.language)
    if reason == "helpful":
        return Turn(clerk.say("feedback-helpful"), feedback=feedback)
    key = "feedback-mine" if reason == "not-my-question" else "feedback-thanks"
    contacts = contact_replies.contacts_for(topic, page, section_id, clerk)
    reply = clerk.with_contacts([clerk.voice.say(key)], contacts, (clerk.menu_row,))
    return Turn(reply, feedback=feedback)
