"""One message to what it leads to: danger, small talk, a date, a town, or a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot import uzbek
from bot.answer import Answer, Unknown, Urgent, answer
from bot.clerk import Clerk
from bot.contacts import replies as contact_replies
from bot.contacts.places import contacts_at
from bot.contacts.whereabouts import asks_for_mission, nearer, only_place
from bot.cyrillic import in_cyrillic
from bot.dates import flow as dates_flow
from bot.follow_up import own_words
from bot.hotline import Live
from bot.question import Question
from bot.render import render
from bot.small_talk import language_of
from bot.turn import Known, Turn
from index.encoders import Encoder
from index.language import detect
from index.spelling import words
from knowledge.model import Language

DeskIn = Callable[[Language], Clerk]
_LONGEST_DATE: Final = 40
"""Characters; nobody needs more to write a day."""


def hear(question: Question, known: Known, live: Live, encoder: Encoder, desk_in: DeskIn) -> Turn:
    """Return what a message leads to; its reply is in the message's own language and alphabet.

    Urgent rules come before everything else. desk_in: makes replies from this snapshot in a language.
    Raises whatever the encoder raises.
    """
    if live.snapshot.urgent.match(question.text):
        turn = _answered(question, live, encoder, desk_in)
    else:
        turn = _without_answer(question, known, live, desk_in) or _answered(
            _without_politeness(question, live), live, encoder, desk_in
        )
    reply = turn.reply
    if reply is not None and reply.language == "uz" and uzbek.script_of(question.text) == "cyrillic":
        return replace(turn, reply=in_cyrillic(reply, live.snapshot.library))
    return turn


def _without_answer(question: Question, known: Known, live: Live, desk_in: DeskIn) -> Turn | None:
    text, library = question.text, live.snapshot.library
    remark = live.small_talk.recognise(text)
    if remark is not None:
        clerk = desk_in(language_of(remark, _spoken(text, known, live), known))
        return Turn(clerk.remark(f"small-talk-{remark.kind}"))
    if len(text) <= _LONGEST_DATE and dates_flow.available(library):
        clerk = desk_in(_spoken(text, known, live))
        dated = dates_flow.hear(text, library, clerk.voice, clerk.today)
        if dated is not None:
            return Turn(dated)
    if not _has_words(text):
        return Turn(desk_in(known.language).remark("no-text"))
    place = only_place(text, live.places, amid_talk=bool(question.subject or question.earlier))
    if place is None:
        return None
    is_bare = len(words(text)) == len(own_words(text))  # a name tells no language
    return Turn(contact_replies.at(place, desk_in(known.language if is_bare else _spoken(text, known, live))))


def _without_politeness(question: Question, live: Live) -> Question:
    bare = live.small_talk.question_in
    return replace(question, text=bare(question.text), earlier=tuple(map(bare, question.earlier)))


def _has_words(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _spoken(text: str, known: Known, live: Live) -> Language:
    return detect(text, live.snapshot.learned.languages) if _has_words(text) else known.language


def _answered(question: Question, live: Live, encoder: Encoder, desk_in: DeskIn) -> Turn:
    answered = answer(question, live.snapshot, encoder)
    library, named = live.snapshot.library, live.places.find(question.text)
    if named and not isinstance(answered, Urgent):  # in danger the order of the rule counts
        answered = replace(answered, contacts=nearer(answered.contacts, named, library))
    local = contacts_at(named[0], library) if named and asks_for_mission(question.text) else ()
    reply = render(answered, desk_in(answered.language), local)
    return Turn(reply, answered, subject=_subject(answered))


def _subject(answered: Answer) -> str | None:
    return None if isinstance(answered, Unknown) or not answered.topics else answered.topics[0].id
