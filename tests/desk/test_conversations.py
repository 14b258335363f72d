"""Staff answer citizens from the desk: by number only, each answer once, nothing for readers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.store import Store
from bot.store.threads import CitizenLine
from desk.conversations.inserting import appended
from desk.desk import Desk, open_desk
from desk.options import DeskOptions
from desk.passwords import Passwords
from index.encoders import Encoder
from tests.desk.browser import Browser, elements, text_of, token_of
from tests.desk.conftest import CountingHasher, Enter
from tests.stores import Clock

CHAT = 7_000_000_001
EVIL = "<script>alert(1)</script> & 'quoted' <b>"


@pytest.fixture(name="snapshots")
def _snapshots(small_snapshots: Path) -> Path:
    return small_snapshots


@pytest.fixture(name="desk")
def _desk(
    store: Store, clock: Clock, hasher: CountingHasher, content: Path, snapshots: Path, encoder: Encoder
) -> Desk:
    options = DeskOptions(snapshots=snapshots, loaded=lambda: encoder)
    return open_desk(store, content, clock=clock, passwords=Passwords(hasher), options=options)


async def _written(
    store: Store, text: str = "Хозяин не платит", chat: int = CHAT, language: str = "ru"
) -> int:
    """Let a citizen begin a conversation and write; return its number."""
    before = {each.number for each in await store.threads("open", "", 100)}
    await store.begin_thread(chat, language, "wages")
    await store.write_lines(chat, [CitizenLine(chat * 10, text)])
    [number] = {each.number for each in await store.threads("open", "", 100)} - before
    return number


async def _do(browser: Browser, number: int, do: str, **fields: str) -> httpx.Response:
    return await browser.submit(f"/conversations/{number}", do=do, **fields)


def _typed(page: httpx.Response) -> str:
    return str(elements(page, "//textarea[@id='text']")[0].text_content()).lstrip("\n")


# -- the list


async def test_who_waits_longest_stands_first_with_how_long(store: Store, enter: Enter, clock: Clock) -> None:
    first = await _written(store, chat=1)
    clock.forward(hours=3)
    second = await _written(store, chat=2)
    clock.forward(minutes=7)
    answered = await _written(store, chat=3)
    await store.answer_thread(answered, "ответ", "firuza")

    page = await (await enter("editor")).get("/conversations")

    rows = [" ".join(each.text_content().split()) for each in elements(page, "//tbody/tr")]
    assert [f"{each}".replace(" ", "")[:8] for each in (row.replace(" ", "", 1) for row in rows)] == [
        str(first),
        str(second),
        str(answered),
    ]
    assert "3 h" in rows[0]
    assert "7 min" in rows[1]
    assert "no" in rows[2]
    assert "wait for an answer: 2" in text_of(page)


async def test_the_lists_show_open_ones_mine_and_closed_ones(store: Store, enter: Enter) -> None:
    editor = await enter("editor")
    mine, other, closed = [await _written(store, chat=each) for each in (1, 2, 3)]
    await store.assign_thread(mine, "editor")
    await store.close_thread(closed, "firuza")

    def links(page: httpx.Response) -> set[str]:
        return {str(each).rpartition("/")[2] for each in elements(page, "//tbody//a/@href")}

    assert links(await editor.get("/conversations")) == {str(mine), str(other)}
    assert links(await editor.get("/conversations?which=mine")) == {str(mine)}
    assert links(await editor.get("/conversations?which=closed")) == {str(closed)}
    assert "no conversation here" in text_of(
        await (await enter("editor", "zarina")).get("/conversations?which=mine")
    )


async def test_a_reader_reads_no_word_of_a_citizen(store: Store, enter: Enter) -> None:
    number = await _written(store)
    reader = await enter("reader")

    for path in ("/conversations", f"/conversations/{number}"):
        page = await reader.get(path)
        assert page.status_code == 403
        assert "Хозяин" not in page.text
    assert "/conversations" not in (await reader.get("/")).text


@pytest.mark.parametrize("number", ["12345678", "1", "x", "123456789", "%2e%2e", "١٢٣٤٥٦٧٨"])
async def test_a_conversation_that_is_none_is_not_found(number: str, enter: Enter) -> None:
    assert (await (await enter("editor")).get(f"/conversations/{number}")).status_code == 404


# -- one conversation


async def test_nothing_but_a_number_tells_who_writes_and_all_is_escaped(store: Store, enter: Enter) -> None:
    number = await _written(store, EVIL)
    editor = await enter("editor")
    await _do(editor, number, "send", text=EVIL)
    await _do(editor, number, "note", note=EVIL)

    page = await editor.get(f"/conversations/{number}")

    assert f"{number}"[:4] + " " + f"{number}"[4:] in text_of(page, "//h1")
    assert str(CHAT) not in page.text
    assert "<script>alert" not in page.text
    assert [each.text_content() for each in elements(page, "//ol//p[@class='as-written']")] == [
        "Last topic shown: Wages",
        EVIL,
        EVIL,
    ]


async def test_an_answer_waits_for_the_bot_and_then_is_shown_as_delivered(store: Store, enter: Enter) -> None:
    number = await _written(store)
    editor = await enter("editor")

    sent = await _do(editor, number, "send", text="В каком вы городе?\r\nНапишите.")
    before = await editor.get(f"/conversations/{number}")
    [line] = await store.claim_lines(10)
    await store.settle_line(line.key)
    after = await editor.get(f"/conversations/{number}")

    assert sent.status_code == 303
    assert (line.text, line.chat) == ("В каком вы городе?\nНапишите.", CHAT)
    assert "on its way" in text_of(before, "//ol")
    assert "delivered" in text_of(after, "//ol")
    assert await store.waiting_threads() == 0


@pytest.mark.parametrize(
    ("reason", "said"), [("gone", "has blocked the bot"), ("refused", "refuses this text"), ("late", "a day")]
)
async def test_what_could_not_be_delivered_is_shown_with_its_reason(
    reason: str, said: str, store: Store, enter: Enter
) -> None:
    number = await _written(store)
    editor = await enter("editor")
    await _do(editor, number, "send", text="ответ")
    [line] = await store.claim_lines(10)
    await store.settle_line(line.key, reason)  # type: ignore[arg-type]  # one of them

    page, listed = await editor.get(f"/conversations/{number}"), await editor.get("/conversations")

    assert said in text_of(page, "//ol//span[@class='late']")
    assert "a line was not delivered" in text_of(listed)


async def test_what_was_not_delivered_is_sent_again_once_by_whoever_may_write(
    store: Store, enter: Enter
) -> None:
    number, editor = await _written(store), await enter("editor")
    await _do(editor, number, "send", text="первый")
    [line] = await store.claim_lines(10)
    await store.settle_line(line.key, "gone")
    await _do(editor, number, "send", text="второй")
    page = await editor.get(f"/conversations/{number}")
    [position] = elements(page, "//ol//form//input[@name='position']/@value")

    reader = await enter("reader")
    token = token_of(await reader.get("/password"))
    fields = {"do": "again", "position": str(position)}
    refused = await reader.post(f"/conversations/{number}", token=token, **fields)
    sent = await _do(editor, number, "again", position=str(position))
    twice = await _do(editor, number, "again", position=str(position))
    page = await editor.get(f"/conversations/{number}")

    assert (refused.status_code, sent.status_code, twice.status_code) == (403, 303, 409)
    assert "on its way again already" in text_of(twice, "//*[@role='alert']")
    shown = [text.text_content() for text in elements(page, "//ol//p[@class='as-written']")]
    assert shown[-2:] == ["второй", "первый"]
    assert elements(page, "//ol//form") == []
    assert ("editor", "thread.sent-again", str(number)) in [
        (each.who, each.what, each.subject) for each in await store.audited(50)
    ]


@pytest.mark.parametrize("position", ["", "x", "-1", "9" * 30])
async def test_a_line_that_is_none_is_not_sent_again(position: str, store: Store, enter: Enter) -> None:
    number = await _written(store)

    assert (await _do(await enter("editor"), number, "again", position=position)).status_code == 409


@pytest.mark.parametrize("text", ["", "   ", "ж" * 4097])
async def test_an_answer_of_no_usable_length_is_not_sent_and_comes_back(
    text: str, store: Store, enter: Enter
) -> None:
    number = await _written(store)

    refused = await _do(await enter("editor"), number, "send", text=text)

    assert refused.status_code == 422
    assert "4096" in text_of(refused, "//*[@role='alert']")
    assert _typed(refused) == text
    assert await store.claim_lines(10) == []


async def test_a_canned_text_is_inserted_in_the_citizens_language_below_what_is_typed(
    store: Store, enter: Enter
) -> None:
    number = await _written(store, language="uz")

    page = await _do(await enter("editor"), number, "canned", text="Salom!", canned="canned-city")

    labels = [str(each) for each in elements(page, "//select[@id='canned']/option/@value")]
    assert set(labels) == {
        f"canned-{each}" for each in ("greeting", "city", "no-numbers", "embassy", "closing")
    }
    assert "In which city are you?" in text_of(page, "//select[@id='canned']")
    assert _typed(page).startswith("Salom!\n\nSiz qaysi shahardasiz?")
    assert await store.claim_lines(10) == []


async def test_only_texts_that_stand_ready_are_inserted_by_name(store: Store, enter: Enter) -> None:
    number = await _written(store)

    for key in ("privacy", "canned-none", "../secrets"):
        page = await _do(await enter("editor", f"editor{len(key)}"), number, "canned", text="x", canned=key)
        assert _typed(page) == "x"


async def test_a_published_section_is_inserted_in_the_citizens_language_with_its_source(
    store: Store, enter: Enter
) -> None:
    number, editor = await _written(store), await enter("editor")

    chosen = await _do(editor, number, "topic", text="Вот:", topic="registration")
    inserted = await _do(editor, number, "section", text="Вот:", topic="registration", section="first")

    assert [str(each) for each in elements(chosen, "//select[@id='section']/option/@value")] == [
        "first",
        "second",
    ]
    assert _typed(chosen) == "Вот:"
    assert _typed(inserted).startswith("Вот:\n\nРегистрация\n\n")
    assert "15 дней" in _typed(inserted)
    assert "Official page" in _typed(inserted)
    assert await store.claim_lines(10) == []


@pytest.mark.parametrize(("topic", "section"), [("registration", "none"), ("none", "first"), ("../x", "")])
async def test_a_section_that_is_not_published_is_not_inserted(
    topic: str, section: str, store: Store, enter: Enter
) -> None:
    number = await _written(store)

    page = await _do(await enter("editor"), number, "section", text="x", topic=topic, section=section)

    assert page.status_code == 422
    assert _typed(page) == "x"


async def test_it_is_assigned_to_me_to_a_colleague_and_to_nobody_else(store: Store, enter: Enter) -> None:
    number, editor = await _written(store), await enter("editor")
    await enter("editor", "zarina")
    await enter("reader", "rustam")

    async def assigned() -> str | None:
        thread = await store.thread(number)
        assert thread is not None
        return thread.summary.assigned_to

    await _do(editor, number, "take")
    mine = await assigned()
    await _do(editor, number, "assign", who="zarina")
    hers = await assigned()
    refused = [await _do(editor, number, "assign", who=each) for each in ("rustam", "nobody", "")]

    assert (mine, hers, await assigned()) == ("editor", "zarina", "zarina")
    assert {each.status_code for each in refused} == {422}


async def test_a_note_is_seen_by_staff_and_never_sent(store: Store, enter: Enter) -> None:
    number, editor = await _written(store), await enter("editor")

    await _do(editor, number, "note", note="звонил, обещал документы")
    empty = await _do(editor, number, "note", note=" ")

    assert "звонил, обещал" in text_of(await editor.get(f"/conversations/{number}"), "//ul[@class='audit']")
    assert empty.status_code == 422
    assert await store.claim_lines(10) == []


async def test_a_closed_conversation_takes_no_answer_and_the_citizen_is_told(
    store: Store, enter: Enter
) -> None:
    number, editor = await _written(store), await enter("editor")
    late = await editor.get(f"/conversations/{number}")

    closed = await _do(editor, number, "close")
    token = token_of(late)
    refused = await editor.post(f"/conversations/{number}", token=token, do="send", text="ещё одно")
    page = await editor.get(f"/conversations/{number}")

    assert closed.status_code == 303
    assert refused.status_code == 409
    assert "is told that the conversation has ended" in text_of(page, "//ol")
    assert elements(page, "//textarea[@id='text']") == []
    assert "hx-get" not in page.text
    [line] = await store.claim_lines(10)
    assert line.origin == "closing"


async def test_every_change_stands_in_the_audit_with_the_number_and_no_word(
    store: Store, enter: Enter
) -> None:
    number, editor = await _written(store), await enter("editor")
    await _do(editor, number, "send", text="тайный ответ")
    await _do(editor, number, "note", note="тайная заметка")
    await _do(editor, number, "take")
    await _do(editor, number, "close")

    audited = [(each.who, each.what, each.subject) for each in await store.audited(50)]

    assert {("editor", f"thread.{what}", str(number)) for what in ("answered", "noted", "closed")} <= set(
        audited
    )
    assert ("editor", "thread.assigned", f"{number} editor") in audited
    assert not any("тайн" in subject for _, _, subject in audited)
    assert "answered a citizen" in text_of(await (await enter("admin")).get("/staff"), "//ul[@class='audit']")


# -- new lines


async def test_a_page_that_looks_again_gets_nothing_until_there_is_something(
    store: Store, enter: Enter
) -> None:
    number, editor = await _written(store), await enter("editor")
    page = await editor.get(f"/conversations/{number}")
    [address] = elements(page, "//*[@id='lines']/@hx-get")

    same = await editor.get(address)
    await store.write_lines(CHAT, [CitizenLine(5, "и ещё")])
    news = await editor.get(address)

    assert (same.status_code, same.text) == (204, "")
    assert "и ещё" in text_of(news, "//*[@id='lines']")
    # What somebody is typing is not among what is exchanged.
    assert elements(news, "//*[@id='lines']//textarea") == []


async def test_a_page_that_is_left_open_stops_looking_after_half_an_hour(
    store: Store, enter: Enter, clock: Clock
) -> None:
    number, editor = await _written(store), await enter("editor")
    page = await editor.get(f"/conversations/{number}")
    [address] = elements(page, "//*[@id='lines']/@hx-get")
    clock.forward(minutes=30)

    stopped = await editor.get(address)

    assert stopped.status_code == 200
    assert elements(stopped, "//*[@id='lines']/@hx-get") == []
    assert "Look for new lines again" in text_of(stopped, "//*[@id='lines']")


async def test_after_forget_the_page_is_gone_and_an_open_one_is_emptied(store: Store, enter: Enter) -> None:
    number, editor = await _written(store), await enter("editor")
    page = await editor.get(f"/conversations/{number}")
    [address] = elements(page, "//*[@id='lines']/@hx-get")

    await store.forget(CHAT)

    emptied = await editor.get(address, **{"HX-Request": "true"})
    assert (emptied.status_code, emptied.headers["hx-retarget"]) == (200, "#main")
    assert "no such conversation any more" in text_of(emptied)
    assert (await editor.get(f"/conversations/{number}")).status_code == 404
    token = token_of(page)
    assert (
        await editor.post(f"/conversations/{number}", token=token, do="send", text="x")
    ).status_code == 404


# -- small things


@pytest.mark.parametrize("snapshots", [Path("nothing-is-there")])
async def test_where_nothing_is_published_a_section_is_refused_and_the_page_works(
    store: Store, enter: Enter
) -> None:
    number, editor = await _written(store), await enter("editor")

    page = await _do(editor, number, "section", text="x", topic="wages", section="first")

    assert page.status_code == 422
    assert _typed(page) == "x"


@pytest.mark.parametrize("typed", ["", "  \n"])
def test_what_is_inserted_into_nothing_stands_alone(typed: str) -> None:
    assert appended(typed, "text") == "text"


async def test_a_page_with_two_hundred_lines_is_under_a_hundred_kilobytes(store: Store, enter: Enter) -> None:
    number = await _written(store)
    await store.write_lines(CHAT, [CitizenLine(n, f"строка {n}") for n in range(200)])

    page = await (await enter("editor")).get(f"/conversations/{number}")

    assert len(page.content) < 100_000
