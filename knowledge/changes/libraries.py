"""Changes of the library: topics, example messages and whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from knowledge.changes.revalidate import replaced
from knowledge.errors import ContentError
from knowledge.model import Call, CallResult, Contact, Example, Language, Library, Publication, Topic

_TRIED_LAST: Final[dict[CallResult | None, int]] = {"answered": 0, None: 1, "no-answer": 2, "wrong-number": 3}


def with_topic(library: Library, topic: Topic) -> Library:
    """Return the library with this topic added or replaced, in the order in which they are read.

    A category that it leaves does not put it first any more.
    """
    was = library.topic_by_id.get(topic.id)
    left = was.category if was and was.category != topic.category else None
    categories = [
        replaced(each, first=[name for name in each.first if name != topic.id]) if each.id == left else each
        for each in library.categories
    ]
    others = [each for each in library.topics if each.id != topic.id]
    topics = sorted([*others, topic], key=lambda each: each.page.path)
    return replaced(library, topics=topics, categories=categories)


def with_publication(library: Library, publication: Publication) -> Library:
    """Return the library with this publication added or replaced, in the order in which they are read."""
    others = [each for each in library.publications if each.id != publication.id]
    return replaced(library, publications=sorted([*others, publication], key=lambda each: each.page.path))


def with_contact(library: Library, contact: Contact) -> Library:
    """Return the library with this contact in its place, or as the last one if it is new."""
    known = contact.id in library.contact_by_id
    kept = [contact if each.id == contact.id else each for each in library.contacts]
    return replaced(library, contacts=kept if known else [*kept, contact])


def with_example(examples: Sequence[Example], example: Example) -> tuple[Example, ...]:
    """Return the messages with this one as the last of its heading, or of its language if that is new.

    Line breaks and blank space inside it become single blanks: a message is one line of its file.
    Raises ContentError if this very message stands there already.
    """
    example = replaced(example, text=" ".join(example.text.split()))
    if any(each.text == example.text for each in examples):
        raise ContentError("this message stands there already")
    place = _end(examples, example.language, example.kind)
    return (*examples[:place], example, *examples[place:])


def with_messages(
    examples: Sequence[Example], language: Language, kind: str | None, messages: Sequence[Example]
) -> tuple[Example, ...]:
    """Return the examples with these, in this order, as all those of one heading; others keep their places.

    messages: each of this language and kind.
    """
    places = [n for n, each in enumerate(examples) if _heading(each) == (language, kind)]
    if not places:
        end = _end(examples, language, kind)
        return (*examples[:end], *messages, *examples[end:])
    rows = [[each] for each in examples]
    matcher = SequenceMatcher(None, [examples[n] for n in places], list(messages), autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        new = list(messages[new_start:new_end])
        if what == "insert" and start:
            rows[places[start - 1]].extend(new)
        elif what == "insert":
            rows[places[0]][:0] = new
        elif what != "equal":
            rows[places[start]] = new
            for n in places[start + 1 : end]:
                rows[n] = []
    return tuple(each for row in rows for each in row)


def called(contact: Contact, phone: str, result: CallResult, today: date, by: str | None = None) -> Contact:
    """Return the contact after somebody called this number. by: name of a member of the staff.

    One that answered dates the contact as checked and is tried first, one that did not is tried last, a wrong
    one is no longer given to citizens. Raises ContentError if the contact has no such number.
    """
    if phone not in contact.phones:
        raise ContentError(f"'{contact.id}' has no number {phone}; somebody may have changed it")
    call = Call(phone=phone, day=today, result=result, by=by)
    calls = (*(each for each in contact.calls if each.phone != phone), call)
    results = {each.phone: each.result for each in calls}
    phones = sorted(contact.phones, key=lambda each: _TRIED_LAST[results.get(each)])
    return replaced(
        contact,
        calls=calls,
        phones=[each for each in phones if results.get(each) != "wrong-number"],
        checked=today if result == "answered" else contact.checked,
    )


def renumbered(contact: Contact, phone: str, new: str, today: date, by: str | None = None) -> Contact:
    """Return the contact after somebody learned by a call that another number took this one's place.

    The new one is tried first of those that nobody has called; that it was wrong once counts no more.
    Raises ContentError as `called` does.
    """
    after = called(contact, phone, "wrong-number", today, by)
    phones = [each for each in after.phones if each != new]
    answering = {each.phone for each in after.calls if each.result == "answered"}
    place = sum(1 for each in phones if each in answering)
    calls = [each for each in after.calls if each.phone != new or new in contact.phones]
    return replaced(after, phones=[*phones[:place], new, *phones[place:]], calls=calls)


def _end(examples: Sequence[Example], language: Language, kind: str | None) -> int:
    same_heading = [n for n, each in enumerate(examples, 1) if _heading(each) == (language, kind)]
    same_language = [n for n, each in enumerate(examples, 1) if each.language == language]
    return max(same_heading or same_language or [len(examples)])


def _heading(example: Example) -> tuple[str, str | None]:
    return example.language, example.kind
