"""Announcements at the desk: one writes, another approves, all four languages, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]  # comes without types

from bot.conversation import Conversation
from bot.markup import TELEGRAM_LIMIT
from bot.store import Announcement, Store
from desk.announcing import Typed, shown
from knowledge.load import load
from knowledge.model import LANGUAGES
from tests import small_content
from tests.bot.telegram_bot import open_talk
from tests.bot_api import bot_api
from tests.desk.browser import Browser, elements, text_of, token_of
from tests.desk.conftest import Enter
from tests.stores import BEGIN, tables

FOOT = "You asked to be told about changes. To stop: /stop"
TEXTS = {
    "text-tg": "**Боҷ** аз 1 январ 500 сомонӣ аст.",
    "text-ru": "**Сбор** с 1 января 500 сомони.",
    "text-uz": "**Yigʻim** 1 yanvardan 500 somoni.",
    "text-en": "**Fee**: 500 somoni from 1 January.",
}


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here; tests/bot/store/test_announcements.py uses both."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


async def _new(browser: Browser) -> str:
    """Begin an announcement; return its path."""
    answer = await browser.submit("/announcements")
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def _do(browser: Browser, path: str, do: str = "", **fields: str) -> httpx.Response:
    """Send a form of an announcement's page, with the version that this page has shown."""
    page = await browser.get(path)
    version = [str(each) for each in elements(page, "//input[@name='version']/@value")]
    fields = {"token": token_of(page), **({"version": version[0]} if version else {}), **fields}
    return await browser.post(f"{path}/{do}" if do else path, **fields)


async def _written(browser: Browser, **others: str) -> str:
    path = await _new(browser)
    assert (await _do(browser, path, **{**TEXTS, **others})).status_code == 303
    return path


async def _kept(store: Store, path: str) -> Announcement:
    found = await store.announcement(path.rpartition("/")[2])
    assert found is not None
    return found


def _forms(page: httpx.Response) -> set[str]:
    """Return what the forms of this page do with the announcement."""
    actions = (str(each).split("/") for each in elements(page, "//main//form/@action"))
    return {each[3] if len(each) > 3 else "save" for each in actions}


def _said(page: httpx.Response) -> str:
    return text_of(page, "//*[@role='alert']")


# -- writing and approving


async def test_one_writes_another_approves_and_then_it_is_sent_to_all_subscribers(
    store: Store, enter: Enter
) -> None:
    await store.subscribe(1, "tg")
    await store.subscribe(2, "uz")
    editor, publisher = await enter("editor"), await enter("publisher")
    path = await _written(editor, topic="wages", section="second")

    approved = await _do(publisher, path, "approve")
    page = await publisher.get(path)
    sent = await _do(publisher, path, "send")

    kept = await _kept(store, path)
    assert (approved.status_code, sent.status_code) == (303, 303)
    assert "subscribers: 2" in text_of(page, "//form[contains(@action, '/send')]//button")
    assert (kept.state, kept.author, kept.approved_by) == ("sending", "editor", "publisher")
    assert (kept.section, kept.recipients, kept.left) == ("wages#second", 2, 2)
    assert {row[1] for row in (await tables(store))["announcement_delivery"]} == {1, 2}


@pytest.mark.parametrize("role", ["editor", "publisher", "admin"])
async def test_whoever_wrote_it_cannot_approve_it_whatever_the_role(
    role: str, store: Store, enter: Enter
) -> None:
    author = await enter(role)
    path = await _written(author)

    page = await author.get(path)
    refused = await _do(author, path, "approve")

    assert "approve" not in _forms(page)
    assert "somebody else" in text_of(page)
    assert refused.status_code == (403 if role == "editor" else 422)
    assert (await _kept(store, path)).state == "draft"


async def test_an_editor_can_write_and_stop_but_neither_approve_nor_send(store: Store, enter: Enter) -> None:
    editor, other, publisher = await enter("editor"), await enter("editor", "other"), await enter("publisher")
    path = await _written(editor)

    asked = [_forms(await other.get(path)), (await _do(other, path, "approve")).status_code]
    await _do(publisher, path, "approve")
    asked += [_forms(await other.get(path)), (await _do(other, path, "send")).status_code]
    await _do(publisher, path, "send")
    stopped = await _do(other, path, "stop")

    assert asked == [{"save", "remove"}, 403, {"save", "remove"}, 403]
    assert stopped.status_code == 303
    assert (await _kept(store, path)).state == "stopped"


async def test_a_changed_text_needs_approval_anew(store: Store, enter: Enter) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    path = await _written(editor)
    await _do(publisher, path, "approve")

    await _do(editor, path, **{**TEXTS, "text-uz": "Yigʻim 1 yanvardan 600 somoni."})
    refused = await _do(publisher, path, "send")

    kept = await _kept(store, path)
    assert (kept.state, kept.approved_by) == ("draft", None)
    assert refused.status_code == 409
    assert "changed meanwhile" in _said(refused)


async def test_only_the_text_that_was_seen_is_approved(store: Store, enter: Enter) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    path = await _written(editor)
    seen = await publisher.get(path)
    await _do(editor, path, **{**TEXTS, "text-en": "**Fee**: 5,000 somoni from 1 January."})

    [version] = {str(each) for each in elements(seen, "//input[@name='version']/@value")}
    refused = await publisher.post(f"{path}/approve", token=token_of(seen), version=version)

    assert refused.status_code == 409
    assert "5,000" in refused.text
    assert (await _kept(store, path)).state == "draft"


async def test_the_second_of_two_who_write_sees_both_texts_and_overwrites_nothing_unseen(
    store: Store, enter: Enter
) -> None:
    first, second = await enter("editor"), await enter("publisher")
    path = await _written(first)
    page = await second.get(path)
    await _do(first, path, **{**TEXTS, "text-en": "Theirs"})

    [version] = {str(each) for each in elements(page, "//input[@name='version']/@value")}
    mine = {**TEXTS, "text-en": "Mine", "token": token_of(page), "version": version}
    conflict = await second.post(path, **mine)

    assert conflict.status_code == 409
    assert "editor has changed this text" in _said(conflict)
    assert str(elements(conflict, "//textarea[@name='text-en']")[0].text) == "Mine"
    assert text_of(conflict, "//section[@aria-labelledby='now-en']//div[@class='told']").startswith("Theirs")
    assert (await _kept(store, path)).texts["en"] == "Theirs"
    [version] = {str(each) for each in elements(conflict, "//input[@name='version']/@value")}
    assert (await second.post(path, **{**mine, "version": version})).status_code == 303
    assert (await _kept(store, path)).texts["en"] == "Mine"


async def test_a_draft_can_be_deleted_and_one_that_went_out_cannot(store: Store, enter: Enter) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    draft, out = await _written(editor), await _written(editor)
    await _do(publisher, out, "approve")
    await _do(publisher, out, "send")

    gone, refused = await _do(editor, draft, "remove"), await _do(editor, out, "remove")

    assert (gone.status_code, gone.headers["location"]) == (303, "/announcements")
    assert refused.status_code == 409
    assert (await editor.get(draft)).status_code == 404
    assert (await editor.get(out)).status_code == 200


async def test_every_change_stands_in_the_audit_with_who_and_without_its_text(
    store: Store, enter: Enter
) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    path = await _written(editor)
    await _do(publisher, path, "approve")
    await _do(publisher, path, "send")
    await _do(editor, path, "stop")

    audited = {(each.who, each.what) for each in await store.audited(50) if each.what[:6] == "announ"}
    page = text_of(await (await enter("admin")).get("/staff"), "//ul[@class='audit']")

    assert audited == {
        ("editor", "announcement.drafted"),
        ("editor", "announcement.saved"),
        ("publisher", "announcement.approved"),
        ("publisher", "announcement.begun"),
        ("editor", "announcement.stopped"),
    }
    assert "editor: sending of the announcement stopped" in page
    assert "somoni" not in page


@pytest.mark.parametrize("asked", ["0" * 16, "1", "%00", "..%2f..", "0" * 15 + "g"])
async def test_what_is_no_announcement_is_not_found(asked: str, enter: Enter) -> None:
    publisher = await enter("publisher")
    token = token_of(await publisher.get("/announcements"))

    found = [(await publisher.get(f"/announcements/{asked}")).status_code]
    for each in ("preview", "approve", "send", "stop", "remove"):
        answer = await publisher.post(f"/announcements/{asked}/{each}", token=token)
        found.append(answer.status_code)

    assert set(found) == {404}


# -- what is wrong with it


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "all four languages"),
        ("   \n ", "all four languages"),
        ("# A heading", "Not possible here"),
        ("![](https://example.org/a.png)", "Not possible here"),
        ("<b>bold</b>", "Not possible here"),
        ("[here](http://example.org)", "Not possible here"),
        ("- a\n  - b", "Not possible here"),
        ("Call {contact:embassy}", "number itself"),
        ("x" * TELEGRAM_LIMIT, "Too long"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_keeps_it_from_approval(
    wrong: str, said: str, store: Store, enter: Enter
) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    path = await _written(editor, **{"text-uz": wrong})

    page = await publisher.get(path)
    refused = await _do(publisher, path, "approve")

    assert said in text_of(page, "//*[@id='wrong-uz']")
    assert "wrong-uz" in str(elements(page, "//textarea[@name='text-uz']/@aria-describedby")[0])
    assert not elements(page, "//*[@id='wrong-tg' or @id='wrong-ru' or @id='wrong-en']/*[@class='late']")
    assert "approve" not in _forms(page)
    assert refused.status_code == 422
    assert (await _kept(store, path)).state == "draft"


async def test_a_text_may_be_as_long_as_telegram_takes_it_with_what_the_bot_adds(
    store: Store, enter: Enter
) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    longest = "x" * (TELEGRAM_LIMIT - len(f"\n\n{FOOT}"))

    fits, too_long = (
        await _written(editor, **{"text-en": longest}),
        await _written(editor, **{"text-en": f"{longest}x"}),
    )

    assert (await _do(publisher, fits, "approve")).status_code == 303
    assert (await _do(publisher, too_long, "approve")).status_code == 422


async def test_numbers_that_differ_from_the_russian_text_are_pointed_out_and_nothing_more(
    enter: Enter,
) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    path = await _written(editor, **{"text-en": "**Fee**: 5,000 somoni from 1 January."})

    page = await publisher.get(path)

    assert text_of(page, "//*[@id='wrong-en']") == "These numbers differ from the Russian text: 500, 5000"
    assert text_of(page, "//*[@id='wrong-tg']") == ""
    assert (await _do(publisher, path, "approve")).status_code == 303


async def test_a_button_to_a_section_that_is_gone_is_to_be_chosen_anew(
    store: Store, content: Path, enter: Enter
) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    path = await _written(editor, topic="wages", section="second")
    kept = await _kept(store, path)
    gone = {"version": kept.version, "by": "editor"}
    await store.save_announcement(kept.id, kept.texts, "wages#gone", **gone)

    page = await publisher.get(path)

    assert "is gone" in text_of(page, "//*[@id='section-choice']")
    assert (await _do(publisher, path, "approve")).status_code == 422


async def test_the_button_leads_to_a_section_of_the_chosen_topic(store: Store, enter: Enter) -> None:
    editor = await enter("editor")

    path = await _written(editor, topic="registration", section="no-such")
    assert (await _kept(store, path)).section == "registration#first"
    page = await editor.get(path)
    assert [str(each) for each in elements(page, "//select[@name='section']/option/@value")] == [
        "first",
        "second",
    ]
    await _do(editor, path, **TEXTS, topic="../../etc", section="first")
    assert (await _kept(store, path)).section is None


# -- how it is shown


async def test_the_preview_is_in_each_language_what_telegram_shows(
    store: Store, address: str, tmp_path: Path, enter: Enter, small_conversation: Conversation
) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    for chat, language in enumerate(LANGUAGES, start=1):
        await store.subscribe(chat, language)
    path = await _written(editor, topic="wages", section="second")
    page = await publisher.get(path)
    await _do(publisher, path, "approve")

    await _do(publisher, path, "send")

    async with bot_api() as api, open_talk(small_conversation, api, tmp_path, address=address):
        await _until_ended(store, path)

    for chat, language in enumerate(LANGUAGES, start=1):
        [told] = elements(page, f"//*[@id='shown-{language}']//div[@class='told']")
        [message] = [each for each in api.sent if each["chat_id"] == chat]
        assert _inner(told) == message["html"]
        [[button]] = message["reply_markup"]["inline_keyboard"]
        assert text_of(page, f"//*[@id='shown-{language}']//p[@class='told-button']") == button["text"]
    counts = await _kept(store, path)
    assert (counts.state, counts.sent, counts.left) == ("sent", 4, 0)


async def _until_ended(store: Store, path: str) -> None:
    async with asyncio.timeout(20):
        while True:
            if (await _kept(store, path)).finished_at is not None:
                return
            await asyncio.sleep(0.05)


def _inner(element: html.HtmlElement) -> str:
    text = html.tostring(element, encoding="unicode", with_tail=False)
    return str(text).removeprefix('<div class="told">').removesuffix("</div>")


async def test_what_is_typed_just_now_is_shown_with_what_is_wrong_and_kept_nowhere(
    store: Store, enter: Enter
) -> None:
    editor = await enter("editor")
    path = await _written(editor)
    before = await tables(store)

    piece = await _do(editor, path, "preview", **{**TEXTS, "text-ru": "*Новое* 7", "text-uz": ""})

    assert "<i>Новое</i> 7" in piece.text
    assert "all four languages" in text_of(piece, "//*[@id='wrong-uz']")
    assert {str(each) for each in elements(piece, "//@hx-swap-oob")} == {"true"}
    assert await tables(store) == before


@given(texts=st.fixed_dictionaries({each: st.text(max_size=60) for each in LANGUAGES}))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_nothing_but_telegrams_tags_is_shown(
    texts: Mapping[str, str], library_folder: Path
) -> None:
    typed = Typed({each: texts[each] for each in LANGUAGES}, None)

    for side in shown(typed, load(library_folder), BEGIN):
        tree = html.fromstring(f"<div>{side.html}</div>")
        assert {each.tag for each in tree.iterdescendants()} <= {"a", "b", "blockquote", "code", "i"}
        addresses = tree.xpath("//@href")
        assert all(str(each).startswith("https://") for each in addresses)


@pytest.fixture(name="library_folder", scope="module")
def _library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_content.write(tmp_path_factory.mktemp("announcements") / "content")


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "</textarea><b>",
    ],
)
async def test_nothing_that_is_typed_can_do_harm(evil: str, enter: Enter) -> None:
    editor = await enter("editor")
    path = await _written(editor, **dict.fromkeys(TEXTS, evil))

    for page in (await editor.get(path), await editor.get("/announcements")):
        assert not elements(page, "//main//script | //main//img | //main//@onerror")
        assert not [each for each in elements(page, "//@href") if str(each).startswith("javascript")]


# -- the list and the progress


async def test_the_list_tells_subscribers_by_language_and_what_came_of_each(
    store: Store, enter: Enter
) -> None:
    editor, publisher = await enter("editor"), await enter("publisher")
    for chat in range(1, 6):
        await store.subscribe(chat, "tg" if chat < 4 else "ru")
    path = await _written(editor)
    await _do(publisher, path, "approve")
    await _do(publisher, path, "send")
    number = path.rpartition("/")[2]
    await store.hold_announcement()
    await store.take_deliveries(number, 10)
    await store.settle_deliveries(number, {1: "sent", 2: "gone", 3: "failed", 4: "unsure", 5: "not-taken"})
    await _new(editor)

    page = await editor.get("/announcements")

    assert text_of(page, "//h2[@id='subscribers']") == "Subscribers: 4"
    assert [" ".join(each.text_content().split()) for each in elements(page, "//ul[@class='pairs']/li")] == [
        "Тоҷикӣ 2",
        "Русский 2",
        "Oʻzbekcha 0",
        "English 0",
    ]
    cells = {
        text_of(page, f"(//tbody/tr)[{row}]/th"): [
            " ".join(each.text_content().split()) for each in elements(page, f"(//tbody/tr)[{row}]/td")[2:]
        ]
        for row in (1, 2)
    }
    assert cells["Fee: 500 somoni from 1 January."] == ["Is being sent", "5", "1", "1", "1", "1", "1"]
    assert cells["empty"][0] == "Draft, not approved"


async def test_progress_is_asked_for_again_only_while_it_is_being_sent(store: Store, enter: Enter) -> None:
    await store.subscribe(1, "tg")
    editor, publisher = await enter("editor"), await enter("publisher")
    path = await _written(editor)
    await _do(publisher, path, "approve")
    await _do(publisher, path, "send")

    sending, piece = await editor.get(path), await editor.get(f"{path}/progress")
    await _do(editor, path, "stop")
    stopped = await editor.get(f"{path}/progress")

    assert _forms(sending) == {"stop"}
    assert str(elements(sending, "//*[@id='progress']/@hx-trigger")[0]) == "every 2s"
    assert str(elements(piece, "//*[@id='progress']/@hx-trigger")[0]) == "every 2s"
    assert not elements(stopped, "//@hx-trigger | //form")
    assert "Stopped" in text_of(stopped, "//h2")
    assert not elements(await editor.get(path), "//textarea")
