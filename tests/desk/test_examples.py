"""The messages that the bot learns from, edited at the desk: a line each, a field for each section."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import httpx
import pytest

from bot.store import Store
from desk.desk import Desk
from desk.history import start_history
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import Example
from tests.desk.browser import elements, text_of
from tests.desk.conftest import Enter
from tests.desk.forms import field_of, filled, press, send, stop_typing

WAGES = "/topics/wages"
RU = f"{WAGES}/examples-ru"
FILE = "topics/wages/examples.txt"
GOLDEN = "Мне уже третий месяц не выдают заработанное, куда идти"
BESIDE = """\
// written by hand
## tg
Корфармо музди маро намедиҳад

## ru
Мне не платят зарплату
// about chiefs
хозяин не дает деньги за работу [+registration]

## ru {#second}
задержали выплату
"""


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here: tests/bot/store/test_drafts.py keeps drafts in both."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(name="content")
def _with_more(content: Path) -> Path:
    (content / FILE).write_text(BESIDE, encoding="utf-8")
    (content / "golden").mkdir()
    question = json.dumps({"text": GOLDEN, "topic": "wages"}, ensure_ascii=False)
    (content / "golden/questions.jsonl").write_text(f"{question}\n", encoding="utf-8")
    (content / "calibration").mkdir()
    calibrating = "## ru\nвыдадут ли мне расчёт при увольнении\n"
    (content / "calibration/wages.txt").write_text(calibrating, encoding="utf-8")
    return content


def _text(content: Path) -> str:
    return (content / FILE).read_text(encoding="utf-8")


def _beside(page: httpx.Response, name: str) -> str:
    return text_of(page, f"//*[@id='wrong--{name}']")


async def test_messages_are_lines_of_a_field_and_comments_and_order_stay_in_the_file(
    desk: Desk, store: Store, enter: Enter, content: Path
) -> None:
    start_history(content)
    editor = await enter("editor", "firuza")
    page = await editor.get(RU)
    whole = field_of(page, "messages")

    assert whole == "Мне не платят зарплату\nхозяин не дает деньги за работу [+registration]"
    assert "Зарплата 2" not in text_of(page, "//main//form")  # headings are in the desk's language
    assert "Wages 2" in text_of(page, "//form//h2[label/@for='messages--second']")
    new = f"начальник пропал с деньгами\r\n\r\n  {whole}\r\n"
    answer = await press(editor, page, RU, "save", messages=new, messages__first="обещают и не дают")

    assert answer.headers["location"] == f"{RU}?saved=1"
    expected = BESIDE.replace("## ru\nМне", "## ru\nначальник пропал с деньгами\nМне")
    assert _text(content) == f"{expected}\n## ru {{#first}}\nобещают и не дают\n"
    assert next(each.author for each in desk.content.history.log(FILE)) == "firuza"
    assert ("article.saved", "wages examples-ru") in [
        (each.what, each.subject) for each in await store.audited(50)
    ]


async def test_the_address_without_a_language_leads_to_that_of_the_desk(enter: Enter) -> None:
    editor = await enter("editor")

    answer = await editor.get(f"{WAGES}/examples")

    assert answer.headers["location"] == f"{WAGES}/examples-en"
    assert f"{WAGES}/examples" in elements(await editor.get(WAGES), "//main//a/@href")
    assert (await editor.get(f"{WAGES}/examples-de")).status_code == 404
    assert (await (await enter("reader")).get(RU)).status_code == 403


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (GOLDEN.replace("Мне уже", "мне"), "Too like one of the messages that measure"),
        ("выдадут ли мне расчет при увольнении?", "Too like one of the messages that measure"),
        ("как встать на учет", "The same message stands in another place"),
        ("меня зовут [name]", "Something was covered here"),
        ("зарплата " * 60, "too long"),
        ("где деньги [+nothing]", "Something is named here that does not exist"),
        ("где деньги [+Not_An_Id]", "short names of topics"),
    ],
)
async def test_what_may_not_be_taught_stands_beside_its_field_and_is_not_saved(
    typed: str, said: str, enter: Enter, content: Path
) -> None:
    editor = await enter("editor")

    news = await stop_typing(editor, RU, messages__first=f"можно это\r\n{typed}")
    page = await send(editor, RU, "save")

    for each in (news, page):
        assert said in _beside(each, "messages--first")
        assert "можно это" not in _beside(each, "messages--first")
        assert GOLDEN not in each.text
    assert page.status_code == 422
    assert _text(content) == BESIDE
    assert field_of(page, "messages--first").split("\n")[1] == typed.strip()


async def test_a_message_that_is_wrong_already_is_told_and_blocks_nothing(
    enter: Enter, content: Path
) -> None:
    (content / FILE).write_text(BESIDE.replace("задержали выплату", GOLDEN), encoding="utf-8")
    editor = await enter("editor")

    page = await editor.get(RU)
    answer = await press(editor, page, RU, "save", messages__first="обещают и не дают")

    assert "Too like" in _beside(page, "messages--second")
    assert answer.status_code == 303


async def test_two_editors_of_the_same_field_lose_no_message(enter: Enter, content: Path) -> None:
    first, second = await enter("editor", "firuza"), await enter("editor", "rustam")
    opened = await second.get(RU)
    base = field_of(opened, "messages").split("\n")
    await send(first, RU, "save", messages="\r\n".join([base[0], "от первой"]))

    page = await press(second, opened, RU, "save", messages="\r\n".join([*base, "от второго"]))
    assert page.status_code == 409
    assert "what either of you added stays" in text_of(page)
    assert not elements(page, "//input[@type='radio']")
    assert [each.text_content().strip() for each in elements(page, "//ins")] == ["от первой", "от второго"]
    await second.post(RU, **filled(page, RU), do="merge")
    saved = await send(second, RU, "save")

    assert saved.headers["location"] == f"{RU}?saved=1"
    wages = [each.text for each in _examples(content) if each.language == "ru" and each.kind is None]
    assert wages == [base[0], "от второго", "от первой"]


def _examples(content: Path) -> tuple[Example, ...]:
    return load(content).page_by_path["topics/wages"].examples


async def test_another_language_and_the_article_are_not_in_the_way(enter: Enter, content: Path) -> None:
    first, second = await enter("editor", "firuza"), await enter("editor", "rustam")
    opened = await second.get(RU)
    await send(first, f"{WAGES}/examples-tg", "save", messages="музд нест")
    await send(first, f"{WAGES}/ru", "save", title="Заработок")

    answer = await press(second, opened, RU, "save", messages="где деньги")

    assert answer.headers["location"] == f"{RU}?saved=1"
    assert [each.text for each in _examples(content)] == ["музд нест", "где деньги", "задержали выплату"]


async def test_messages_for_a_section_that_somebody_took_out_meanwhile_stay_in_the_draft(
    enter: Enter, content: Path
) -> None:
    first, second = await enter("editor", "firuza"), await enter("editor", "rustam")
    await stop_typing(second, RU, messages__first="обещают и не дают")
    await send(first, f"{WAGES}/ru", "remove--first")
    await send(first, f"{WAGES}/ru", "save")

    page = await stop_typing(second, RU)
    answer = await send(second, RU, "save")

    assert "name a section that does not exist" in _beside(page, "messages--first")
    assert answer.status_code == 422
    assert field_of(answer, "messages--first") == "обещают и не дают"


async def test_news_of_messages_have_their_places_and_the_topic_names_who_is_at_work(enter: Enter) -> None:
    first, second = await enter("editor", "firuza"), await enter("editor", "rustam")
    page, news = await first.get(RU), await stop_typing(first, RU, messages__second="")

    places = elements(news, "//*[@hx-swap-oob]/@id")

    assert {"problems", "others", "wrong--messages--first"} <= set(places)
    assert all(elements(page, f"//*[@id='{each}']") for each in places)
    assert "firuza is editing this" in text_of(await second.get(RU), "//*[@id='others']")
    assert "firuza is editing this" in text_of(await second.get(WAGES))


async def test_the_largest_topics_that_are_shipped_are_small_pages_and_forms_that_can_be_sent(
    enter: Enter, content: Path
) -> None:
    shutil.copytree(SHIPPED_CONTENT, content, dirs_exist_ok=True)
    pages = [each.page for each in load(content).topics]
    most_messages = max(pages, key=lambda each: len(each.examples)).id
    most_facts = max(pages, key=lambda each: len(each.sections) * len(each.sources)).id
    editor = await enter("editor")
    editor.client.headers["accept-language"] = "ru"

    for path, typed in (
        (f"/topics/{most_messages}/examples-tg", {"messages": "як паёми нав"}),
        (f"/topics/{most_facts}/facts", {"review_by": "2030-01-01"}),
    ):
        page = await editor.get(path)
        assert len(page.content) < 100_000, path
        answer = await press(editor, page, path, "draft", **typed)
        assert answer.headers["location"] == f"{path}?drafted=1"
