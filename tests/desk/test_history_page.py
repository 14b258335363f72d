"""The history of a topic: who changed which words, and the way back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.store import Store
from desk.desk import Desk
from desk.history import BY_HAND, History, Saved, start_history
from desk.version_log import VersionLog
from tests import small_content
from tests.desk.browser import elements, text_of, token_of
from tests.desk.conftest import Enter
from tests.stores import Clock

ARTICLE = "topics/wages/ru.md"


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here: versions stand in the folder."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(name="history")
def _history(content: Path, desk: Desk) -> History:
    return start_history(content, desk.clock)


def save(history: History, old: str, new: str, author: str = "madina", path: str = ARTICLE) -> str:
    """Change these words in a file; return the version."""
    raw = history.read(path)
    assert raw is not None
    changes = {path: raw.replace(old.encode(), new.encode())}
    started_from = {path: history.file_version(path)}
    saved = history.save(changes, started_from=started_from, author=author, message="new term")
    assert isinstance(saved, Saved)
    assert saved.version is not None
    return saved.version


async def test_the_list_says_who_when_and_why_newest_first(enter: Enter, history: History) -> None:
    version = save(history, "1 года", "2 лет")
    save(history, "15 дней", "7 дней", path="topics/registration/ru.md")

    page = await (await enter("reader")).get("/topics/wages/history")

    rows = [" ".join(each.text_content().split()) for each in elements(page, "//tbody/tr")]
    assert rows == [
        "2026-11-26 14:30 madina new term as it is now Look at it 2026-11-26 14:30",
        "2026-11-26 14:30 edited by hand Look at it 2026-11-26 14:30",
    ]
    assert elements(page, "//tbody//a/@href")[0] == f"/topics/wages/history/{version}"


async def test_a_difference_marks_the_words_and_nothing_else(enter: Enter, history: History) -> None:
    version = save(history, "1 года", "2 лет")

    page = await (await enter("reader")).get(f"/topics/wages/history/{version}")

    gone = [str(each) for each in elements(page, "//p[@class='difference']//del/text()")]
    new = [str(each) for each in elements(page, "//p[@class='difference']//ins/text()")]
    assert (gone, new) == (["1", "года"] * 2, ["2", "лет"] * 2)
    assert [" ".join(each.text_content().split()) for each in elements(page, "//h3")] == [
        "Section first",
        "Section second",
    ]
    assert elements(page, "//main//form") == []


async def test_a_difference_is_text_and_never_run(enter: Enter, history: History) -> None:
    version = save(history, "1 года", "<script>alert(1)</script>")

    page = await (await enter("reader")).get(f"/topics/wages/history/{version}")

    assert "<script>alert" not in page.text
    assert "&lt;" in page.text


async def test_restore_brings_the_words_back_as_a_version_of_its_own(
    enter: Enter, history: History, store: Store
) -> None:
    first = history.log("topics/wages")[0].id
    before = history.read(ARTICLE)
    save(history, "1 года", "2 лет")
    save(history, "15 дней", "7 дней", path="topics/registration/ru.md")
    editor = await enter("editor")

    answer = await editor.submit(
        f"/topics/wages/history/{first}", to=f"/topics/wages/history/{first}/restore"
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/topics/wages/history?restored=1")
    assert history.read(ARTICLE) == before
    assert b"7 " in (history.read("topics/registration/ru.md") or b"")
    newest, *others = history.log("topics/wages")
    assert (newest.author, len(others)) == ("editor", 2)
    assert newest.message == "restored: wages as of 2026-11-26 14:30 +0500"
    assert ("editor", "topic.restored", "wages") in [
        (each.who, each.what, each.subject) for each in await store.audited(50)
    ]
    page = await editor.get(answer.headers["location"])
    assert "again as it was" in text_of(page, "//p[@role='status']")


async def test_a_publication_has_its_history_and_is_brought_back(
    enter: Enter, content: Path, desk: Desk, store: Store
) -> None:
    small_content.write_publication(content, "2026-talks")
    history = start_history(content, desk.clock)
    path, own = "ministry/2026-talks/ru.md", "/topics/2026-talks/history"
    before, first = history.read(path), history.log("ministry/2026-talks")[0].id
    version = save(history, "1 года", "2 лет", path=path)
    editor = await enter("editor")

    listed = [str(each) for each in elements(await editor.get(own), "//tbody//a/@href")]
    page = await editor.get(f"{own}/{version}")
    answer = await editor.submit(f"{own}/{first}", to=f"{own}/{first}/restore")

    assert own in elements(await editor.get("/topics/2026-talks"), "//main//a/@href")
    assert listed == [f"{own}/{version}", f"{own}/{first}"]
    assert [str(each) for each in elements(page, "//p[@class='difference']//ins/text()")] == ["2", "лет"] * 2
    assert answer.headers["location"] == f"{own}?restored=1"
    assert history.read(path) == before
    assert history.read(ARTICLE) is not None
    assert ("topic.restored", "2026-talks") in [(each.what, each.subject) for each in await store.audited(50)]


async def test_the_newest_version_and_a_reader_have_nothing_to_restore(
    enter: Enter, history: History
) -> None:
    newest = save(history, "1 года", "2 лет")
    first = history.log("topics/wages")[1].id

    editor, reader = await enter("editor"), await enter("reader")

    assert elements(await editor.get(f"/topics/wages/history/{newest}"), "//main//form") == []
    assert elements(await reader.get(f"/topics/wages/history/{first}"), "//main//form") == []
    assert elements(await editor.get(f"/topics/wages/history/{first}"), "//main//form") != []


async def test_an_unknown_version_is_no_page(enter: Enter, history: History) -> None:
    of_another = save(history, "15 дней", "7 дней", path="topics/registration/ru.md")
    known = history.log("topics/wages")[0].id
    editor = await enter("editor")
    token = token_of(await editor.get("/password"))

    for name in ("0" * 40, known[:39], known.upper(), "HEAD", "..%2F..%2Fetc", "%00", of_another):
        assert (await editor.get(f"/topics/wages/history/{name}")).status_code == 404, name
        answer = await editor.post(f"/topics/wages/history/{name}/restore", token=token)
        assert answer.status_code == 404, name

    assert len(history.log()) == 2


@pytest.mark.parametrize("name", ["no-such", "..", "%2e%2e", ".git", "wages%2F.."])
async def test_an_unknown_topic_has_no_history(name: str, enter: Enter, history: History) -> None:
    assert (await (await enter("reader")).get(f"/topics/{name}/history")).status_code == 404


async def test_a_folder_without_versions_says_so(enter: Enter) -> None:
    reader = await enter("reader")

    page = await reader.get("/topics/wages/history")

    assert "keeps no versions" in text_of(page)
    assert (await reader.get(f"/topics/wages/history/{'0' * 40}")).status_code == 404


async def test_a_topic_that_cannot_be_read_any_more_is_brought_back(
    enter: Enter, history: History, content: Path
) -> None:
    good = history.log("topics/wages")[0].id
    before = (content / "topics/wages/topic.yaml").read_bytes()
    (content / "topics/wages/topic.yaml").write_text("half: [", encoding="utf-8")
    editor = await enter("editor")

    path = f"/topics/wages/history/{good}"
    # What was edited by hand becomes a version first, and then the good one can be gone back to.
    answer = await editor.submit("/password", to=f"{path}/restore")

    assert answer.status_code == 303
    assert (content / "topics/wages/topic.yaml").read_bytes() == before
    assert [each.author for each in history.log("topics/wages")] == ["editor", BY_HAND, BY_HAND]


def test_what_was_saved_since_comes_to_the_versions_that_are_known(content: Path, clock: Clock) -> None:
    history, log = start_history(content, clock), VersionLog(content)
    known = log.of("topics/wages")
    save(history, "15 дней", "7 дней", path="topics/registration/ru.md")
    save(history, "1 года", "2 лет")

    assert [each.message for each in log.of("topics/wages")] == ["new term", BY_HAND]
    assert log.of("topics/wages") == tuple(history.log("topics/wages"))
    assert log.of("topics/wages")[1:] == known


def test_another_history_in_the_folder_takes_the_place_of_the_known_one(content: Path, clock: Clock) -> None:
    history, log = start_history(content, clock), VersionLog(content)
    save(history, "1 года", "2 лет")
    log.of("topics/wages")
    shutil.rmtree(content / ".git")
    clock.forward(days=1)

    again = start_history(content, clock)

    assert log.of("topics/wages") == tuple(again.log("topics/wages"))
