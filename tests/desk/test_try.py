"""Trying a question: the live version beside what is saved, why, and adding it as an example."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from httpx import Response

from bot.hotline import Hotline
from bot.store import Store
from desk.answering import Answering
from desk.desk import Desk, open_desk
from desk.drafting import texts
from desk.history import start_history
from desk.options import DeskOptions
from desk.passwords import Passwords
from desk.trying.versions import Making, Nothing, Version
from index.encoders import Encoder
from index.shelf import live_id
from index.snapshot import build
from knowledge.load import load
from tests.desk.browser import Browser, elements, text_of
from tests.desk.conftest import CountingHasher, Enter
from tests.desk.publishing import WAGES, correct, send, write_golden
from tests.stores import Clock, tables

LIVE, CHANGED = "//section[@aria-labelledby='side-live']", "//section[@aria-labelledby='side-changed']"


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here: nothing but the audit is kept in it."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(name="snapshots")
def _snapshots(small_snapshots: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_snapshots, tmp_path / "snapshots"))


@pytest.fixture(name="desk")
def _desk(
    store: Store, clock: Clock, hasher: CountingHasher, content: Path, snapshots: Path, encoder: Encoder
) -> Desk:
    options = DeskOptions(snapshots=snapshots, loaded=lambda: encoder)
    return open_desk(store, content, clock=clock, passwords=Passwords(hasher), options=options)


async def test_beside_a_bot_nothing_stands_in_memory_twice(
    small_snapshots: Path, encoder: Encoder, clock: Clock
) -> None:
    hotline = Hotline(small_snapshots, encoder)
    answering = Answering(DeskOptions(snapshots=small_snapshots, hotline=hotline), clock)

    assert await answering.live() is hotline.live()
    assert await answering.encoder() is encoder


def _messages(content: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in content.rglob("*.txt")}


async def _ask(browser: Browser, question: str) -> Response:
    """Ask until both versions are ready."""
    for _ in range(50):
        page = await send(browser, "/try", question=question)
        assert page.status_code == 200
        if not elements(page, "//div[@id='answers']/form[@action='/try']"):
            return page
    raise TimeoutError


async def test_a_question_that_is_answered_after_a_correction_stands_beside_the_live_answer(
    enter: Enter, content: Path
) -> None:
    correct(content)

    page = await _ask(await enter("reader"), WAGES)

    assert "1 года" in text_of(page, f"{LIVE}//div[@class='reply']")
    assert "3 лет" in text_of(page, f"{CHANGED}//div[@class='reply']")


async def test_a_question_that_a_draft_answers_is_answered_beside_the_live_version_that_does_not(
    enter: Enter, content: Path, store: Store
) -> None:
    page = load(content).topic_by_id["wages"].page
    base = texts.fields_of(page, "ru")
    parts = (texts.text_of(each.id) for each in page.sections)
    fields = {**base, **dict.fromkeys(parts, "Позвоните бригадиру по номеру из договора.")}
    await store.keep_draft(page.path, "ru", "firuza", fields=fields, base=base)

    mine = await _ask(await enter("editor", "firuza"), WAGES)
    others = await _ask(await enter("editor", "rustam"), WAGES)

    assert "Позвоните бригадиру" not in text_of(mine, LIVE)
    assert "Позвоните бригадиру" in text_of(mine, CHANGED)
    assert "Nothing is changed" in text_of(others, CHANGED)


async def test_a_question_that_a_saved_article_answers_is_answered_beside_the_live_version_that_does_not(
    enter: Enter, content: Path
) -> None:
    shutil.copytree(content / "topics/wages", content / "topics/school")
    for file in (content / "topics/school").iterdir():
        text = file.read_text(encoding="utf-8")
        for language in ("ru", "tg", "uz", "en"):
            if file.name == f"{language}.md":
                file.write_text(
                    text.replace("Зарплата", "Школа").replace("зарплату", "школу"), encoding="utf-8"
                )
    (content / "topics/school/examples.txt").write_text(
        "## ru\nкак записать ребёнка в школу\nвозьмут ли сына в школу без регистрации\n", encoding="utf-8"
    )

    page = await _ask(await enter("reader"), "возьмут ли дочку в школу")

    def likely(side: str) -> list[str]:
        return [str(each).strip() for each in elements(page, f"{side}//ol[@class='likely']/li/text()")]

    assert likely(CHANGED)[0] == "Wages"  # the English article of the copy keeps its title
    assert "возьмут ли сына в школу без регистрации" in text_of(page, CHANGED)
    assert "возьмут ли сына" not in text_of(page, LIVE)


async def test_what_decided_is_shown_with_language_topic_and_similarity(enter: Enter) -> None:
    page = await _ask(await enter("reader"), WAGES)

    [first, *_] = elements(page, f"{LIVE}//ul[@class='near']/li")
    assert " ".join(first.text_content().split()) == f"1.00 {WAGES} ru · Wages"
    outcome = text_of(page, f"{LIVE}/p")
    assert "language: ru" in outcome
    assert len(elements(page, f"{LIVE}//ul[@class='near']")) == 2
    assert elements(page, f"{LIVE}//ul[@class='reply-buttons']/li")


async def test_without_a_change_the_page_says_that_the_answer_is_the_same(enter: Enter) -> None:
    page = await _ask(await enter("reader"), WAGES)

    assert text_of(page, f"{CHANGED}/p") == "Nothing is changed: the published version answers the same."


async def test_a_greeting_is_no_question_and_gets_what_the_citizen_gets(enter: Enter) -> None:
    page = await _ask(await enter("reader"), "салом")

    assert "not a question" in text_of(page, LIVE)
    assert text_of(page, f"{LIVE}//div[@class='reply']")


async def test_danger_is_answered_as_danger(enter: Enter) -> None:
    page = await _ask(await enter("reader"), "полиция задержала брата")

    assert "urgent" in text_of(page, LIVE)
    assert "112" in text_of(page, f"{LIVE}//div[@class='reply']")


async def test_texts_with_an_error_are_said_to_have_one(enter: Enter, content: Path) -> None:
    correct(content, "contacts: [embassy]", "contacts: [nobody]", "topics/wages/topic.yaml")

    page = await _ask(await enter("reader"), WAGES)

    assert "1 года" in text_of(page, f"{LIVE}//div[@class='reply']")
    assert elements(page, CHANGED)


async def test_what_is_typed_is_shown_and_never_run(enter: Enter, content: Path) -> None:
    script = "<script>alert(1)</script>"
    correct(content, "1 года", f"{script} 3 лет")

    page = await _ask(await enter("editor"), f"{WAGES} {script}\"'")

    assert script not in page.text
    assert text_of(page, "//textarea") == f"{WAGES} {script}\"'"


async def test_a_question_stands_in_no_address_log_or_row(
    enter: Enter, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    editor = await enter("editor")
    caplog.set_level("DEBUG")

    page = await _ask(editor, f"{WAGES} Фарангис")
    await send(editor, "/try/example", question="где деньги за Фарангис", place="wages", language="ru")

    assert "Фарангис" not in caplog.text
    assert "Фарангис" not in str(await tables(store))
    assert "question" not in str(page.url)


async def test_an_empty_question_is_asked_for(enter: Enter) -> None:
    page = await send(await enter("reader"), "/try", question="  ")

    assert (page.status_code, text_of(page, "//p[@role='alert']")) == (422, "Write a message first.")


async def test_where_nothing_is_published_the_page_says_so(enter: Enter, snapshots: Path, desk: Desk) -> None:
    shutil.rmtree(snapshots)

    page = await _ask(await enter("reader"), WAGES)

    assert "Nothing is published yet" in text_of(page, LIVE)


# -- adding the question


async def test_one_click_adds_the_question_to_the_likeliest_topic_in_its_language(
    enter: Enter, content: Path, store: Store
) -> None:
    start_history(content)
    editor, asked = await enter("editor", "firuza"), "хозяин не дает мою зарплату второй месяц"
    page = await _ask(editor, asked)
    place = elements(page, "//select[@id='place']//option/@value")[0]
    language = elements(page, "//select[@id='language']/option[@selected]/@value")[0]

    after = await send(editor, "/try/example", question=asked, place=str(place), language=str(language))

    assert (place, language) == ("wages", "ru")
    assert after.status_code == 200
    assert asked in [each.text for each in load(content).topic_by_id["wages"].page.examples]
    assert [each.who for each in await store.audited_about(["try.example-added"], ["wages"])] == ["firuza"]
    near = text_of(await _ask(editor, asked), f"{CHANGED}//ul[@class='near']/li")
    assert near.startswith(f"1.00 {asked}")


async def test_it_can_be_added_to_a_section_and_to_another_topic(enter: Enter, content: Path) -> None:
    editor = await enter("editor")

    await send(editor, "/try/example", question="а куда мне жаловаться", place="wages#second", language="ru")
    await send(
        editor, "/try/example", question="на сколько дней", place="wages", other="registration", language="ru"
    )

    found = load(content)
    [sectioned] = [each for each in found.topic_by_id["wages"].page.examples if "жаловаться" in each.text]
    assert sectioned.kind == "second"
    assert "на сколько дней" in [each.text for each in found.topic_by_id["registration"].page.examples]


@pytest.mark.parametrize(
    "question",
    ["Начальник исчез вместе с нашими деньгами", "начальник исчез вместе с нашими деньгами!"],
    ids=["the question itself", "a near copy"],
)
async def test_a_golden_question_never_becomes_an_example(question: str, enter: Enter, content: Path) -> None:
    write_golden(content, {"Начальник исчез вместе с нашими деньгами": "wages"})
    before = (content / "topics/wages/examples.txt").read_bytes()

    page = await send(await enter("editor"), "/try/example", question=question, place="wages", language="ru")

    assert page.status_code == 422
    assert text_of(page, "//p[@role='alert']")
    assert (content / "topics/wages/examples.txt").read_bytes() == before


async def test_a_calibration_message_never_becomes_an_example(enter: Enter, content: Path) -> None:
    (content / "calibration").mkdir()
    (content / "calibration/wages.txt").write_text("## ru\nбригадир пропал с деньгами\n", encoding="utf-8")
    before = (content / "topics/wages/examples.txt").read_bytes()

    page = await send(
        await enter("editor"),
        "/try/example",
        question="бригадир пропал с деньгами.",
        place="wages",
        language="ru",
    )

    assert page.status_code == 422
    assert (content / "topics/wages/examples.txt").read_bytes() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"place": "../wages", "language": "ru"},
        {"place": "wages#nowhere", "language": "ru"},
        {"place": "", "language": "ru"},
        {"place": "wages", "language": "fr"},
    ],
)
async def test_a_place_or_language_that_is_none_changes_nothing(
    fields: dict[str, str], enter: Enter, content: Path
) -> None:
    before = _messages(content)

    page = await send(await enter("editor"), "/try/example", question="где мои деньги опять", **fields)

    assert page.status_code == 422
    assert _messages(content) == before


async def test_a_reader_may_ask_and_adds_nothing(enter: Enter) -> None:
    reader = await enter("reader")

    page = await _ask(reader, WAGES)
    refused = await send(reader, "/try/example", question="где деньги", place="wages", language="ru")

    assert not elements(page, "//form[@action='/try/example']")
    assert refused.status_code == 403


# -- the versions


async def test_the_version_with_changes_is_made_once_for_the_same_texts(desk: Desk, content: Path) -> None:
    correct(content)
    today = desk.clock().date()
    first = await desk.versions.with_changes((await desk.content.now(today)).library, 30)
    again = await desk.versions.with_changes(load(content), 30)
    correct(content, "3 лет", "4 лет")
    other = await desk.versions.with_changes((await desk.content.now(today)).library, 30)

    assert isinstance(first, Version)
    assert again is first
    assert isinstance(other, Version)
    assert other is not first


async def test_while_a_version_is_made_the_page_says_what_it_waits_for(desk: Desk, content: Path) -> None:
    correct(content)
    library = load(content)
    live = await desk.versions.live(30)
    assert isinstance(live, Version)

    waiting = await desk.versions.with_changes(library, 0)
    other = await desk.versions.with_changes(live.live.snapshot.library, 30)
    ready = await desk.versions.with_changes(library, 30)

    assert isinstance(waiting, Making)
    assert other == Nothing("unchanged")
    assert isinstance(ready, Version)


async def test_a_version_that_is_published_meanwhile_is_the_live_one(
    desk: Desk, content: Path, snapshots: Path, encoder: Encoder
) -> None:
    before = await desk.versions.live(30)
    correct(content)
    await asyncio.to_thread(build, load(content), encoder, snapshots)

    after = await desk.versions.live(30)

    assert isinstance(before, Version)
    assert isinstance(after, Version)
    assert after.live.snapshot.id == live_id(snapshots) != before.live.snapshot.id
    assert await desk.versions.with_changes(load(content), 30) == Nothing("unchanged")
