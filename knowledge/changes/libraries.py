"""Changes of the library: topics, example messages and whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from knowledge.changes.revalidate import replaced
from knowledge.errors import ContentError
from knowledge.model import Call, CallResult, Contact, Example, Library, Publication, Topic

_TRIED_LAST: Final[dict[CallResult | None, int]] = {"answered": 0, None: 1, "no-answer": 2, "wrong-number": 3}


def with_topic(library: Library, topic: Topic) -> Library:
    """Return the library with this topic added or replaced, in the order in which they are read."""
    others = [each for each in library.topics if each.id != topic.id]
    return replaced(library, topics=sorted([*others, topic], key=lambda each: each.page.path))


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
    same_heading = [n for n, each in enumerate(examples, 1) if _heading(each) == _heading(example)]
    same_language = [n for n, each in enumerate(examples, 1) if each.language == example.language]
    place = max(same_heading or same_language or [len(examples)])
    return (*examples[:place], example, *examples[place:])


def without_example(examples: Sequence[Example], text: str) -> tuple[Example, ...]:
    """Return the messages without this one. Raises ContentError if it does not stand there."""
    kept = tuple(each for each in examples if each.text != text)
    if len(kept) == len(examples):
        raise ContentError("this message does not stand there; somebody may have taken it out")
    return kept


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


def _heading(example: Example) -> tuple[str, str | None]:
    return example.language, example.kind
