"""An answer to the reply that a citizen reads; knows no channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from bot.actions import Action, fitting, labelled
from bot.answer import Answer, Choice, Found, Unknown, Urgent, contacts_of
from bot.clerk import Clerk, Rows, numbered, numbered_buttons
from bot.contacts.shown import contact_list, fill_contacts
from bot.listening import listen_row
from bot.markup import escape
from bot.provenance import footer, other_language, publication_note, validity
from bot.reply import Button, Reply
from index.search import Ranking
from knowledge.model import Contact, Page, SectionFacts, Topic

NEAREST_FROM: Final = 0.1
"""Confidence below which a topic would be absurd: a refusal and an urgent reply leave it out, and a choice
leaves out the number for danger that comes with it."""


def render(answer: Answer, clerk: Clerk, local: Sequence[Contact] = ()) -> Reply:
    """Return the reply for this answer.

    local: whom to ask at the place that was named, where somebody there was asked for.
    """
    match answer:
        case Urgent():
            return _urgent(answer, clerk)
        case Found(page_path=path, section_id=section, contacts=contacts):
            others = [_place(each, answer.ranking) for each in answer.topics[1:]]
            return _section(clerk.library.page_by_path[path], section, contacts, others, clerk)
        case Choice():
            return _choice(answer, clerk, local)
        case Unknown():
            return _unknown(answer, clerk)
        case _:
            assert_never(answer)


def section(topic: Topic, page: Page, section_id: str, clerk: Clerk) -> Reply:
    """Return one section with its source, its dates and its contacts. Raises KeyError if it is gone."""
    contacts = contacts_of(clerk.library, page.facts(section_id).contacts or topic.contacts)
    return _section(page, section_id, contacts, topic.related, clerk)


def bare_section(topic: Topic, page: Page, section_id: str, clerk: Clerk) -> Reply:
    """Return the same without buttons, to be shared in another chat. Raises KeyError if it is gone."""
    contacts = contacts_of(clerk.library, page.facts(section_id).contacts or topic.contacts)
    return clerk.with_contacts(_texts(page, section_id, clerk), contacts)


def urgent_texts(answer: Urgent, clerk: Clerk) -> list[str]:
    """Return the paragraphs for danger: the contacts first, then the script."""
    return [
        f"**{clerk.voice.say('urgent-call')}**",
        contact_list(answer.contacts, clerk.voice, clerk.now),
        f"**{clerk.voice.say('urgent-steps')}**",
        fill_contacts(answer.rules[0].script.get(clerk.voice.language), clerk.library, clerk.voice),
    ]


def _section(
    page: Page, section_id: str, contacts: Sequence[Contact], others: Sequence[str], clerk: Clerk
) -> Reply:
    listen, rows = listen_row(page, section_id, clerk), _section_rows(page, section_id, others, clerk)
    return clerk.with_contacts(_texts(page, section_id, clerk), contacts, (*listen, *rows))


def _texts(page: Page, section_id: str, clerk: Clerk) -> list[str]:
    voice = clerk.voice
    article, shown = page.shown(section_id, voice.language)
    facts = page.facts(shown.id)
    parts = [
        other_language(article, voice),
        f"**{escape(article.title)}**",
        f"**{escape(shown.heading)}**",
        validity(facts, clerk.today, voice),
        fill_contacts(shown.text, clerk.library, voice),
        *_what_holds_today(facts, clerk),
        publication_note(page, article, voice),
        footer(page, article, facts, voice),
    ]
    return [part for part in parts if part]


def _section_rows(page: Page, section_id: str, others: Sequence[str], clerk: Clerk) -> Rows:
    voice, names, place = clerk.voice, fitting("else", others).names, f"{page.id}#{section_id}"
    more = (labelled(voice, "more", "topic", page.id),) if len(page.sections) > 1 else ()
    other = (labelled(voice, "else", "else", *names),) if names else ()
    return tuple(
        row
        for row in (
            (*more, *other),
            (labelled(voice, "contacts", "call", place), _back(page, clerk)),
            (labelled(voice, "good", "good", place), labelled(voice, "bad", "bad", place)),
        )
        if row
    )


def _back(page: Page, clerk: Clerk) -> Button:
    topic, _ = clerk.library.page_by_id[page.id]
    return labelled(clerk.voice, "back", "category", topic.category)


def _what_holds_today(facts: SectionFacts, clerk: Clerk) -> list[str]:
    if facts.today is None:
        return []
    voice = clerk.voice
    topic_id, _, section_id = facts.today.partition("#")
    article = clerk.library.topic_by_id[topic_id].page.article(voice.language)
    shown = article.section(section_id)
    if shown is None:
        return []
    return [
        f"**{voice.say('today')}: {escape(shown.heading)}**",
        fill_contacts(shown.text.split("\n\n")[0], clerk.library, voice),
        f"*{voice.say('updated', date=voice.date(article.updated))}*",
    ]


def _urgent(answer: Urgent, clerk: Clerk) -> Reply:
    parts, topics = urgent_texts(answer, clerk), answer.topics
    rows: Rows = ()
    likely = _likely(answer, clerk)
    if likely is not None:
        if not clerk.is_dangerous(topics[0]):
            parts.append(clerk.voice.say("urgent-likely", heading=escape(likely.text)))
        topics, rows = topics[1:], ((likely,),)
    rows = (*rows, *_topic_rows(answer, _of_use_in_danger(answer, topics), clerk, numbers=False))
    return Reply("\n\n".join(parts), clerk.voice.language, (*rows, clerk.menu_row), answer.contacts)


def _of_use_in_danger(answer: Urgent, topics: Sequence[Topic]) -> Iterator[Topic]:
    hits = answer.ranking.topics if answer.ranking else ()
    of_use = {rule.topic for rule in answer.rules} | {
        hit.topic_id for hit in hits if hit.confidence >= NEAREST_FROM
    }
    yield from (each for each in topics if each.id in of_use)


def _likely(answer: Urgent, clerk: Clerk) -> Button | None:
    if answer.likely is None:
        return None
    path, section_id = answer.likely
    page = clerk.library.page_by_path[path]
    _, shown = page.shown(section_id, clerk.voice.language)
    return Button(shown.heading, str(Action("page", (f"{page.id}#{shown.id}",))))


def _choice(answer: Choice, clerk: Clerk, local: Sequence[Contact]) -> Reply:
    none = Button(clerk.voice.say("choice-none"), str(Action("none")))
    return clerk.with_contacts(
        [clerk.voice.say("choice"), numbered(map(clerk.title, answer.topics))],
        (*_first_number(answer, clerk), *local),
        (*_topic_rows(answer, answer.topics, clerk), (none,)),
    )


def _first_number(answer: Choice, clerk: Clerk) -> tuple[Contact, ...]:
    # Where one of the topics is a matter of danger, the first number to call stands under the question.
    hits = answer.ranking.topics if answer.ranking else ()
    near = {hit.topic_id for hit in hits if hit.confidence >= NEAREST_FROM}
    offered = {topic.id for topic in answer.topics if topic.id in near and clerk.is_dangerous(topic)}
    rules = [rule for rule in clerk.library.urgent_rules if rule.topic in offered]
    return contacts_of(clerk.library, dict.fromkeys(rule.contacts[0] for rule in rules))[:1]


def _unknown(answer: Unknown, clerk: Clerk) -> Reply:
    parts = [clerk.voice.say("unknown")]
    topics = answer.topics if answer.confidence >= NEAREST_FROM else ()
    if topics:
        parts += [clerk.voice.say("unknown-nearest"), numbered(map(clerk.title, topics))]
    rows = (*_topic_rows(answer, topics, clerk), *clerk.person_row, clerk.menu_row)
    return clerk.with_contacts(parts, answer.contacts, rows)


def _topic_rows(answer: Answer, topics: Iterable[Topic], clerk: Clerk, *, numbers: bool = True) -> Rows:
    choices = [(clerk.title(each), str(Action("page", (_place(each, answer.ranking),)))) for each in topics]
    if numbers:
        return numbered_buttons(choices)
    return tuple((Button(title, action),) for title, action in choices)


def _place(topic: Topic, ranking: Ranking | None) -> str:
    # The section that fits the question, not merely the topic's first one.
    for hit in ranking.sections(topic.id) if ranking else ():
        return f"{hit.page_path.rpartition('/')[2]}#{hit.section_id}"
    return topic.id
