"""What can be reached by pressing alone: categories, their topics, their sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot import news
from bot.actions import Action, labelled
from bot.clerk import Clerk, Rows, numbered, numbered_buttons
from bot.dates import flow as dates_flow
from bot.markup import escape
from bot.reply import Button, Reply
from knowledge.model import LANGUAGES, Category, Language, Page, Topic

NAMES: Final[dict[Language, str]] = {"tg": "Тоҷикӣ", "ru": "Русский", "uz": "Oʻzbekcha", "en": "English"}
"""Of the languages, each in itself."""


def menu(clerk: Clerk) -> Reply:
    """Return the topics asked most, then the categories."""
    voice, library = clerk.voice, clerk.library
    topics = [library.topic_by_id[each] for each in library.most_asked]
    parts = [voice.say("menu-ask")]
    if topics:
        parts += [f"**{voice.say('menu-most-asked')}**", numbered(map(clerk.title, topics))]
    rows = (
        *numbered_buttons((clerk.title(each), str(Action("topic", (each.id,)))) for each in topics),
        *pairs(_category_button(each, clerk) for each in library.categories if _topics(each, clerk)),
        *pairs(_tools(clerk)),
    )
    return Reply("\n\n".join(parts), voice.language, rows)


def category(of: Category, clerk: Clerk) -> Reply:
    """Return the topics of a category."""
    topics = _topics(of, clerk)
    parts = [
        f"**{escape(of.title.get(clerk.voice.language))}**",
        clerk.voice.say("menu-category"),
        numbered(map(clerk.title, topics)),
    ]
    rows = (
        *numbered_buttons((clerk.title(each), str(Action("topic", (each.id,)))) for each in topics),
        (labelled(clerk.voice, "back", "menu"),),
    )
    return Reply("\n\n".join(parts), clerk.voice.language, rows)


def sections(topic: Topic, page: Page, clerk: Clerk) -> Reply:
    """Return the sections of a page, and the publications that belong to its topic."""
    article = page.article(clerk.voice.language)
    choices = [(each.heading, str(Action("page", (f"{page.id}#{each.id}",)))) for each in article.sections]
    if page is topic.page:
        published = [each.page for each in clerk.library.publications if each.topic == topic.id]
        choices += [(clerk.title(each), str(Action("topic", (each.id,)))) for each in published]
    parts = [
        f"**{escape(article.title)}**",
        clerk.voice.say("menu-topic"),
        numbered(title for title, _ in choices),
    ]
    back = Action("category", (topic.category,)) if page is topic.page else Action("topic", (topic.id,))
    rows = (
        *numbered_buttons(choices),
        (
            labelled(clerk.voice, "contacts", "call", page.id),
            Button(clerk.voice.say("button-back"), str(back)),
        ),
    )
    return Reply("\n\n".join(parts), clerk.voice.language, rows)


def others(places: Sequence[str], clerk: Clerk) -> Reply:
    """Return further topics that may answer; places: 'page#section', or 'page' for all its sections."""
    choices = [_choice(place, clerk) for place in places]
    rows = (
        *numbered_buttons(choices),
        (Button(clerk.voice.say("choice-none"), str(Action("none"))),),
    )
    text = f"{clerk.voice.say('else')}\n\n{numbered(title for title, _ in choices)}"
    return Reply(text, clerk.voice.language, rows)


def languages(clerk: Clerk) -> Reply:
    """Return the question which language to speak."""
    return clerk.say("language-ask", language_rows())


def language_rows() -> Rows:
    """Return a button for each language, named in itself."""
    return pairs(Button(NAMES[each], str(Action("language", (each,)))) for each in LANGUAGES)


def pairs(buttons: Iterable[Button]) -> Rows:
    """Return rows of two buttons."""
    every = tuple(buttons)
    return tuple(every[n : n + 2] for n in range(0, len(every), 2))


def _tools(clerk: Clerk) -> Iterator[Button]:
    yield labelled(clerk.voice, "contacts", "call")
    for row in clerk.person_row:
        yield from row
    if dates_flow.available(clerk.library):
        yield Button(clerk.voice.say("button-dates"), dates_flow.START)
    yield labelled(clerk.voice, "language", "language")
    if news.available(clerk):
        yield labelled(clerk.voice, "news", "news")


def _category_button(of: Category, clerk: Clerk) -> Button:
    label = of.short or of.title
    return Button(label.get(clerk.voice.language), str(Action("category", (of.id,))))


def _topics(of: Category, clerk: Clerk) -> list[Topic]:
    own = [each for each in clerk.library.topics if each.category == of.id]
    order = {name: n for n, name in enumerate(of.first)}
    return sorted(own, key=lambda each: order.get(each.id, len(order)))


def _choice(place: str, clerk: Clerk) -> tuple[str, str]:
    page_id, _, section_id = place.partition("#")
    _, page = clerk.library.page_by_id[page_id]
    return clerk.title(page), str(Action("page" if section_id else "topic", (place,)))
