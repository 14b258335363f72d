"""An answer and the phrases to the reply that a citizen reads; knows no channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from bot.answer import Answer, Choice, Found, Unknown, Urgent, contacts_of
from bot.contacts import CONTACTS_SHOWN, contact_list, fill_contacts
from bot.markup import escape
from bot.phrases import Phrases, Voice
from bot.provenance import footer, other_language, publication_note, validity
from index.snapshot import Snapshot
from knowledge.model import Contact, Language, Page, SectionFacts, Topic

NEAREST_FROM = 0.1
"""Confidence from which a refusal names the nearest topics; below it they would be absurd (a greeting)."""

DANGER_CATEGORY = "emergencies-and-detention"
"""Id of the category whose topics are matters of danger."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press instead of typing."""

    text: str
    action: str
    """What pressing it means to Conversation.press; at most 64 bytes, Telegram's limit."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a channel shows."""

    text: str
    """Markdown as articles may use it."""
    language: Language
    buttons: tuple[Button, ...] = ()
    contacts: tuple[Contact, ...] = ()
    """Those named under the text, in this order."""


class Renderer:
    """Makes replies from one snapshot, as of one day."""

    def __init__(self, snapshot: Snapshot, phrases: Phrases, today: date) -> None:
        self._snapshot = snapshot
        self._library = snapshot.library
        self._phrases = phrases
        self._today = today

    def reply(self, answer: Answer) -> Reply:
        """Return the reply for this answer."""
        voice = Voice(self._phrases, answer.language)
        match answer:
            case Urgent():
                return self._urgent(answer, voice)
            case Found(page_path=path, section_id=section):
                page = self._library.page_by_path[path]
                return self._section(page, section, answer.contacts, voice)
            case Choice():
                return self._choice(answer, voice)
            case Unknown():
                return self._unknown(answer, voice)
            case _:
                assert_never(answer)

    def section(self, topic: Topic, page: Page, section_id: str, language: Language) -> Reply:
        """Return one section with its source, its dates and its contacts. Raises KeyError if it is gone."""
        contacts = contacts_of(self._library, page.facts(section_id).contacts or topic.contacts)
        return self._section(page, section_id, contacts, Voice(self._phrases, language))

    def start(self, language: Language) -> Reply:
        """Return the greeting: in Tajik and Russian together, and in the person's own other language."""
        languages = dict.fromkeys(("tg", "ru", language))
        parts = [self._phrases.say(each, "start") for each in languages]
        contacts = contacts_of(self._library, self._library.fallback)
        return _with_contacts(parts, contacts, Voice(self._phrases, language))

    def say(self, key: str, language: Language, *, with_contacts: bool = False) -> Reply:
        """Return one of the bot's own sentences, on request with the contacts that always stand ready."""
        voice = Voice(self._phrases, language)
        contacts = contacts_of(self._library, self._library.fallback) if with_contacts else ()
        return _with_contacts([voice.say(key)], contacts, voice)

    def _section(self, page: Page, section_id: str, contacts: Sequence[Contact], voice: Voice) -> Reply:
        article = page.article(voice.language)
        section = article.section(section_id) or article.sections[0]
        facts = page.facts(section.id)
        parts = [
            other_language(article, voice),
            f"**{escape(article.title)}**",
            f"**{escape(section.heading)}**",
            validity(facts, self._today, voice),
            fill_contacts(section.text, self._library, voice),
            *self._what_holds_today(facts, voice),
            publication_note(page, article, voice),
            footer(page, article, facts, voice),
        ]
        more = tuple(
            Button(each.heading, f"page:{page.id}#{each.id}")
            for each in article.sections
            if each.id != section.id
        )
        return _with_contacts([part for part in parts if part], contacts, voice, more)

    def _what_holds_today(self, facts: SectionFacts, voice: Voice) -> list[str]:
        if facts.today is None:
            return []
        topic_id, _, section_id = facts.today.partition("#")
        article = self._library.topic_by_id[topic_id].page.article(voice.language)
        section = article.section(section_id)
        if section is None:
            return []
        return [
            f"**{voice.say('today')}: {escape(section.heading)}**",
            fill_contacts(section.text.split("\n\n")[0], self._library, voice),
            f"*{voice.say('updated', date=voice.date(article.updated))}*",
        ]

    def _urgent(self, answer: Urgent, voice: Voice) -> Reply:
        parts = [
            f"**{voice.say('urgent-call')}**",
            contact_list(answer.contacts, voice),
            f"**{voice.say('urgent-steps')}**",
            fill_contacts(answer.rules[0].script.get(voice.language), self._library, voice),
        ]
        buttons = (*self._likely(answer, voice), *_topic_buttons(answer, answer.topics, voice))
        return Reply("\n\n".join(parts), voice.language, buttons, answer.contacts)

    def _likely(self, answer: Urgent, voice: Voice) -> tuple[Button, ...]:
        if answer.likely is None:
            return ()
        path, section_id = answer.likely
        page = self._library.page_by_path[path]
        article = page.article(voice.language)
        section = article.section(section_id) or article.sections[0]
        return (Button(section.heading, f"page:{page.id}#{section.id}"),)

    def _choice(self, answer: Choice, voice: Voice) -> Reply:
        none = Button(voice.say("choice-none"), "none")
        buttons = (*_topic_buttons(answer, answer.topics, voice), none)
        return _with_contacts(
            [voice.say("choice"), _titles(answer.topics, voice)], self._danger(answer), voice, buttons
        )

    def _danger(self, answer: Choice) -> tuple[Contact, ...]:
        # Where one of the topics is a matter of danger, the first number to call stands under the question.
        offered = {topic.id for topic in answer.topics if topic.category == DANGER_CATEGORY}
        rules = [rule for rule in self._library.urgent_rules if rule.topic in offered]
        first = dict.fromkeys(rule.contacts[0] for rule in rules)
        return contacts_of(self._library, first)[:1]

    def _unknown(self, answer: Unknown, voice: Voice) -> Reply:
        parts = [voice.say("unknown")]
        topics = answer.topics if answer.confidence >= NEAREST_FROM else ()
        if topics:
            parts += [voice.say("unknown-nearest"), _titles(topics, voice)]
        return _with_contacts(parts, answer.contacts, voice, _topic_buttons(answer, topics, voice))


def _with_contacts(
    parts: list[str], contacts: Sequence[Contact], voice: Voice, buttons: tuple[Button, ...] = ()
) -> Reply:
    shown = tuple(contacts[:CONTACTS_SHOWN])
    if shown:
        parts = [*parts, f"**{voice.say('contacts')}**", contact_list(shown, voice)]
    return Reply("\n\n".join(parts), voice.language, buttons, shown)


def _titles(topics: Iterable[Topic], voice: Voice) -> str:
    return "\n".join(f"{n}. {escape(_title(each, voice))}" for n, each in enumerate(topics, start=1))


def _title(topic: Topic, voice: Voice) -> str:
    return topic.page.article(voice.language).title


def _topic_buttons(answer: Answer, topics: Iterable[Topic], voice: Voice) -> tuple[Button, ...]:
    return tuple(Button(_title(each, voice), _opening(answer, each)) for each in topics)


def _opening(answer: Answer, topic: Topic) -> str:
    # The section that fits the question, not merely the topic's first one.
    for hit in answer.ranking.sections(topic.id) if answer.ranking else ():
        return f"page:{hit.page_path.rpartition('/')[2]}#{hit.section_id}"
    return f"page:{topic.page.id}"
