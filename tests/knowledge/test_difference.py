"""What differs between two libraries, as an editor would say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.changes.libraries import with_topic
from knowledge.changes.revalidate import replaced
from knowledge.difference import ChangedPage, Difference, difference
from knowledge.load import load
from knowledge.model import Call, Example, Library
from tests import small_content
from tests.stores import BEGIN


@pytest.fixture(name="library")
def _library(tmp_path: Path) -> Library:
    return load(small_content.write(tmp_path / "content"))


def test_a_library_does_not_differ_from_itself_as_a_snapshot_keeps_it(library: Library) -> None:
    kept = Library.model_validate_json(library.model_dump_json())

    assert difference(library, kept) == Difference((), ())
    assert not difference(kept, library)


def test_what_only_staff_see_is_no_difference(library: Library) -> None:
    call = Call(phone="112", day=BEGIN.date(), result="answered")
    contacts = [replaced(each, calls=[call]) for each in library.contacts]

    assert not difference(library, replaced(library, contacts=contacts))


def test_texts_examples_and_facts_are_told_apart(library: Library) -> None:
    wages = library.topic_by_id["wages"]
    page = wages.page
    corrected = replaced(page.articles["ru"], title="Оплата труда")
    examples = [*page.examples[1:], Example(text="где деньги", language="ru"), *page.examples[:0]]
    new_page = replaced(
        page, articles={**page.articles, "ru": corrected}, examples=examples, checked=BEGIN.date()
    )

    found = difference(library, with_topic(library, replaced(wages, page=new_page)))

    assert found == Difference((ChangedPage("wages", "changed", ("ru",), 1, 1, facts=True),), ())


def test_topics_come_and_go(library: Library) -> None:
    without = replaced(library, topics=[each for each in library.topics if each.id != "wages"])

    assert [(each.id, each.change) for each in difference(library, without).pages] == [("wages", "gone")]
    assert [(each.id, each.change) for each in difference(without, library).pages] == [("wages", "new")]


def test_the_rest_is_told_by_its_part(library: Library) -> None:
    changed = replaced(library, most_asked=["wages"], not_ours=library.not_ours[1:])

    assert difference(library, changed).parts == ("categories", "not_ours")
