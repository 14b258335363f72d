"""What the pages show, in which language, and that nothing in them can do harm."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.store import Store
from desk.content_folder import ContentFolder
from desk.desk import Desk
from tests import small_content
from tests.desk.browser import Browser, elements, text_of
from tests.desk.conftest import Enter, NewBrowser
from tests.stores import BEGIN, Clock

SCRIPT = "<script>alert(1)</script>"
TODAY = BEGIN.date()


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here: what a page shows does not depend on it."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


async def test_health_is_told_to_everybody(browser: Browser) -> None:
    answer = await browser.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


# -- Today


async def test_today_tells_how_many_were_answered_by_outcome(desk: Desk, enter: Enter) -> None:
    for key, times in (("found tg cyrillic", 6), ("found ru cyrillic", 2), ("unknown tg latin", 4)):
        await desk.store.count(TODAY, "question", key, times)
    await desk.store.count(date(2026, 11, 25), "question", "found tg cyrillic", 100)

    page = await (await enter("reader")).get("/")

    rows = {
        text: (number, width)
        for text, number, width in zip(
            elements(page, "//table//th/text()"),
            elements(page, "//table//td[@class='number']/text()"),
            elements(page, "//table//rect/@width"),
            strict=True,
        )
    }
    assert text_of(page, "//h2") == "Questions today: 12"
    assert rows == {
        "found": ("8", "100.0"),
        "choice": ("0", "0.0"),
        "unknown": ("4", "50.0"),
        "urgent": ("0", "0.0"),
    }


async def test_today_lists_what_waits_for_a_person_and_follows_the_files(
    enter: Enter, content: Path, clock: Clock
) -> None:
    reader = await enter("reader")
    assert "Past its review date" not in text_of(await reader.get("/"))

    clock.forward(days=365)
    (content / "topics/wages/ru.md").write_text(
        small_content.files()["topics/wages/ru.md"].replace("2026-11-26", "2027-01-01"), encoding="utf-8"
    )
    page = await (await enter("reader", "another")).get("/")

    groups = {text_of(page, f"(//summary)[{n + 1}]") for n in range(len(elements(page, "//summary")))}
    assert groups == {
        "Past its review date 2",
        "Not reviewed by the ministry 8",
        "Never compared with its source 2",
        "Translation lags its source text 3",
        "Number that nobody has called 2",
    }
    assert "Wages (tg)" in text_of(page)


# -- Topics


async def test_topics_are_filtered_by_word_category_and_state(enter: Enter, clock: Clock) -> None:
    clock.forward(days=365)
    reader = await enter("reader")

    async def shown(query: str) -> list[str]:
        page = await reader.get(f"/topics?{query}")
        return [str(each) for each in elements(page, "//tbody//th/a/text()")]

    assert await shown("") == ["Registration", "Wages"]
    assert await shown("text=WAGE") == ["Wages"]
    assert await shown("text=зарплата") == ["Wages"]
    assert await shown("category=danger") == []
    assert await shown("category=work-and-pay&state=overdue") == ["Registration", "Wages"]
    assert await shown("state=reviewed") == []
    assert await shown("state=missing") == []
    assert await shown("page=99999") == ["Registration", "Wages"]
    assert await shown("page=%F0%9F%A4%B7&text=%00") == []


def _many_topics(folder: Path, number: int) -> None:
    for n in range(number - 2):
        copy = folder / f"topics/wages-{n}"
        shutil.copytree(folder / "topics/wages", copy)
        for file in copy.glob("*.md"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("title: ", f"title: {'a long title ' * 6}{n} ", 1), encoding="utf-8")


async def test_pages_stay_small_however_many_topics_there_are(enter: Enter, content: Path) -> None:
    _many_topics(content, 360)
    admin = await enter("admin")

    sizes = {path: len((await admin.get(path)).content) for path in ("/", "/topics", "/staff")}
    page = await admin.get("/topics?page=8")

    assert all(size < 100_000 for size in sizes.values()), sizes
    assert len(elements(page, "//tbody/tr")) == 10
    assert elements(page, "//a[@rel='prev']/@href") == ["/topics?text=&category=&state=&page=7"]


# -- harm


async def test_what_people_write_is_shown_and_never_run(enter: Enter, content: Path) -> None:
    for file in ("topics/wages/ru.md", "topics/wages/en.md", "contacts.yaml"):
        text = (content / file).read_text(encoding="utf-8")
        for words in ("Зарплата", "Wages", "Посольство", "Embassy"):
            text = text.replace(f": {words}\n", f": '{SCRIPT}'\n").replace(f": {words}}}", f": '{SCRIPT}'}}")
        (content / file).write_text(text, encoding="utf-8")
    reader = await enter("reader")

    for path in ("/", "/topics", f"/topics?text={SCRIPT}", f'/topics?state="><b>{SCRIPT}', f"/{SCRIPT}"):
        page = await reader.get(path)
        assert SCRIPT not in page.text, path
        if path in ("/", "/topics"):
            assert "&lt;script&gt;" in page.text, path


async def test_a_name_that_was_refused_is_shown_and_never_run(browser: Browser) -> None:
    page = await browser.submit("/sign-in?next=/\"'>" + SCRIPT, "/sign-in", name=f'"{SCRIPT}', password="x")

    assert SCRIPT not in page.text
    assert elements(page, "//input[@name='name']/@value") == [f'"{SCRIPT}']


async def test_a_page_holds_nothing_that_the_policy_forbids(enter: Enter) -> None:
    admin = await enter("admin")

    for path in ("/", "/topics", "/staff", "/password", "/no-such-page"):
        page = await admin.get(path)
        policy = page.headers["content-security-policy"]
        assert {
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
        } <= set(policy.split("; "))
        assert "unsafe" not in policy
        assert (
            elements(page, "//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []
        )
        assert all(
            str(each).startswith(("/static/", "data:,")) for each in elements(page, "//@src | //link/@href")
        )


async def test_every_answer_says_what_a_browser_must_not_do(enter: Enter, new_browser: NewBrowser) -> None:
    admin, stranger = await enter("admin"), new_browser()
    answers = [
        await admin.get("/"),
        await admin.post("/staff"),
        await admin.get("/no-such-page"),
        await admin.get("/static/desk.css"),
        await stranger.get("/"),
        await stranger.get("/healthz"),
    ]

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] in ("no-store", "no-cache")


async def test_what_the_pages_look_with_is_kept_until_it_changes(browser: Browser) -> None:
    page = await browser.get("/sign-in")
    for address in elements(page, "//link[@rel='stylesheet']/@href | //script/@src"):
        kept = await browser.get(str(address))
        changed = await browser.get(re.sub(r"v=.*", "v=0", str(address)))
        assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert changed.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["no-such.css", "..%2Fapp.py", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "htmx.LICENSE"]
)
async def test_nothing_else_is_served_from_the_disk(name: str, browser: Browser) -> None:
    assert (await browser.get(f"/static/{name}")).status_code == 404


async def test_a_form_that_is_too_long_or_of_another_kind_changes_nothing(enter: Enter) -> None:
    admin = await enter("admin")
    long = await admin.submit("/staff", do="add", name="firuza", role="admin", more="x" * 300_000)
    other = await admin.client.post("/staff", json={"do": "add", "name": "firuza", "role": "admin"})

    assert (long.status_code, other.status_code) == (403, 403)


# -- in a language, for everybody


async def test_the_language_is_the_browsers_until_somebody_chooses_another(new_browser: NewBrowser) -> None:
    browser = new_browser()

    async def heading(**headers: str) -> str:
        page = await browser.get("/sign-in", **headers)
        return f"{elements(page, '/html/@lang')[0]}: {text_of(page, '//h1')}"

    assert await heading(**{"accept-language": "de, tg;q=0.9"}) == "tg: Даромадан"
    assert await heading(**{"accept-language": "de"}) == "ru: Войти"
    chosen = await browser.get("/sign-in?next=%2Ftopics&lang=tg")
    assert chosen.headers["location"] == "/sign-in?next=%2Ftopics"
    assert await heading() == "tg: Даромадан"


@pytest.mark.parametrize("language", ["ru", "tg", "en"])
async def test_every_page_speaks_every_language_and_can_be_used_without_seeing_it(
    language: str, enter: Enter, new_browser: NewBrowser
) -> None:
    admin, stranger = await enter("admin"), new_browser()
    pages = [
        await browser.get(path, **{"accept-language": language})
        for browser, path in (
            (stranger, "/sign-in"),
            *((admin, each) for each in ("/", "/topics", "/staff", "/password")),
        )
    ]

    for page in pages:
        assert page.status_code == 200
        assert elements(page, "/html/@lang") == [language]
        assert [len(elements(page, f"//{each}")) for each in ("h1", "main", "header", "title")] == [
            1,
            1,
            1,
            1,
        ]
        assert elements(page, "//a[@class='skip']/@href") == ["#main"]
        assert all(elements(page, "//nav/@aria-label"))
        ids = [str(each) for each in elements(page, "//@id")]
        assert len(ids) == len(set(ids))
        fields = elements(page, "//select | //input[not(@type='hidden')]")
        assert all(elements(page, f"//label[@for='{each.get('id')}']") for each in fields)
        assert all(
            text.strip() for each in elements(page, "//button | //a | //th") for text in [each.text_content()]
        )
        described = {str(each) for each in elements(page, "//@aria-describedby | //@aria-labelledby")}
        assert described <= set(ids)


# -- failures


async def test_a_lost_folder_of_texts_is_a_sentence(enter: Enter, content: Path) -> None:
    reader = await enter("reader")
    shutil.rmtree(content)

    page = await reader.get("/")

    assert (page.status_code, text_of(page, "//h1")) == (
        503,
        "The database or the folder of texts cannot be used now",
    )


async def test_a_lost_database_is_a_sentence(store: Store, enter: Enter) -> None:
    reader = await enter("reader")
    await store._database.write(lambda connection: connection.exec_driver_sql("DROP TABLE staff_session"))

    page = await reader.get("/")

    assert page.status_code == 503


async def test_a_mistake_of_the_program_tells_nothing_of_its_inside(
    desk: Desk, enter: Enter, content: Path
) -> None:
    class Broken(ContentFolder):
        async def now(self, today: date) -> object:  # type: ignore[override]
            raise ZeroDivisionError("something inside")

    reader = await enter("reader")
    object.__setattr__(desk, "content", Broken(content, desk.clock))

    page = await reader.get("/")

    assert page.status_code == 500
    assert "inside" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"
