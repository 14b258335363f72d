"""Fields from content and back: nothing changes by itself, what is wrong stands at its field, and merging."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import TELEGRAM_LIMIT
from bot.store import Draft
from desk.drafting import choices, examples, facts, library_with_drafts, texts
from desk.drafting.carrying import packed, unpacked
from desk.drafting.looking import look
from desk.drafting.marking import differences
from desk.drafting.parts import (
    EXAMPLES,
    PARTS,
    Part,
    applied,
    clashes,
    fields_of,
    merged,
    owner_of,
    typed,
)
from desk.drafting.preview import preview
from desk.drafting.wrong import Applied, Owner
from desk.phrases import read_phrases
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import LANGUAGES, Language, Library
from knowledge.parse import parse_message
from knowledge.writing.message_revision import message_row

TODAY = date(2030, 1, 2)
NOW = datetime(2030, 1, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module", name="library")
def _library() -> Library:
    return load(SHIPPED_CONTENT)


def _owner(library: Library, page_id: str = "patent-get") -> Owner:
    owner = owner_of(library, page_id)
    assert owner is not None
    return owner


def _owners(library: Library) -> Iterator[Owner]:
    yield from library.topics
    yield from library.publications


def _as_browser_sends(library: Library, fields: dict[str, str], language: Language) -> dict[str, str]:
    form: dict[str, str] = {}
    for name, text in fields.items():
        if name == facts.RELATED:
            form |= {facts.related_of(each): "on" for each in text.split("\n") if each}
        elif name.startswith("today--"):
            form[name] = choices.section_label(library, text, language)
        elif name.startswith("contacts"):
            rows = [choices.contact_label(library, each, language) for each in text.split("\n")]
            form |= {f"{name}--{n}": row for n, row in enumerate([*rows, ""])}
        elif not name.startswith("rests--"):
            form[name] = text.replace("\n", "\r\n")
        elif text:
            form[name] = "on"
    return form


def _draft(owner: Owner, part: Part, **changed: str) -> Draft:
    base = fields_of(owner, part)
    fields = {**base, **{name.replace("__", "--"): text for name, text in changed.items()}}
    return Draft(owner.page.path, part, "firuza", fields, base, NOW, NOW)


def _places(library: Library, owner: Owner, part: Part, **changed: str) -> dict[str, str]:
    """Return the field of each problem that keeps a draft from being saved, and its sentence."""
    found = look(library, owner, part, _draft(owner, part, **changed).fields, [], NOW)
    return {each.field: each.phrase for each in found.problems if each.blocks}


def test_fields_of_every_shipped_page_come_back_from_a_browser_and_change_nothing(library: Library) -> None:
    for owner, part in product(_owners(library), PARTS):
        base = fields_of(owner, part)
        form = _as_browser_sends(library, base, "ru")

        again = typed(owner, part, library, form, base)

        assert (owner.page.id, part, again) == (owner.page.id, part, base)
        assert applied(owner, part, again, TODAY) == Applied(owner)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_section_can_be_shown_as_a_citizen_gets_it(library: Library, language: str) -> None:
    for owner in _owners(library):
        for each in owner.page.articles[language].sections:  # type: ignore[index]
            shown = preview(library, owner, each.id, language, NOW)  # type: ignore[arg-type]
            assert shown is not None
            assert all(len(message) < 4 * TELEGRAM_LIMIT for message in shown.messages)
            assert shown.buttons


def test_a_changed_text_is_dated_today_and_loses_its_approval(library: Library) -> None:
    owner = _owner(library)
    name = texts.heading_of(owner.page.sections[0].id)
    draft = _draft(owner, "tg", **{name: "Сарлавҳаи нав"})

    after = library_with_drafts(library, [draft], TODAY).page_by_path[owner.page.path]

    assert (after.articles["tg"].updated, after.articles["tg"].reviewed) == (TODAY, None)
    assert after.articles["tg"].sections[0].heading == "Сарлавҳаи нав"
    assert after.articles["ru"] == owner.page.articles["ru"]


def test_drafts_of_pages_and_parts_that_are_gone_change_nothing(library: Library) -> None:
    gone = [
        Draft(page, part, "firuza", {"title": "x"}, {}, NOW, NOW)
        for page, part in (("topics/gone", "tg"), ("ministry/patent-get", "tg"), ("topics/patent-get", "de"))
    ]

    assert library_with_drafts(library, gone, TODAY) is library


def test_a_draft_keeps_what_others_saved_in_fields_that_it_leaves_alone(library: Library) -> None:
    owner = _owner(library)
    first, second = (texts.heading_of(each.id) for each in owner.page.sections[:2])
    mine = _draft(owner, "tg", **{first: "Аз ман"})
    saved = library_with_drafts(library, [_draft(owner, "tg", **{second: "Аз ӯ"})], TODAY)

    both = library_with_drafts(saved, [mine], TODAY).page_by_path[owner.page.path]

    assert [each.heading for each in both.articles["tg"].sections[:2]] == ["Аз ман", "Аз ӯ"]


@given(
    base=st.permutations("abcd"),
    theirs=st.permutations("abcdxy"),
    mine=st.permutations("abcdpq"),
    cuts=st.tuples(st.integers(1, 6), st.integers(1, 6)),
)
def test_no_section_of_either_is_lost_when_both_changed_the_order(
    base: list[str], theirs: list[str], mine: list[str], cuts: tuple[int, int]
) -> None:
    theirs, mine = theirs[: cuts[0]], mine[: cuts[1]]
    orders = ({texts.ORDER: " ".join(each)} for each in (base, theirs, mine))

    order = merged(*orders)[texts.ORDER].split()

    assert len(order) == len(set(order))
    assert {*theirs, *mine} - {*base} <= set(order)
    if mine != base:
        assert set(order) & {*base} == {*theirs} & {*mine} & {*base}


def test_a_field_that_both_changed_is_told_from_one_that_one_changed() -> None:
    base = {"a": "0", "b": "0", "c": "0", "d": "0", "e": "0"}
    theirs = base | {"a": "1", "b": "1", "d": "1"}
    mine = base | {"a": "2", "c": "2", "d": "1"}

    found = {each.name: each.both for each in clashes(base, theirs, mine)}

    assert found == {"a": True, "b": False, "c": False, "d": False}
    assert merged(base, theirs, mine) == {"a": "2", "b": "1", "c": "2", "d": "1", "e": "0"}


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.text(min_size=1) | st.sampled_from(["## ru", "// x", "a[+scams]", "[+x]", "y [+Z]"])))
def test_messages_come_back_as_they_were_typed_unless_they_are_told(
    library: Library, rows: list[str]
) -> None:
    owner, name = _owner(library), examples.messages_of(None)
    part: Part = "examples-ru"
    base = fields_of(owner, part)

    fields = typed(owner, part, library, {**base, name: "\r\n".join(rows)}, base)
    result = applied(owner, part, fields, TODAY)

    told = {each.about for each in result.wrong}
    kept = [row for row in fields[name].split("\n") if row and row not in told]
    lines = "\n".join(message_row(*parse_message(row)) for row in kept)
    assert fields_of(result.owner, part) == {**fields, name: lines}
    assert fields_of(result.owner, "examples-tg") == fields_of(owner, "examples-tg")


@given(
    base=st.lists(st.sampled_from("abcd"), unique=True),
    theirs=st.lists(st.sampled_from("abcdxy"), unique=True),
    mine=st.lists(st.sampled_from("abcdpq"), unique=True),
)
def test_messages_that_either_added_stay_and_those_that_either_took_out_go(
    base: list[str], theirs: list[str], mine: list[str]
) -> None:
    lists = ({"messages": "\n".join(each)} for each in (base, theirs, mine))

    together = merged(*lists)["messages"].split("\n")

    assert {*together} - {""} == ({*theirs} & {*mine}) | ({*theirs, *mine} - {*base})


# -- problems at their fields


def test_what_an_article_may_not_hold_stands_at_its_text(library: Library) -> None:
    owner = _owner(library)
    place = texts.text_of(owner.page.sections[1].id)

    assert _places(library, owner, "tg", **{place: "# Сарлавҳа"}) == {place: "problem-markdown"}
    assert _places(library, owner, "tg", **{place: "{contact:nobody}"}) == {
        place: "problem-unknown-reference"
    }
    assert _places(library, owner, "tg", **{place: "матн " * 1000}) == {place: "problem-too-long"}


def test_what_is_empty_or_no_date_or_no_address_stands_at_its_field(library: Library) -> None:
    owner = _owner(library)
    section, source = owner.page.sections[0].id, next(iter(owner.page.sources))
    url, day = facts.source_of(source, "url"), facts.source_of(source, "date")

    assert _places(library, owner, "ru", title="") == {"title": "wrong-empty"}
    assert _places(library, owner, "ru", **{texts.heading_of(section): ""})
    assert _places(library, owner, "facts", **{url: "http://x"}) == {url: "wrong-address"}
    assert _places(library, owner, "facts", **{day: "2026-13"}) == {day: "wrong-date"}
    assert _places(library, owner, "facts", **{facts.REVIEW_BY: "soon"}) == {"review-by": "wrong-date"}
    from_day, until = facts.from_of(section), facts.until_of(section)
    assert _places(library, owner, "facts", **{from_day: "2026-02-02", until: "2026-02-01"}) == {
        until: "problem-wrong-date"
    }
    contacts = facts.contacts_of(section)
    assert _places(library, owner, "facts", **{contacts: "embasy"}) == {contacts: "problem-unknown-reference"}
    assert _places(library, owner, "facts", contacts="") == {"contacts": "wrong-contact"}


def test_a_name_that_there_is_not_stands_at_its_field(library: Library) -> None:
    owner = _owner(library)

    for name in (facts.CATEGORY, facts.RELATED):
        assert _places(library, owner, "facts", **{name: "nothing"}) == {name: "problem-unknown-reference"}
        assert set(_places(library, owner, "facts", **{name: "no name"})) == {name}


def test_a_topic_that_goes_to_another_part_of_the_menu_is_first_in_none(library: Library) -> None:
    owner = _owner(library, "entry-ban")
    draft = _draft(owner, "facts", category="consular")

    found = look(library, owner, "facts", draft.fields, [], NOW)
    after = library_with_drafts(library, [draft], TODAY)

    assert not found.blocks
    assert after.topic_by_id["entry-ban"].category == "consular"
    assert "entry-ban" in {name for each in library.categories for name in each.first}
    assert "entry-ban" not in {name for each in after.categories for name in each.first}


def test_a_source_goes_when_it_is_emptied_and_no_section_rests_on_it(library: Library) -> None:
    owner = _owner(library)
    used = owner.page.sections[0].sources[0]
    empty = dict.fromkeys((facts.source_of(used, part) for part in facts.SOURCE_PARTS), "")
    rests = [facts.rests_of(each.id, used) for each in owner.page.sections]
    other = next(each for each in owner.page.sources if each != used)
    instead = {facts.rests_of(each.id, other): facts.TICKED for each in owner.page.sections}
    title = facts.source_of(used, "title")

    assert _places(library, owner, "facts", **empty) == {title: "wrong-source-used"}
    fields = {**fields_of(owner, "facts"), **empty, **dict.fromkeys(rests, ""), **instead}
    result = applied(owner, "facts", fields, TODAY)

    assert result.wrong == ()
    assert used not in result.owner.page.sources


def test_a_number_that_another_text_has_otherwise_is_told_and_does_not_block(library: Library) -> None:
    owner = _owner(library)
    rule = next(each for each in library.day_rules if each.days)
    topic_id, _, section = rule.section.partition("#")
    owner = _owner(library, topic_id)
    fields = fields_of(owner, "ru")
    name = texts.text_of(section)
    fields[name] = fields[name].replace(str(rule.days), "777")

    found = look(library, owner, "ru", fields, [], NOW)

    assert "problem-contradiction" in {each.phrase for each in found.problems}
    assert not found.blocks


def test_taking_out_a_section_that_another_page_names_is_told(library: Library) -> None:
    rule = library.day_rules[0]
    topic_id, _, section = rule.section.partition("#")
    owner = _owner(library, topic_id)
    fields = texts.removed(owner.page, fields_of(owner, owner.page.source_language), section)

    found = look(library, owner, owner.page.source_language, fields, [], NOW)

    assert found.blocks
    assert any(rule.section in each.detail for each in found.problems)


def test_every_problem_has_its_sentence(library: Library) -> None:
    phrases = read_phrases()

    of_messages = [(_owner(library), part) for part in EXAMPLES]  # they take longest, and are alike
    others = [each for each in product(_owners(library), PARTS) if each[1] not in EXAMPLES]
    for owner, part in (*of_messages, *others):
        for each in look(library, owner, part, fields_of(owner, part), [], NOW).problems:
            assert phrases.knows(each.phrase)


# -- what is shown and carried


def test_a_script_in_a_text_is_text_in_the_preview(library: Library) -> None:
    owner = _owner(library)
    section = owner.page.sections[0].id
    text = '<script>alert(1)</script> [x](javascript:alert(1)) [y](https://example.org/?a="b"&c=<d>)'
    result = applied(owner, "ru", {**fields_of(owner, "ru"), texts.text_of(section): text}, TODAY)
    drafted = library_with_drafts(library, [_draft(owner, "ru", **{texts.text_of(section): text})], TODAY)

    shown = preview(drafted, result.owner, section, "ru", NOW)

    assert shown is not None
    assert "<script" not in shown.messages[0]
    assert 'href="javascript' not in shown.messages[0]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown.messages[0]


@given(st.dictionaries(st.text(), st.text()))
def test_what_a_form_carries_comes_back(fields: dict[str, str]) -> None:
    assert unpacked(packed(fields)) == fields


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_what_somebody_else_put_into_the_form_is_nothing(text: str) -> None:
    assert isinstance(unpacked(text), dict)


@given(st.text(), st.text())
def test_differences_hold_both_texts(before: str, after: str) -> None:
    pieces = differences(before, after)

    assert "".join(each.text for each in pieces if each.kind != "new") == before
    assert "".join(each.text for each in pieces if each.kind != "gone") == after
