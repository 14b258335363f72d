"""Frozen values go back into the content folder, and whatever the change does not touch keeps its bytes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from knowledge.changes import libraries, pages
from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import (
    LANGUAGES,
    Article,
    Contact,
    Example,
    Language,
    Library,
    Page,
    SectionFacts,
    Source,
    Topic,
)
from knowledge.parse import parse_yaml
from knowledge.writing import changed_files, content_path, write
from knowledge.writing.yaml_revision import revise
from tests import small_content

TODAY = date(2026, 12, 1)
NOTHING = Library(categories=(), topics=(), contacts=())
TRICKY = [
    "a: b", "# no comment", "a # b", "---", "...", "- x", "'", '"', '\\"', "null", "true", "~", "2026",
    "[a]", "{a: 1}", "*x", "&x", "!x", "%x", "@x", "`x`", "|", ">", "?", "? x", ": x", "x:",
    "Ҷурми «патент»: 15 рӯз",
    "😀👨‍👩‍👧",
    "می‌روم", " blank around ", "\ttab", "line\nbreak", "\x00\x07\x85\u2028\ufeff", "я" * 5000,
    "112", "+992…", "{#id}", "## x", "// x", "x [+y]",
]  # fmt: skip
texts = st.one_of(st.sampled_from(TRICKY), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
lines = st.one_of(
    st.sampled_from([each.strip() for each in TRICKY if "\n" not in each]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip),
).filter(bool)
bodies = st.lists(lines, min_size=1, max_size=4).map("\n\n".join)
relaxed = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return small_content.write(tmp_path / "content")


def reader(folder: Path) -> Callable[[str], bytes | None]:
    return lambda path: (folder / path).read_bytes() if (folder / path).is_file() else None


def page_of(library: Library, topic: str = "wages") -> Page:
    return library.topic_by_id[topic].page


def with_page(library: Library, page: Page) -> Library:
    return libraries.with_topic(library, replaced(library.topic_by_id[page.id], page=page))


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Leave the folder as it was, however many examples are tried in it."""
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    yield
    for each in [each for each in folder.rglob("*") if each.is_file()]:
        if each not in before:
            each.unlink()
    for each, text in before.items():
        each.write_bytes(text)


def edited(folder: Path, after: Library) -> dict[str, list[str]]:
    """Write the library and return the changed lines of each file, '-old' and '+new'.

    Reading the folder again must give exactly this library, and writing it again must change nothing.
    """
    read = reader(folder)
    changes = changed_files(read, load(folder), after)
    differences = {
        path: [
            row
            for row in difflib.unified_diff(_rows(read(path)), _rows(new), n=0, lineterm="")
            if not row.startswith(("---", "+++", "@@"))
        ]
        for path, new in changes.items()
    }
    write(folder, changes)
    assert load(folder) == after
    assert changed_files(read, NOTHING, after) == {}
    return differences


def _rows(raw: bytes | None) -> list[str]:
    return (raw or b"").decode().split("\n")


def test_every_shipped_file_goes_through_without_any_difference() -> None:
    library = load(SHIPPED_CONTENT)
    asked: list[str] = []

    def read(path: str) -> bytes | None:
        asked.append(path)
        return reader(SHIPPED_CONTENT)(path)

    assert changed_files(read, NOTHING, library) == {}

    shipped = {each.relative_to(SHIPPED_CONTENT).as_posix() for each in SHIPPED_CONTENT.rglob("*.*")}
    ours = {path for path in shipped if not path.startswith("golden/")}
    assert ours <= set(asked)


def test_a_whole_library_is_written_into_an_empty_folder(tmp_path: Path) -> None:
    library = load(SHIPPED_CONTENT)

    write(tmp_path, changed_files(reader(tmp_path), NOTHING, library))

    assert load(tmp_path) == library


def test_every_shipped_topic_can_be_edited_in_one_line(tmp_path: Path) -> None:
    library = load(SHIPPED_CONTENT)
    for topic in library.topics:
        source = topic.page.source_language
        section = topic.page.articles[source].sections[0]
        page = pages.with_section(topic.page, source, section.id, "Новый: заголовок", section.text, TODAY)

        changes = changed_files(reader(SHIPPED_CONTENT), library, with_page(library, page))

        [(path, new)] = changes.items()
        assert path == f"{page.path}/{source}.md"
        rows = list(difflib.ndiff(_rows(reader(SHIPPED_CONTENT)(path)), _rows(new)))
        assert len([row for row in rows if row.startswith("+ ")]) == 2


def test_a_title_changes_its_line_and_the_date(content: Path) -> None:
    library = load(content)

    page = pages.with_title(page_of(library), "ru", "Зарплата: что делать?", TODAY)

    assert edited(content, with_page(library, page)) == {
        "topics/wages/ru.md": [
            "-title: Зарплата", "-updated: 2026-11-26",
            '+title: "Зарплата: что делать?"', "+updated: 2026-12-01",
        ]
    }  # fmt: skip


@relaxed
@given(title=texts)
def test_any_title_is_kept_exactly(content: Path, title: str) -> None:
    assume(title.strip())
    with kept(content):
        library = load(content)

        page = pages.with_title(page_of(library), "tg", title, TODAY)

        edited(content, with_page(library, page))
        assert page_of(load(content)).articles["tg"].title == title.strip()


@relaxed
@given(questions=st.lists(texts.filter(lambda each: bool(each.strip()))))
def test_any_questions_are_kept_exactly(content: Path, questions: list[str]) -> None:
    with kept(content):
        library = load(content)

        page = pages.with_questions(page_of(library), "en", questions, TODAY)

        assert set(edited(content, with_page(library, page))) <= {"topics/wages/en.md"}


@relaxed
@given(heading=lines, text=bodies)
def test_any_section_is_kept_exactly_and_its_neighbour_keeps_its_bytes(
    content: Path, heading: str, text: str
) -> None:
    assume(not any(row.startswith("## ") for row in text.split("\n")))
    with kept(content):
        library = load(content)
        file = content / "topics/wages/ru.md"
        neighbour = file.read_bytes()[
            file.read_bytes().index(
                b"## \xd0\x97\xd0\xb0\xd1\x80\xd0\xbf\xd0\xbb\xd0\xb0\xd1\x82\xd0\xb0 2"
            ) :
        ]

        page = pages.with_section(page_of(library), "ru", "first", heading, text, TODAY)

        edited(content, with_page(library, page))
        assert file.read_bytes().endswith(neighbour)


def test_a_section_that_would_become_two_is_refused(content: Path) -> None:
    library = load(content)
    page = pages.with_section(page_of(library), "ru", "first", "A", "text\n## B {#b}", TODAY)

    with pytest.raises(
        ContentError, match=r"topics/wages/ru.md: section 'first': a line .* begins with '## '"
    ):
        changed_files(reader(content), library, with_page(library, page))


def test_a_section_comes_goes_and_moves_in_all_languages(content: Path) -> None:
    library = load(content)
    before = {each: each.read_bytes() for each in content.rglob("*.*")}
    facts = made(SectionFacts, id="third", sources=["act-2025"])
    texts = {language: (f"Heading {language}", f"Text {language}") for language in LANGUAGES}

    page = pages.with_new_section(page_of(library), facts, texts, 1, TODAY)
    added = edited(content, with_page(library, page))
    moved = edited(content, with_page(load(content), pages.with_section_at(page, "third", 0)))
    page = pages.without_section(page_of(load(content)), "third", TODAY)
    edited(content, with_page(load(content), page))

    assert added["topics/wages/topic.yaml"] == ["+  - id: third", "+    sources: [act-2025]"]
    assert added["topics/wages/tg.md"][2:] == ["+## Heading tg {#third}", "+", "+Text tg", "+"]
    assert set(moved) == {
        f"topics/wages/{name}" for name in ("topic.yaml", "tg.md", "ru.md", "uz.md", "en.md")
    }
    changed = [
        each for each in before if each.read_bytes().replace(b"2026-12-01", b"2026-11-26") != before[each]
    ]
    assert changed == []


def test_a_change_of_the_text_takes_the_approval_back_and_nothing_else_does(content: Path) -> None:
    page = pages.approved(page_of(load(content)), "ru", TODAY)
    edited(content, with_page(load(content), page))
    assert "reviewed: 2026-12-01" in (content / "topics/wages/ru.md").read_text()

    for same in (
        pages.with_title(page, "ru", "Зарплата", TODAY),
        pages.compared(page, TODAY),
        pages.with_section_at(page, "second", 0),
    ):
        assert same.articles["ru"].reviewed == TODAY
    changed = pages.with_section(page, "ru", "first", "Новое", "Новое", TODAY)
    edited(content, with_page(load(content), changed))

    assert changed.articles["ru"].reviewed is None
    assert changed.articles["tg"] == page.articles["tg"]
    assert "reviewed: false" in (content / "topics/wages/ru.md").read_text()


def test_sources_dates_and_contacts_of_a_section_change_their_lines_only(content: Path) -> None:
    file = content / "topics/wages/topic.yaml"
    file.write_text(file.read_text().replace("checked: null", "checked: null   # nobody yet"))
    page = page_of(load(content))
    source = made(Source, title="Закон: статья 5 #3", url=None, date="2025")

    page = pages.with_source(page, "law", source)
    page = pages.with_facts(page, replaced(page.facts("first"), sources=["act-2025", "law"], valid_from=None))
    page = pages.with_facts(page, replaced(page.facts("second"), contacts=["ru-112", "embassy"]))
    page = pages.due_by(pages.compared(page, TODAY), date(2027, 6, 1))

    assert edited(content, with_page(load(content), page))["topics/wages/topic.yaml"] == [
        "-checked: null   # nobody yet",
        "-review_by: 2027-03-01",
        "+checked: 2026-12-01   # nobody yet",
        "+review_by: 2027-06-01",
        "+  law:",
        '+    title: "Закон: статья 5 #3"',
        "+    url: null",
        "+    date: 2025",
        "-    sources: [act-2025]",
        "-    valid_from: 2025-09-01",
        "+    sources: [act-2025, law]",
        "-    contacts: [embassy]",
        "+    contacts: [ru-112, embassy]",
    ]


def test_a_source_in_use_stays(content: Path) -> None:
    with pytest.raises(ContentError, match="'act-2025' is used by section first, second"):
        pages.without_source(page_of(load(content)), "act-2025")


def test_a_translation_follows_its_original(content: Path) -> None:
    page = pages.with_title(page_of(load(content)), "ru", "Деньги", TODAY)

    page = pages.follows_original(page, "tg")

    assert edited(content, with_page(load(content), page))["topics/wages/tg.md"] == [
        "-translated_from: 2026-11-26",
        "+translated_from: 2026-12-01",
    ]


@relaxed
@given(
    messages=st.lists(
        st.tuples(lines, st.sampled_from(LANGUAGES), st.sampled_from([None, "first", "second"]))
    )
)
def test_any_messages_are_kept_in_their_order(
    content: Path, messages: list[tuple[str, str, str | None]]
) -> None:
    wanted = [
        Example.model_validate({"text": " ".join(t.split()), "language": where, "kind": k})
        for t, where, k in messages
        if t.split()
    ]
    assume(not any(each.text.endswith("]") for each in wanted))
    with kept(content):
        library = load(content)
        old = page_of(library).examples
        mixed = [*wanted[::2], *old[1:3], *wanted[1::2], *old[4:]]

        edited(content, with_page(library, replaced(page_of(library), examples=mixed)))


def test_a_message_goes_under_its_heading_and_comes_out_again(content: Path) -> None:
    file = content / "topics/wages/examples.txt"
    file.write_text("// kept\n## tg\nа\n\n## ru {#first}\nб [+registration]\n// note\n\n## en\n\nc\n")
    before = file.read_bytes()
    page = page_of(load(content))
    new = made(Example, text="новое\nсообщение", language="ru", kind="first", also=["registration"])

    examples = libraries.with_example(page.examples, new)
    added = edited(content, with_page(load(content), replaced(page, examples=examples)))
    other = libraries.with_example(examples, made(Example, text="ещё", language="ru", kind="second"))
    headed = edited(content, with_page(load(content), replaced(page, examples=other)))
    edited(content, with_page(load(content), page))

    assert added == {"topics/wages/examples.txt": ["+новое сообщение [+registration]"]}
    assert headed["topics/wages/examples.txt"] == ["+", "+## ru {#second}", "+ещё"]
    assert file.read_bytes().replace(b"\n## ru {#second}\n", b"") == before


@relaxed
@given(
    rows=st.lists(lines.filter(lambda each: not each.endswith("]"))),
    language=st.sampled_from(LANGUAGES),
    kind=st.sampled_from([None, "first", "second"]),
)
def test_messages_of_one_heading_change_and_the_others_and_comments_keep_their_places(
    content: Path, rows: list[str], language: Language, kind: str | None
) -> None:
    def is_theirs(example: Example) -> bool:
        return (example.language, example.kind) == (language, kind)

    new = [Example(text=" ".join(row.split()), language=language, kind=kind) for row in rows if row.split()]
    with kept(content):
        text = "// above\n## ru\nа\n\n## ru {#first}\nб [+registration]\n// note\nв\n\n## ru\nг\n## tg\nд\n"
        (content / "topics/wages/examples.txt").write_text(text, encoding="utf-8")
        page = page_of(load(content))

        after = libraries.with_messages(page.examples, language, kind, new)
        edited(content, with_page(load(content), replaced(page, examples=after)))

        assert [each for each in after if is_theirs(each)] == new
        assert [each for each in after if not is_theirs(each)] == [
            each for each in page.examples if not is_theirs(each)
        ]
        written = (content / "topics/wages/examples.txt").read_text(encoding="utf-8").split("\n")
        assert [row for row in written if row in ("// above", "// note")] == ["// above", "// note"]


def test_a_message_that_says_another_topic_is_refused(content: Path) -> None:
    library = load(content)
    bad = libraries.with_example(page_of(library).examples, made(Example, text="x [+wages]", language="ru"))

    with pytest.raises(ContentError, match=r"examples\.txt: a message must be one line"):
        changed_files(reader(content), library, with_page(library, replaced(page_of(library), examples=bad)))


def test_a_new_topic_becomes_a_folder_and_goes_again(content: Path) -> None:
    library = load(content)
    model = library.topic_by_id["wages"]
    page = replaced(model.page, path="topics/new-topic", examples=[])
    topic = made(Topic, id="new-topic", category=model.category, contacts=model.contacts, page=page)

    added = edited(content, libraries.with_topic(library, topic))
    gone = edited(content, library)

    assert set(added) == {
        f"topics/new-topic/{name}" for name in ("topic.yaml", "tg.md", "ru.md", "uz.md", "en.md")
    }
    assert set(gone) == set(added)
    assert not (content / "topics/new-topic").exists()


def test_who_answers_is_tried_first_and_a_wrong_number_goes(content: Path) -> None:
    contact = replaced(load(content).contact_by_id["embassy"], phones=["+74956903846", "+74956904186", "112"])

    contact = libraries.called(contact, "+74956903846", "no-answer", TODAY)
    contact = libraries.called(contact, "112", "answered", TODAY)
    edited(content, libraries.with_contact(load(content), contact))
    assert (contact.phones, contact.checked) == (("112", "+74956904186", "+74956903846"), TODAY)

    contact = libraries.renumbered(contact, "+74956904186", "+74956906102", TODAY)
    edited(content, libraries.with_contact(load(content), contact))
    assert contact.phones == ("112", "+74956906102", "+74956903846")
    assert [each.result for each in contact.calls] == ["no-answer", "answered", "wrong-number"]


def test_calls_are_for_staff_and_no_part_of_a_snapshot(content: Path) -> None:
    called = libraries.called(load(content).contact_by_id["ru-112"], "112", "answered", TODAY)

    assert Contact.model_validate_json(called.model_dump_json()) == replaced(called, calls=())


def test_a_shipped_contact_keeps_its_comments_wrapped_lines_and_order() -> None:
    library = load(SHIPPED_CONTENT)
    first = replaced(library.contacts[0], checked=TODAY, email=["info@tajembassy.ru"], remark=None)
    order = (library.contacts[1], first, *library.contacts[2:])

    changes = changed_files(reader(SHIPPED_CONTENT), library, replaced(library, contacts=order))

    old, new = _rows(reader(SHIPPED_CONTENT)("contacts.yaml")), _rows(changes["contacts.yaml"])
    assert sorted(set(new) - set(old)) == ["    checked: 2026-12-01", "    email: [info@tajembassy.ru]"]
    assert [row for row in new if "#" in row and row.strip().startswith("#")] == [
        row for row in old if row.strip().startswith("#")
    ]


def test_a_file_from_windows_keeps_its_mark_and_line_ends(content: Path) -> None:
    file = content / "topics/wages/ru.md"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    before = file.read_bytes()
    library = load(content)

    write(
        content,
        changed_files(
            reader(content),
            library,
            with_page(library, pages.with_title(page_of(library), "ru", "Оплата", TODAY)),
        ),
    )

    after = file.read_bytes()
    assert page_of(load(content)).articles["ru"].title == "Оплата"
    assert after == before.replace("title: Зарплата".encode(), "title: Оплата".encode()).replace(
        b"updated: 2026-11-26", b"updated: 2026-12-01"
    )


trees = st.recursive(
    st.one_of(texts, st.none(), st.booleans(), st.integers(), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    before=st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), trees, min_size=1, max_size=4),
    after=st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), trees, min_size=1, max_size=4),
)
def test_any_yaml_becomes_any_other_and_then_stays(
    before: dict[str, object], after: dict[str, object]
) -> None:
    first = revise("# head\n", before)  # type: ignore[arg-type]

    second = revise(first, after)  # type: ignore[arg-type]

    assert second.startswith("# head\n")
    assert revise(second, after) == second  # type: ignore[arg-type]


def test_comments_stay_where_an_entry_goes_moves_or_changes() -> None:
    text = (
        "# top\na: 1  # one\n# two\nb:\n  # first\n  - id: x  # x\n    n: |\n      text\n\n      more\n"
        "  # second\n  - id: y\n    m: [p,   # why\n        q]\n# end\n"
    )

    moved = revise(text, {"a": "1", "b": [{"id": "y", "m": ["p", "q", "r"]}, {"id": "x", "n": "text\n"}]})
    gone = revise(text, {"b": [{"id": "y", "m": ["p", "q"]}]})

    assert moved == (
        "# top\na: 1  # one\n# two\nb:\n  # first\n  # second\n  - id: y\n    m: [p,   # why\n        q, r]\n"
        "  - id: x  # x\n    n: |\n      text\n# end\n"
    )
    assert parse_yaml(gone).value == {"b": [{"id": "y", "m": ["p", "q"]}]}
    assert [
        row for row in ("# top", "# two", "# first", "# second", "# why", "# end") if row not in gone
    ] == []


@pytest.mark.parametrize(
    "path",
    ["../x.md", "/etc/x", "topics/../../x", ".git/config", "topics/a/.x", "", "topics//x", "link/x.md"],
)
def test_no_path_leads_out_of_the_folder(content: Path, tmp_path: Path, path: str) -> None:
    (content / "link").symlink_to(tmp_path)

    with pytest.raises(ContentError, match="is no file of the content folder"):
        content_path(content, path)


def test_an_article_is_written_from_nothing(content: Path) -> None:
    library = load(content)
    page = page_of(library)
    (content / "topics/wages/uz.md").unlink()
    lacking = load(content)

    assert set(edited(content, library)) == {"topics/wages/uz.md"}

    assert isinstance(page.articles["uz"], Article)
    assert lacking != load(content) == library
