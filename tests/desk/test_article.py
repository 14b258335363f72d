"""Articles in a browser: fields instead of files, drafts, two editors at once, and who vouches for what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import pytest

from bot.store import Store
from desk.desk import Desk
from desk.drafting import library_with_drafts
from desk.history import start_history
from knowledge.load import load
from knowledge.model import LANGUAGES, Page
from tests import small_content
from tests.desk.browser import Browser, elements, text_of
from tests.desk.conftest import PASSWORD, Enter, NewBrowser
from tests.desk.forms import field_of, filled, press, send, stop_typing
from tests.stores import BEGIN, Clock

WAGES = "/topics/wages"
RU = f"{WAGES}/ru"
OLD = "Если зарплату не платят, жалуйтесь в инспекцию труда в течение 1 года."
NEW = "Если зарплату не платят, жалуйтесь в инспекцию труда в течение 2 лет."
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here: tests/bot/store/test_drafts.py keeps drafts in both."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


async def _press_on_topic(browser: Browser, path: str, language: str = "") -> httpx.Response:
    page = await browser.get(WAGES)
    forms = elements(page, f"//form[@action='{WAGES}/{path}']")
    inputs = [
        {str(each.get("name")): str(each.get("value")) for each in form.xpath(".//input")} for form in forms
    ]
    [fields] = [each for each in inputs if each.get("language", "") == language]
    return await browser.post(f"{WAGES}/{path}", **fields)


def _page(content: Path) -> Page:
    return load(content).page_by_path["topics/wages"]


def _texts(content: Path) -> dict[str, str]:
    return {
        file.relative_to(content).as_posix(): file.read_text(encoding="utf-8")
        for file in content.rglob("*")
        if file.is_file() and not file.relative_to(content).parts[0].startswith(".")
    }


# -- reading


async def test_a_reader_sees_the_text_as_a_citizen_gets_it_and_no_fields(enter: Enter) -> None:
    reader = await enter("reader")

    page = await reader.get(WAGES)

    assert "complain to the labour inspectorate within 1 year" in text_of(page)
    assert "Official page" in text_of(page)
    assert "Russian original not approved" in text_of(page, "//table")
    assert not elements(page, "//main//input | //main//textarea | //main//button")
    assert (await reader.get(RU)).status_code == 403
    assert (await reader.get(f"{WAGES}/facts")).status_code == 403


async def test_the_text_of_each_language_is_a_click_away(enter: Enter) -> None:
    reader = await enter("reader")

    page = await reader.get(f"{WAGES}?text=uz")

    assert "mehnat inspeksiyasiga" in text_of(page, "//div[@class='phones']")


async def test_what_is_no_page_or_no_language_is_not_found(enter: Enter) -> None:
    editor = await enter("editor")

    for path in (
        "/topics/gone",
        f"{WAGES}/de",
        f"{WAGES}/topic.yaml",
        "/topics/..%2Fwages",
        "/topics/gone/ru",
    ):
        assert (await editor.get(path)).status_code == 404


async def test_the_table_of_topics_leads_to_the_article(enter: Enter) -> None:
    page = await (await enter("reader")).get("/topics")

    assert WAGES in elements(page, "//tbody//a/@href")


async def test_a_publication_is_edited_as_a_topic_is(enter: Enter, content: Path) -> None:
    small_content.write_publication(content, "2026-talks")
    editor = await enter("editor")

    assert "/topics/2026-talks" in elements(await editor.get(WAGES), "//main//a/@href")
    answer = await send(editor, "/topics/2026-talks/tg", "save", title="Гуфтушунид")
    facts = await send(editor, "/topics/2026-talks/facts", "save", review_by="2027-05-05")

    assert (answer.status_code, facts.status_code) == (303, 303)
    page = load(content).page_by_path["ministry/2026-talks"]
    assert (page.articles["tg"].title, page.review_by) == ("Гуфтушунид", date(2027, 5, 5))


# -- saving


async def test_an_editors_change_of_a_text_reaches_the_file_and_nothing_else_in_it(
    enter: Enter, content: Path
) -> None:
    editor = await enter("editor")
    before = _texts(content)

    answer = await send(editor, RU, "save", text__first=NEW)

    after = _texts(content)
    assert answer.headers["location"] == f"{RU}?saved=1"
    assert {path for path in after if after[path] != before[path]} == {"topics/wages/ru.md"}
    was = before["topics/wages/ru.md"]
    assert after["topics/wages/ru.md"] == was.replace(f"{OLD}\n\n## ", f"{NEW}\n\n## ")


async def test_a_save_is_a_version_with_the_editors_name_and_in_the_list_of_changes(
    desk: Desk, store: Store, enter: Enter, content: Path
) -> None:
    start_history(content)
    editor = await enter("editor", "firuza")

    await send(editor, RU, "save", text__first=NEW)

    [version, *_] = desk.content.history.log("topics/wages/ru.md")
    [change] = [each for each in await store.audited(50) if each.what == "article.saved"]
    assert (version.author, change.who, change.subject) == ("firuza", "firuza", "wages ru")
    assert NEW not in version.message


async def test_facts_are_changed_in_fields(enter: Enter, content: Path) -> None:
    editor = await enter("editor")
    path = f"{WAGES}/facts"

    await send(
        editor,
        path,
        "draft",
        review_by="2027-04-04",
        source__source_2__title="Second page",
        source__source_2__date="2026",
        from__first="",
        until__second="2027-12-31",
        contacts__first__0="Emergency number [ru-112]",
        contacts__2="Вазорат",
    )
    answer = await send(editor, path, "save", rests__second__source_2="on")

    page, topic = _page(content), load(content).topic_by_id["wages"]
    assert answer.status_code == 303
    assert (page.review_by, page.facts("first").valid_from) == (date(2027, 4, 4), None)
    assert page.sources["source-2"].title == "Second page"
    assert page.facts("second").sources == ("act-2025", "source-2")
    assert page.facts("second").valid_until == date(2027, 12, 31)
    assert page.facts("first").contacts == ("ru-112",)
    assert topic.contacts == ("ru-112", "embassy", "silent")
    assert page.articles["ru"].sections == load(content).page_by_path["topics/wages"].articles["ru"].sections


async def test_a_topics_place_in_the_menu_and_its_related_topics_are_chosen(
    enter: Enter, content: Path
) -> None:
    editor = await enter("editor")
    path = f"{WAGES}/facts"
    fields = filled(await editor.get(path), path) | {"category": "danger"}
    del fields["related--registration"]

    await editor.post(path, **fields, do="save")
    topic = load(content).topic_by_id["wages"]
    assert (topic.category, topic.related) == ("danger", ())
    before = _texts(content)
    await send(editor, path, "save", related__registration="on")

    assert load(content).topic_by_id["wages"].related == ("registration",)
    after = _texts(content)
    assert {name for name in after if after[name] != before[name]} == {"topics/wages/topic.yaml"}


async def test_a_section_of_a_publication_names_the_one_that_says_what_holds_today(
    enter: Enter, content: Path
) -> None:
    small_content.write_publication(content, "2026-talks")
    editor = await enter("editor")
    path = "/topics/2026-talks/facts"
    label = "Registration: Registration 1 [registration#first]"

    page = await editor.get(path)
    wrong = await press(editor, page, path, "save", today__second="registration#no")
    await press(editor, page, path, "save", today__second=label)

    assert label in elements(page, "//datalist[@id='known-sections']/option/@value")
    assert "does not exist" in text_of(wrong, "//*[@id='wrong--today--second']")
    assert load(content).page_by_path["ministry/2026-talks"].facts("second").today == "registration#first"
    assert field_of(await editor.get(path), "today--second") == label


async def test_the_facts_of_a_page_with_many_sections_and_sources_can_be_saved(
    enter: Enter, content: Path
) -> None:
    file = content / "topics/wages/topic.yaml"
    names = [f"part-{n}" for n in range(15)]
    sources = "".join(f"  {each}: {{title: {each}, url: null, date: 2025}}\n" for each in names)
    sections = "".join(f"  - id: {each}\n    sources: [{', '.join(names)}]\n" for each in names)
    text = file.read_text(encoding="utf-8").replace("sections:\n", f"{sources}sections:\n") + sections
    file.write_text(text, encoding="utf-8")
    for article in (content / f"topics/wages/{each}.md" for each in LANGUAGES):
        more = "".join(f"\n## {each} {{#{each}}}\n\nText.\n" for each in names)
        article.write_text(article.read_text(encoding="utf-8") + more, encoding="utf-8")
    editor = await enter("editor")

    answer = await send(editor, f"{WAGES}/facts", "save", review_by="2027-04-04")

    assert answer.status_code == 303
    assert file.read_text(encoding="utf-8") == text.replace("2027-03-01", "2027-04-04")


async def test_sections_are_added_moved_and_removed_in_the_original_and_so_in_every_language(
    enter: Enter, content: Path
) -> None:
    editor = await enter("editor")

    added = await send(editor, RU, "add")
    await send(editor, RU, "draft", heading__section_3="Новое", text__section_3="Текст нового раздела.")
    await send(editor, RU, "up--section-3")
    await send(editor, RU, "remove--first")
    assert [each.id for each in _page(content).sections] == ["first", "second"]
    saved = await send(editor, RU, "save")

    page = _page(content)
    assert added.headers["location"] == f"{RU}#heading--section-3"
    assert saved.headers["location"] == f"{RU}?saved=1"
    assert [each.id for each in page.sections] == ["section-3", "second"]
    assert [each.heading for each in page.articles["ru"].sections] == ["Новое", "Зарплата 2"]
    assert [each.id for each in page.articles["tg"].sections] == ["second"]
    assert not elements(await editor.get(f"{WAGES}/tg"), "//button[@value='add']")
    translated = await send(
        editor, f"{WAGES}/tg", "save", heading__section_3="Нав", text__section_3="Матни бахши нав."
    )
    assert translated.status_code == 303
    assert [each.id for each in _page(content).articles["tg"].sections] == ["section-3", "second"]


async def test_a_language_that_is_missing_can_be_written(enter: Enter, content: Path) -> None:
    (content / "topics/wages/en.md").unlink()
    editor = await enter("editor")

    answer = await send(
        editor,
        f"{WAGES}/en",
        "save",
        title="Pay",
        heading__first="Not paid",
        text__first="Complain within 1 year.",
    )

    article = _page(content).articles["en"]
    assert answer.status_code == 303
    assert (article.title, article.translated_from) == ("Pay", date(2026, 11, 26))
    assert [each.id for each in article.sections] == ["first"]


async def test_what_the_check_forbids_is_not_saved_and_stands_beside_its_field(
    enter: Enter, content: Path
) -> None:
    editor = await enter("editor")
    before = _texts(content)

    page = await send(editor, RU, "save", text__second="# Заголовок", title="")

    assert page.status_code == 422
    assert _texts(content) == before
    assert "This may not stand in an article" in text_of(page, "//*[@id='wrong--text--second']")
    assert "This must not be empty" in text_of(page, "//*[@id='wrong--title']")
    links = [str(each) for each in elements(page, "//*[@id='problems']//a/@href")]
    assert {"#text--second", "#title"} <= set(links)
    assert all(elements(page, f"//*[@id='{each.removeprefix('#')}']") for each in links)
    assert field_of(await editor.get(RU), "text--second") == "# Заголовок"


async def test_a_script_in_a_field_is_shown_as_text(enter: Enter, content: Path) -> None:
    editor = await enter("editor")

    draft = await stop_typing(
        editor, RU, title=SCRIPT, text__first=f"{SCRIPT} <b>x</b>", heading__first=SCRIPT
    )
    pages = [draft, await editor.get(RU), await editor.get(WAGES)]
    await send(editor, RU, "save", text__first=NEW)
    pages.append(await editor.get(f"{WAGES}?text=ru"))

    assert all(SCRIPT not in each.text for each in pages)
    assert all("<b>x</b>" not in each.text for each in pages)
    assert "&lt;script&gt;" in pages[0].text
    assert _page(content).articles["ru"].title == SCRIPT


# -- drafts


async def test_what_somebody_typed_is_there_after_signing_in_from_another_browser(
    enter: Enter, new_browser: NewBrowser, content: Path
) -> None:
    before = _texts(content)
    editor, another = await enter("editor"), new_browser()

    news = await stop_typing(editor, RU, text__first=NEW)
    await another.sign_in("editor", PASSWORD)

    assert news.status_code == 200
    assert "Draft kept at 14:30" in text_of(news, "//*[@id='kept']")
    assert "в течение 2 лет" in text_of(news, "//*[@id='preview--first']//div[@class='reply']")
    assert "<html" not in news.text
    assert field_of(await another.get(RU), "text--first") == NEW
    assert _texts(content) == before


async def test_each_piece_of_news_has_its_place_on_the_page(enter: Enter) -> None:
    editor = await enter("editor")

    for path in (RU, f"{WAGES}/tg", f"{WAGES}/facts"):
        page, news = await editor.get(path), await stop_typing(editor, path, title="x", review_by="")
        places = elements(news, "//*[@hx-swap-oob]/@id")
        assert places
        assert all(elements(page, f"//*[@id='{each}']") for each in places)


async def test_a_draft_is_kept_without_scripts_and_nobody_else_sees_it(enter: Enter) -> None:
    editor, other = await enter("editor"), await enter("editor", "other")

    answer = await send(editor, RU, "draft", text__first=NEW)

    assert answer.headers["location"] == f"{RU}?drafted=1"
    assert field_of(await editor.get(RU), "text--first") == NEW
    assert field_of(await other.get(RU), "text--first") == OLD


async def test_a_draft_that_says_what_is_saved_is_none(store: Store, enter: Enter) -> None:
    editor = await enter("editor")
    await stop_typing(editor, RU, text__first=NEW)

    await stop_typing(editor, RU, text__first=OLD)

    assert await store.drafts_of("editor") == []


async def test_a_discarded_draft_is_gone(store: Store, enter: Enter) -> None:
    editor = await enter("editor")
    await stop_typing(editor, RU, text__first=NEW)

    await send(editor, RU, "discard")

    assert field_of(await editor.get(RU), "text--first") == OLD
    assert await store.drafts_of("editor") == []


async def test_saving_ends_the_draft_and_looking_begins_none(store: Store, enter: Enter) -> None:
    editor = await enter("editor")
    for path in (WAGES, RU, f"{WAGES}/facts"):
        await editor.get(path)
    assert await store.drafts_of("editor") == []

    await stop_typing(editor, RU, text__first=NEW)
    await send(editor, RU, "save")

    assert await store.drafts_of("editor") == []


async def test_the_content_with_somebodys_drafts_is_at_hand_for_other_pages(
    store: Store, enter: Enter, content: Path
) -> None:
    editor = await enter("editor")
    await stop_typing(editor, RU, text__first=NEW)

    library = library_with_drafts(load(content), await store.drafts_of("editor"), BEGIN.date())

    section = library.page_by_path["topics/wages"].articles["ru"].section("first")
    assert section is not None
    assert section.text == NEW


# -- two editors


async def test_the_second_sees_who_is_editing_and_since_when(enter: Enter, clock: Clock) -> None:
    first, second = await enter("editor", "firuza"), await enter("editor", "rustam")
    await stop_typing(first, RU, text__first=NEW)
    clock.forward(minutes=10)
    await stop_typing(first, RU, text__first=f"{NEW} И ещё.")

    sentence = "firuza is editing this since 2026-11-26 14:30."
    assert sentence in text_of(await second.get(RU), "//*[@id='others']")
    assert sentence in text_of(await second.get(WAGES), "//table")
    assert sentence not in text_of(await second.get(f"{WAGES}/tg"))
    assert sentence not in text_of(await first.get(RU))


async def test_the_second_who_saves_gets_both_versions_and_nothing_is_overwritten(
    enter: Enter, content: Path
) -> None:
    first, second = await enter("editor", "firuza"), await enter("editor", "rustam")
    opened = await second.get(RU)
    theirs, mine = OLD.replace("1 года", "3 лет"), OLD.replace("жалуйтесь", "идите")
    await send(first, RU, "save", text__first=theirs)
    saved = _texts(content)

    page = await press(second, opened, RU, "save", text__first=mine)

    assert page.status_code == 409
    assert _texts(content) == saved
    assert [each.text_content() for each in elements(page, "//del")] == ["1", "года", "жалуйтесь"]
    assert [each.text_content() for each in elements(page, "//ins")] == ["3", "лет", "идите"]
    shown = [each.text_content().strip() for each in elements(page, "//div[@class='as-written']")]
    assert shown[0] == OLD
    again = await second.get(RU)
    assert (again.status_code, "It was" in text_of(again)) == (200, True)


@pytest.mark.parametrize(("take", "expected"), [("mine", "идите"), ("theirs", "жалуйтесь")])
async def test_whoever_was_second_goes_on_from_what_the_first_saved(
    take: str, expected: str, enter: Enter, content: Path
) -> None:
    first, second = await enter("editor", "firuza"), await enter("editor", "rustam")
    opened = await second.get(RU)
    await send(first, RU, "save", title="Заработок", text__first=OLD.replace("1 года", "3 лет"))
    typed = {"text__first": OLD.replace("жалуйтесь", "идите"), "text__second": "Моё. {contact:embassy}"}
    page = await press(second, opened, RU, "save", **typed)

    await second.post(RU, **(filled(page, RU) | {"take--text--first": take}), do="merge")
    fields = await second.get(RU)
    saved = await press(second, fields, RU, "save")

    article = _page(content).articles["ru"]
    assert saved.headers["location"] == f"{RU}?saved=1"
    assert article.title == "Заработок"
    assert expected in article.sections[0].text
    assert article.sections[1].text == "Моё. {contact:embassy}"


async def test_putting_together_with_a_version_that_is_no_longer_the_newest_shows_the_newest(
    enter: Enter, content: Path
) -> None:
    first, second = await enter("editor", "firuza"), await enter("editor", "rustam")
    opened = await second.get(RU)
    await send(first, RU, "save", title="Один")
    page = await press(second, opened, RU, "save", title="Мой")
    await send(first, RU, "save", title="Два")

    again = await second.post(RU, **filled(page, RU), do="merge")

    assert again.status_code == 409
    assert "Два" in text_of(again)
    assert _page(content).articles["ru"].title == "Два"


async def test_editors_of_different_languages_and_facts_are_not_in_each_others_way(
    enter: Enter, content: Path
) -> None:
    first, second, third = (
        await enter("editor", "a1"),
        await enter("editor", "b2"),
        await enter("editor", "c3"),
    )
    tg, facts = f"{WAGES}/tg", f"{WAGES}/facts"
    opened, opened_facts = await second.get(tg), await third.get(facts)
    await send(first, RU, "save", title="Заработок")
    await send(first, RU, "down--first")
    await send(first, RU, "save")

    answer = await press(second, opened, tg, "save", title="Маош")
    last = await press(third, opened_facts, facts, "save", review_by="2027-07-07")

    page = _page(content)
    assert (answer.headers["location"], last.headers["location"]) == (f"{tg}?saved=1", f"{facts}?saved=1")
    assert (page.articles["ru"].title, page.articles["tg"].title) == ("Заработок", "Маош")
    assert (page.review_by, [each.id for each in page.sections]) == (date(2027, 7, 7), ["second", "first"])


async def test_a_form_whose_beginning_is_unknown_overwrites_nothing(enter: Enter, content: Path) -> None:
    editor = await enter("editor")
    page = await editor.get(RU)
    before = _texts(content)

    for base in ("", "AAAA", "ю"):
        answer = await editor.post(RU, **(filled(page, RU) | {"base": base, "title": "Иное"}), do="save")
        assert answer.status_code == 409

    assert _texts(content) == before


# -- who vouches for what


async def test_a_publisher_approves_a_text_and_a_change_takes_the_approval_back(
    store: Store, enter: Enter, content: Path, clock: Clock
) -> None:
    clock.forward(days=1)
    publisher = await enter("publisher")

    await _press_on_topic(publisher, "approved", "ru")
    assert "Russian original approved on 2026-11-27" in text_of(await publisher.get(WAGES), "//table")
    approved = _page(content)
    await send(publisher, RU, "save", text__first=NEW)

    assert approved.articles["ru"].reviewed == date(2026, 11, 27)
    assert approved.articles["tg"].reviewed is None
    assert _page(content).articles["ru"].reviewed is None
    assert "article.approved" in [each.what for each in await store.audited(50)]


async def test_a_publisher_dates_the_comparison_with_the_live_source(enter: Enter, content: Path) -> None:
    publisher = await enter("publisher")

    await _press_on_topic(publisher, "compared")

    assert _page(content).checked == BEGIN.date()


async def test_a_translation_lags_until_an_editor_says_that_it_follows(
    enter: Enter, content: Path, clock: Clock
) -> None:
    clock.forward(days=1)
    editor = await enter("editor")
    await send(editor, RU, "save", text__first=NEW)
    assert "Tajik not approved lags behind the original" in text_of(await editor.get(WAGES), "//table")

    await _press_on_topic(editor, "followed", "tg")

    assert _page(content).articles["tg"].translated_from == date(2026, 11, 27)
    assert "Tajik not approved 2026-11-26" in text_of(await editor.get(WAGES), "//table")


async def test_an_editor_can_neither_approve_nor_compare(enter: Enter, content: Path) -> None:
    editor = await enter("editor")
    page = await editor.get(WAGES)
    token = filled(await editor.get(RU), RU)["token"]

    for path in ("approved", "compared"):
        assert not elements(page, f"//form[@action='{WAGES}/{path}']")
        assert (await editor.post(f"{WAGES}/{path}", token=token, language="ru")).status_code == 403
    assert (_page(content).checked, _page(content).articles["ru"].reviewed) == (None, None)


async def test_nobody_vouches_for_a_text_that_changed_after_he_read_it(enter: Enter, content: Path) -> None:
    publisher, editor = await enter("publisher"), await enter("editor")
    page = await publisher.get(WAGES)
    [form] = elements(page, f"//form[@action='{WAGES}/approved'][.//input[@value='ru']]")
    fields = {str(each.get("name")): str(each.get("value")) for each in form.xpath(".//input")}
    await send(editor, RU, "save", text__first=NEW)

    answer = await publisher.post(f"{WAGES}/approved", **fields)

    assert answer.headers["location"] == f"{WAGES}?stale=1"
    assert _page(content).articles["ru"].reviewed is None
    assert "Nothing was done" in text_of(await publisher.get(f"{WAGES}?stale=1"), "//*[@role='alert']")
