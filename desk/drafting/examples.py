"""The messages of one language that a page is recognised by, as fields: one for each section, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from desk.drafting.wrong import Applied, Owner, Wrong
from desk.teaching import misfit
from knowledge.changes.libraries import with_messages
from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.model import Example, Language, Page
from knowledge.parse import parse_message
from knowledge.writing.message_revision import message_row

WHOLE: Final = "messages"
"""The messages of the page as a whole; those of one section stand in messages_of()."""
_BEGIN: Final = f"{WHOLE}--"

Fields = Mapping[str, str]


def messages_of(kind: str | None) -> str:
    """Return the name of the field with the messages of this section; None: of the whole page."""
    return WHOLE if kind is None else f"{_BEGIN}{kind}"


def kinds_in(page: Page, language: Language, fields: Fields) -> list[str | None]:
    """Return the sections in the order of the fields, after None.

    Also one that messages name and that is not there, or not any more: what is in `fields` is not lost.
    """
    named = (each.kind for each in page.examples if each.language == language and each.kind)
    begun = (name.removeprefix(_BEGIN) for name, text in fields.items() if text and name.startswith(_BEGIN))
    return [None, *dict.fromkeys((*(each.id for each in page.sections), *named, *begun))]


def fields_of(page: Page, language: Language) -> dict[str, str]:
    """Return what stands in each field now."""
    rows: dict[str | None, list[str]] = {each: [] for each in kinds_in(page, language, {})}
    for each in page.examples:
        if each.language == language:
            rows[each.kind].append(message_row(each.text, each.also))
    return {messages_of(kind): "\n".join(lines) for kind, lines in rows.items()}


def typed(page: Page, language: Language, form: Fields, base: Fields) -> dict[str, str]:
    """Return the fields of a form, without needless blank space; one that is missing is as in `base`."""
    names = [messages_of(each) for each in kinds_in(page, language, form)]
    texts = {name: form.get(name, base.get(name, "")).replace("\0", "") for name in names}
    return {name: "\n".join(filter(None, map(str.strip, text.splitlines()))) for name, text in texts.items()}


def applied(owner: Owner, language: Language, fields: Fields) -> Applied:
    """Return the owner with these messages, and which lines could not be taken.

    A message that stands there already is not asked whether one may look like it.
    """
    page, wrong = owner.page, list[Wrong]()
    known = {each.text for each in page.examples}
    examples: Sequence[Example] = page.examples
    for kind in kinds_in(page, language, fields):
        name = messages_of(kind)
        messages = list(_messages(name, fields.get(name, ""), language, kind, known, wrong))
        examples = with_messages(examples, language, kind, messages)
    return Applied(replaced(owner, page=replaced(page, examples=examples)), tuple(wrong))


def field_of(example: Example, language: Language) -> str:
    """Return the name of the field in which this message stands; '' where it is of another language."""
    return messages_of(example.kind) if example.language == language else ""


def _messages(
    name: str, rows: str, language: Language, kind: str | None, known: set[str], wrong: list[Wrong]
) -> Iterator[Example]:
    for row in filter(None, rows.split("\n")):
        text, also = parse_message(row)
        refused = None if text in known else misfit(text)
        if refused:
            wrong.append(Wrong(name, refused.phrase, row))
            continue
        try:
            yield made(Example, text=text, language=language, kind=kind, also=also)
        except ContentError:
            wrong.append(Wrong(name, "wrong-also", row))
