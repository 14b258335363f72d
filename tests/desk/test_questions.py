"""Questions without an answer: what the list shows, and what becomes of a question."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.checking import check_content
from bot.store import Store
from bot.store.tables import question
from bot.turn import Feedback
from desk.desk import Desk
from desk.history import start_history
from desk.questions import Book
from desk.questions.groups import digest_of
from index.spelling import fold
from knowledge.load import load
from knowledge.model import Example, Library
from knowledge.problems import Severity
from tests.desk.browser import Browser, elements, text_of, token_of
from tests.desk.conftest import Enter
from tests.stores import BEGIN, Clock, tables

CAT = "Гурбаамро ба Русия бурда метавонам?"
CAT_IN_LATIN = "Gurbaamro ba Rusiya burda metavonam?"
CAT_AGAIN = "гурбаамро ба русия бурда метавонам ё не"
DOG = "Как оформить собаку для самолёта"


async def ask(store: Store, *texts: str, language: str = "tg", topics: Sequence[str] = ("wages",)) -> None:
    for text in texts:
        await store.add_question(
            text, language=language, outcome="unknown", script="cyrillic", topics=list(topics)
        )


async def opened(browser: Browser, path: str = "/questions") -> httpx.Response:
    """Return the page as soon as its groups are made."""
    for _ in range(200):
        page = await browser.get(path)
        if "being put together" not in page.text:
            return page
    raise AssertionError("the groups are never ready")


def look_anew(desk: Desk) -> None:
    """Forget the groups, as a desk that starts later does: one that runs makes them anew after a rest."""
    object.__setattr__(desk, "questions", Book(desk.store, desk.clock))


def groups(page: httpx.Response) -> list[str]:
    return [str(each.text_content()) for each in elements(page, "//article/h2")]


def link(page: httpx.Response, number: int = 1) -> str:
    return str(elements(page, f"(//article/h2/a)[{number}]/@href")[0])


async def post(browser: Browser, path: str, action: str, **fields: str) -> httpx.Response:
    return await browser.submit(path, to=f"{path}/{action}", **fields)


def library(content: Path) -> Library:
    return load(content)


# -- the list


async def test_like_questions_stand_together_the_most_frequent_first(store: Store, enter: Enter) -> None:
    await ask(store, DOG, language="ru", topics=())
    await ask(store, CAT, CAT_AGAIN, CAT)
    reader = await enter("reader")

    page = await opened(reader)

    assert groups(page) == [CAT, DOG]
    first = text_of(page, "(//article)[1]")
    assert "Asked: 3 times" in first
    assert "Tajik 3" in first
    assert "Cyrillic 3" in first
    assert "unknown 3" in first
    assert "Wages 3" in first
    assert CAT_AGAIN in first
    assert "Per week: 2026-W48: 3" in elements(page, "(//article)[1]//*[@role='img']/@aria-label")[0]


@pytest.mark.slow
async def test_so_many_that_another_process_groups_them_are_shown_as_few_are(
    store: Store, enter: Enter
) -> None:
    rows = [
        {"id": n, "day": BEGIN.date(), "text": text, "topics": ""}
        | {"language": "tg", "outcome": "unknown", "script": "cyrillic"}
        for n, text in enumerate([CAT, CAT_AGAIN, CAT] * 400 + [DOG])
    ]
    await store._database.write(lambda connection: connection.execute(question.insert(), rows))

    page = await opened(await enter("reader"))

    assert groups(page) == [CAT, DOG]
    assert "Asked: 1200 times" in text_of(page, "(//article)[1]")


async def test_the_list_is_filtered_by_time_and_language_and_pages_follow(
    store: Store, enter: Enter, clock: Clock
) -> None:
    await ask(store, CAT)
    clock.forward(days=40)
    await ask(store, DOG, language="ru")
    reader = await enter("reader")

    async def shown(query: str) -> list[str]:
        return groups(await opened(reader, f"/questions?{query}"))

    assert await shown("") == [DOG]
    assert sorted(await shown("days=90")) == sorted([DOG, CAT])
    assert await shown("days=90&language=tg") == [CAT]
    assert await shown("days=90&outcome=found") == []
    assert await shown("days=90&outcome=unknown&page=99") != []
    assert await shown("days=x&language=%00&outcome='&page=%F0%9F%A4%B7&state=1") == [DOG]


async def test_a_long_list_has_pages_that_stay_small(store: Store, enter: Enter) -> None:
    for n in range(30):
        letters = random.Random(n).choices("абвгдезиклмнопрстуфхчшэюя", k=400)
        await ask(store, "".join(" " if place % 9 == 8 else each for place, each in enumerate(letters)))
    reader = await enter("reader")

    first, second = await opened(reader), await opened(reader, "/questions?page=2")

    assert (len(groups(first)), len(groups(second))) == (20, 10)
    assert len(first.content) < 100_000
    assert elements(first, "//a[@rel='next']/@href") == ["/questions?days=30&page=2"]


async def test_what_a_citizen_wrote_is_shown_and_never_run(store: Store, enter: Enter) -> None:
    await ask(store, "<script>alert(1)</script> гурба")
    editor = await enter("editor")

    page = await opened(editor)
    digest = link(page).rpartition("/")[2]
    for each in (page, await editor.get(link(page)), await editor.get(f"/topics/new?question={digest}")):
        assert "<script>alert" not in each.text
        assert "&lt;script&gt;" in each.text


# -- what an editor does with a question


async def test_a_question_becomes_an_example_and_leaves_the_list(
    store: Store, enter: Enter, content: Path, desk: Desk
) -> None:
    start_history(content, desk.clock)
    await ask(store, CAT, CAT_AGAIN, CAT)
    await ask(store, DOG, language="ru")
    editor = await enter("editor")
    path = link(await opened(editor))

    answer = await post(
        editor,
        path,
        "example",
        topic="registration",
        section="second",
        **{"take-0": "1", "text-0": f"  {CAT} ", "language-0": "tg", "text-1": CAT_AGAIN},
    )

    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/questions?did=question.example-added",
    )
    assert (
        Example(text=CAT, language="tg", kind="second")
        in library(content).topic_by_id["registration"].page.examples
    )
    page = await opened(editor, "/questions?did=question.example-added")
    assert groups(page) == [DOG]
    assert "added to the topic" in text_of(page, "//p[@class='notice']")
    newest, *_ = desk.content.history.log()
    assert (newest.author, newest.message) == ("editor", "example: registration")
    [last] = [each for each in await store.audited(50) if each.what.startswith("question.")]
    assert (last.who, last.what, last.subject) == ("editor", "question.example-added", "registration")


async def test_what_was_done_with_is_kept_without_its_text(store: Store, enter: Enter, clock: Clock) -> None:
    await ask(store, CAT, CAT_AGAIN)
    editor = await enter("editor")
    await post(editor, link(await opened(editor)), "done")

    rows = await tables(store)

    assert sorted(str(row[0]) for row in rows["settled_question"]) == sorted(
        digest_of(fold(each)) for each in (CAT, CAT_AGAIN)
    )
    others = [value for name, found in rows.items() if name != "question" for row in found for value in row]
    assert not any(isinstance(each, str) and "урба" in each for each in others)
    clock.forward(days=90)
    await store.purge()
    assert (await tables(store))["settled_question"] == []


async def test_one_who_asks_alike_later_brings_the_group_back_with_what_was_done(
    store: Store, enter: Enter, desk: Desk
) -> None:
    await ask(store, CAT, CAT)
    editor = await enter("editor")
    await post(editor, link(await opened(editor)), "done")

    assert groups(await opened(editor)) == []
    assert groups(await opened(editor, "/questions?state=all")) == [CAT]
    await ask(store, CAT)
    look_anew(desk)
    assert groups(await opened(editor)) == []
    await ask(store, CAT_AGAIN)
    look_anew(desk)
    page = await opened(editor)

    assert len(groups(page)) == 1
    assert "not done yet: 1" in text_of(page, "//article")
    assert "question done, editor" in text_of(page, "//article")


GOLDEN = '{"text": "Гурбаамро ба Русия бурда метавонам", "topic": "wages", "language": "tg"}\n'


async def test_a_golden_question_is_refused_as_an_example(store: Store, enter: Enter, content: Path) -> None:
    (content / "golden").mkdir()
    (content / "golden/questions.jsonl").write_text(GOLDEN, encoding="utf-8")
    await ask(store, CAT_IN_LATIN)
    editor = await enter("editor")
    path, before = link(await opened(editor)), library(content)

    taught = await post(
        editor, path, "example", topic="wages", **{"take-0": "1", "text-0": CAT, "language-0": "tg"}
    )
    aside = await post(editor, path, "not-ours", text=CAT, language="tg", kind="near-miss")

    for answer in (taught, aside):
        assert answer.status_code == 422
        assert "golden questions" in text_of(answer, "//p[@role='alert']")
    assert library(content) == before
    assert len(groups(await opened(editor))) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Гурбаам [name] дар [phone] монд", "Something was covered here"),
        ("  ", "The message is empty"),
        ("гурба [+wages]", "The message is too long, or ends"),
        ("МУЗДИ корамо надоданд", "already stands in: Wages"),
        ("Хозяин обещал заплатить завтра", "how sure the bot may be"),
    ],
)
async def test_a_message_that_may_not_be_taught_is_refused_with_the_reason(
    text: str, reason: str, store: Store, enter: Enter, content: Path
) -> None:
    (content / "calibration").mkdir()
    (content / "calibration/wages.txt").write_text(
        "## ru\nХозяин обещал заплатить завтра\n", encoding="utf-8"
    )
    await ask(store, CAT)
    editor = await enter("editor")
    path, before = link(await opened(editor)), library(content)

    answer = await post(
        editor, path, "example", topic="registration", **{"take-0": "1", "text-0": text, "language-0": "tg"}
    )

    assert answer.status_code == 422
    assert reason in text_of(answer, "//p[@role='alert']")
    assert elements(answer, "//input[@id='text-0']/@value") == [text]
    assert library(content) == before


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"topic": "../wages"}, "no such topic"),
        ({"topic": "wages", "section": "no-such"}, "no such section"),
        ({"topic": "wages"}, "No wording is chosen"),
    ],
)
async def test_a_form_that_lacks_something_says_so(
    fields: dict[str, str], reason: str, store: Store, enter: Enter
) -> None:
    await ask(store, CAT)
    editor = await enter("editor")

    answer = await post(editor, link(await opened(editor)), "example", **fields)

    assert answer.status_code == 422
    assert reason in text_of(answer, "//p[@role='alert']")


async def test_a_question_that_is_not_ours_is_taught_as_such(
    store: Store, enter: Enter, content: Path
) -> None:
    await ask(store, DOG, language="ru")
    editor = await enter("editor")
    path = link(await opened(editor))

    refused = await post(editor, path, "not-ours", text=DOG, language="ru", kind="no-such")
    answer = await post(editor, path, "not-ours", text=DOG, language="ru", kind="near-miss")

    assert (refused.status_code, answer.status_code) == (422, 303)
    assert Example(text=DOG, language="ru", kind="near-miss") in library(content).not_ours
    assert groups(await opened(editor)) == []


async def test_a_reader_sees_a_question_and_no_form(store: Store, enter: Enter) -> None:
    await ask(store, CAT, CAT_AGAIN)
    reader = await enter("reader")

    page = await reader.get(link(await opened(reader)))

    assert CAT_AGAIN in text_of(page)
    assert elements(page, "//main//form") == []


async def test_the_sections_are_those_of_the_chosen_topic(store: Store, enter: Enter) -> None:
    await ask(store, CAT)
    editor = await enter("editor")
    path = link(await opened(editor))

    nearest = await editor.get(path)
    chosen = await editor.get(f"{path}?topic=registration")

    assert elements(nearest, "//input[@name='topic']/@value") == ["wages"]
    assert elements(chosen, "//select[@id='section']/option/text()")[1:] == [
        "Registration 1",
        "Registration 2",
    ]


@pytest.mark.parametrize("name", ["0" * 32, "1", "..%2F..%2Fetc", "%00"])
async def test_a_question_that_nobody_asked_is_no_page(name: str, store: Store, enter: Enter) -> None:
    await ask(store, CAT)
    editor = await enter("editor")
    await opened(editor)

    assert (await editor.get(f"/questions/{name}")).status_code == 404
    token = token_of(await editor.get("/password"))
    assert (await editor.post(f"/questions/{name}/done", token=token)).status_code == 404
    assert (await tables(store))["settled_question"] == []


# -- a new topic

TOPIC = {
    "title": "Питомцы в дороге",
    "id": "pets",
    "category": "work-and-pay",
    "language": "ru",
    "text": "**Собаке нужен паспорт.**\n\nЗвоните: {contact:embassy}.",
    "source-title": "Правила перевозки",
    "source-url": "https://example.org/pets",
    "source-date": "2026-05",
    "contact-embassy": "1",
    "example-language": "ru",
}


def errors(content: Path) -> list[str]:
    _, problems = check_content(content, BEGIN.date())
    return [str(each) for each in problems if each.severity is Severity.ERROR]


async def test_a_new_topic_from_a_question_passes_the_check(
    store: Store, enter: Enter, content: Path, desk: Desk
) -> None:
    start_history(content, desk.clock)
    before = errors(content)
    await ask(store, DOG, language="ru")
    editor = await enter("editor")
    path = f"/topics/new?question={link(await opened(editor)).rpartition('/')[2]}"
    form = await editor.get(path)

    question = str(elements(form, "//input[@name='question']/@value")[0])
    example = str(elements(form, "//input[@id='example']/@value")[0])
    answer = await editor.submit(path, to="/topics/new", question=question, example=example, **TOPIC)

    assert (answer.status_code, answer.headers["location"]) == (303, "/topics/pets")
    assert errors(content) == before
    topic = library(content).topic_by_id["pets"]
    article = topic.page.articles["ru"]
    assert (article.title, article.reviewed, topic.page.checked) == ("Питомцы в дороге", None, None)
    assert topic.page.examples == (Example(text=DOG, language="ru"),)
    assert topic.page.review_by == BEGIN.date() + timedelta(days=90)
    assert topic.contacts == ("embassy",)
    assert [each.author for each in desk.content.history.log("topics/pets")] == ["editor"]
    assert groups(await opened(editor)) == []
    audited = [(each.what, each.subject) for each in await store.audited(50)]
    assert ("topic.created", "pets") in audited


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "wages"),
        ("id", "new"),
        ("id", "../../etc"),
        ("id", "Питомцы"),
        ("id", "x" * 45),
        ("title", " "),
        ("category", "no-such"),
        ("language", "fr"),
        ("text", "# Заголовок"),
        ("text", "{contact:no-such}"),
        ("text", "ё" * 4000),
        ("source-title", ""),
        ("source-url", "javascript:alert(1)"),
        ("source-date", "вчера"),
        ("example", "Музди корамо надоданд"),
        ("contact-embassy", ""),
    ],
)
async def test_a_topic_that_would_not_be_valid_is_not_made(
    field: str, value: str, enter: Enter, content: Path
) -> None:
    editor, before = await enter("editor"), library(content)

    answer = await editor.submit("/topics/new", **{**TOPIC, field: value})

    assert answer.status_code == 422
    about = "contacts" if field == "contact-embassy" else field
    assert elements(answer, f"//p[@id='{about}-problem']"), text_of(answer)
    assert elements(answer, "//input[@id='title']/@value") == [{**TOPIC, field: value}["title"]]
    assert library(content) == before


async def test_a_folder_that_cannot_be_read_is_not_written_over(enter: Enter, content: Path) -> None:
    (content / "topics/pets").mkdir()
    (content / "topics/pets/topic.yaml").write_text("half: [", encoding="utf-8")
    editor = await enter("editor")

    answer = await editor.submit("/topics/new", **TOPIC)

    assert answer.status_code == 422
    assert (content / "topics/pets/topic.yaml").read_text(encoding="utf-8") == "half: ["


# -- sections that did not help


async def test_sections_that_did_not_help_are_listed_with_reasons_and_the_share_of_others(
    store: Store, enter: Enter
) -> None:
    for reason, times in (("wrong", 2), ("unclear", 1), ("helpful", 1)):
        for _ in range(times):
            await store.add_feedback(Feedback("wages", "first", reason, "tg"))  # type: ignore[arg-type]
    await store.add_feedback(Feedback("registration", "first", "helpful", "tg"))
    await store.add_feedback(Feedback("gone", "first", "wrong", "tg"))
    reader = await enter("reader")

    page = await reader.get("/questions/unhelpful")

    rows = [" ".join(each.text_content().split()) for each in elements(page, "//tbody/tr")]
    assert rows == ["Wages: Wages 1 3 wrong 2, unclear 1 25 % (1)", "gone #first 1 wrong 1 0 % (0)"]
    assert elements(page, "//tbody//a/@href") == ["/topics/wages#first"]
    assert "nothing" not in text_of(await reader.get("/questions/unhelpful?language=ru"), "//table | //main")
