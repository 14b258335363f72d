"""Contacts: what a call finds out, how a contact is edited, and that nobody overwrites another."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.checking import check_content
from desk.contacts.fields import contact_of, fields_of
from desk.contacts.numbers import as_kept, short_codes
from desk.desk import Desk
from desk.history import start_history
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import Call, Contact
from knowledge.problems import Severity
from tests.desk.browser import Browser, elements, text_of, token_of
from tests.desk.conftest import Enter
from tests.stores import BEGIN, Clock

TODAY = BEGIN.date()
NUMBER, OTHER = "+74956903846", "+74956904186"
CODES = {"RU": ("112",)}


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here: contacts stand in files."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(name="content")
def _content(content: Path) -> Path:
    """With a second number for the embassy, and a history."""
    file = content / "contacts.yaml"
    text = file.read_text(encoding="utf-8").replace(f'["{NUMBER}"]', f'["{NUMBER}", "{OTHER}"]')
    file.write_text(text, encoding="utf-8")
    start_history(content)
    return content


def embassy(content: Path) -> Contact:
    return load(content).contact_by_id["embassy"]


def form_of(page: httpx.Response) -> dict[str, str]:
    """Return the fields of the form of one contact as a browser would send them."""
    [form] = elements(page, "//form[@class='sheet']")
    fields = {each.get("name"): each.get("value") or "" for each in form.xpath(".//input")}
    fields |= {each.get("name"): (each.text or "").removeprefix("\n") for each in form.xpath(".//textarea")}
    for each in form.xpath(".//select"):
        fields[each.get("name")] = each.xpath("string(.//option[@selected]/@value)")
    if not form.xpath(".//input[@type='checkbox']/@checked"):
        fields.pop("round-the-clock", None)
    return {str(name): str(value) for name, value in fields.items()}


async def call(
    browser: Browser, found: str, phone: str = NUMBER, contact: str = "embassy", **more: str
) -> httpx.Response:
    token = token_of(await browser.get("/contacts"))
    fields = {"token": token, found: phone, **more}
    return await browser.client.post(f"/contacts/{contact}/called", data=fields)


async def edit(browser: Browser, page: httpx.Response | None = None, /, **changes: str) -> httpx.Response:
    page = page or await browser.get("/contacts/embassy")
    fields = form_of(page) | {name.replace("_", "-"): value for name, value in changes.items()}
    return await browser.client.post("/contacts/embassy", data=fields)


def errors(content: Path) -> list[str]:
    return [str(each) for each in check_content(content, TODAY)[1] if each.severity is Severity.ERROR]


# -- calling


async def test_a_number_that_answered_stands_first_and_is_dated_today(enter: Enter, content: Path) -> None:
    editor = await enter("editor")

    answer = await call(editor, "answered", OTHER)

    contact = embassy(content)
    assert (contact.phones, contact.checked) == ((OTHER, NUMBER), TODAY)
    assert contact.calls == (Call(phone=OTHER, day=TODAY, result="answered", by="editor"),)
    page = await editor.get(answer.headers["location"])
    assert "Answered, 2026-11-26, editor" in text_of(page, "//tr[@id='contact-embassy']//li[1]")
    assert text_of(page, "//*[@role='status']") == "Noted: Embassy"
    assert errors(content) == []


async def test_a_number_that_gave_no_answer_is_tried_last_and_vouches_for_nothing(
    enter: Enter, content: Path
) -> None:
    await call(await enter("editor"), "no-answer")

    assert (embassy(content).phones, embassy(content).checked) == ((OTHER, NUMBER), None)


async def test_a_wrong_number_is_no_longer_given_to_citizens(enter: Enter, content: Path) -> None:
    editor = await enter("editor")

    await call(editor, "wrong-number")

    assert embassy(content).phones == (OTHER,)
    page = await editor.get("/contacts")
    assert text_of(page, "//tr[@id='contact-embassy']//s") == "+7 495 690-38-46"
    assert "690-38-46" not in text_of(
        await editor.get("/contacts/embassy"), "//*[@lang='en'][contains(@class, 'read')]"
    )


async def test_a_contact_whose_numbers_are_all_gone_says_so(enter: Enter) -> None:
    editor = await enter("editor")

    for phone in (NUMBER, OTHER):
        await call(editor, "wrong-number", phone)

    row = text_of(await editor.get("/contacts?state=no-number"), "//tr[@id='contact-embassy']")
    assert "It has no number" in row


async def test_the_first_number_in_danger_that_is_wrong_is_told_to_stop_publishing(
    enter: Enter, content: Path
) -> None:
    editor = await enter("editor")

    await call(editor, "wrong-number", "112", "ru-112")

    row = text_of(await editor.get("/contacts"), "//tr[@id='contact-ru-112']")
    assert "Nothing can be published" in row
    assert "unconfirmed" not in row
    assert errors(content) != []


async def test_a_new_number_takes_the_place_of_the_old_one_however_it_is_typed(
    enter: Enter, content: Path
) -> None:
    editor = await enter("editor")

    await call(editor, "new-number", new=" 8 (495) 690-61-02 ")

    assert embassy(content).phones == ("+74956906102", OTHER)
    assert [(each.phone, each.result) for each in embassy(content).calls] == [(NUMBER, "wrong-number")]


async def test_a_number_that_was_wrong_once_may_come_back(enter: Enter, content: Path) -> None:
    editor = await enter("editor")
    await call(editor, "new-number", new="+74956906102")

    await call(editor, "new-number", "+74956906102", new=NUMBER)
    await call(editor, "no-answer", OTHER)

    assert embassy(content).phones == (NUMBER, OTHER)


@pytest.mark.parametrize("new", ["", "no number", "12", NUMBER, "+7 495 690 38 46"])
async def test_what_is_no_other_number_is_refused(new: str, enter: Enter, content: Path) -> None:
    before = embassy(content)

    answer = await call(await enter("editor"), "new-number", new=new)

    assert (answer.status_code, embassy(content)) == (422, before)
    assert "no number that can be dialled" in text_of(answer, "//*[@role='alert']")


async def test_a_call_to_a_number_that_somebody_has_removed_is_told(enter: Enter, content: Path) -> None:
    editor = await enter("editor")
    await call(editor, "wrong-number")

    answer = await call(editor, "answered")

    assert (answer.status_code, embassy(content).checked) == (409, None)
    assert "not there any more" in text_of(answer, "//*[@role='alert']")


async def test_a_call_stands_in_the_audit_and_in_the_history_without_a_number(
    desk: Desk, enter: Enter
) -> None:
    await call(await enter("editor"), "answered")

    noted = {(each.who, each.what, each.subject) for each in await desk.store.audited(50)}
    [version, *_] = desk.content.history.log("contacts.yaml")
    assert ("editor", "contact.called", "embassy answered") in noted
    assert (version.author, version.message) == ("editor", "contacts: embassy called, answered")


async def test_a_reader_sees_the_numbers_and_changes_none(enter: Enter, content: Path) -> None:
    reader = await enter("reader")
    page = await reader.get("/contacts")

    assert "+7 495 690-38-46" in page.text
    assert elements(page, "//main//form[@method='post'] | //a[starts-with(@href, '/contacts/')]") == []
    assert (await call(reader, "wrong-number")).status_code == 403
    assert (await reader.get("/contacts/embassy")).status_code == 403
    assert embassy(content).phones == (NUMBER, OTHER)


# -- the list


async def _shown(browser: Browser, query: str = "") -> list[str]:
    page = await browser.get(f"/contacts?{query}")
    return [str(each).removeprefix("contact-") for each in elements(page, "//tbody/tr/@id")]


async def test_contacts_are_filtered_by_country_kind_and_state(enter: Enter, clock: Clock) -> None:
    editor = await enter("editor")
    assert await _shown(editor) == ["ru-112", "embassy", "silent"]
    await call(editor, "answered", "112", "ru-112")

    assert await _shown(editor, "country=TJ") == ["silent"]
    assert await _shown(editor, "kind=embassy") == ["embassy"]
    assert await _shown(editor, "state=unconfirmed") == ["embassy", "silent"]
    assert await _shown(editor, "state=no-number") == ["silent"]
    assert await _shown(editor, "state=never") == ["embassy"]
    assert await _shown(editor, "state=to-call") == ["embassy"]
    assert await _shown(editor, "state=old&page=9&country=%00") == []
    clock.forward(days=91)
    again = await enter("editor", "again")
    assert await _shown(again, "state=old") == ["ru-112"]
    assert await _shown(again, "state=to-call") == ["embassy", "ru-112"]


async def test_whom_nobody_called_for_longest_stands_first(enter: Enter, clock: Clock) -> None:
    editor = await enter("editor")
    await call(editor, "no-answer", "112", "ru-112")
    clock.forward(days=1)
    editor = await enter("editor", "again")
    await call(editor, "no-answer")

    assert await _shown(editor, "state=to-call") == ["ru-112", "embassy"]


async def test_a_contact_says_what_rests_on_it(enter: Enter) -> None:
    page = await (await enter("reader")).get("/contacts")

    used = {
        each: elements(page, f"//tr[@id='contact-{each}']/td[2]/p/text()") for each in ("embassy", "silent")
    }
    assert used == {
        "embassy": ["used by topics: 2", "stands under replies without contacts of their own"],
        "silent": [],
    }


async def test_the_list_goes_on_where_somebody_called(enter: Enter) -> None:
    answer = await call(await enter("editor"), "answered", back="state=never&country=RU&page=1&next=//evil")

    assert answer.headers["location"] == "/contacts?country=RU&state=never&page=1&noted=embassy"


# -- editing


async def test_a_contact_saved_as_it_is_changes_no_byte(enter: Enter, content: Path) -> None:
    before = (content / "contacts.yaml").read_bytes()

    answer = await edit(await enter("editor"))

    assert answer.headers["location"] == "/contacts?noted=embassy"
    assert (content / "contacts.yaml").read_bytes() == before


def test_every_shipped_contact_comes_back_from_its_form_as_it_is() -> None:
    codes = short_codes((SHIPPED_CONTENT / "contacts.yaml").read_bytes())

    for contact in load(SHIPPED_CONTENT).contacts:
        assert contact_of(fields_of(contact), contact, contact.id, codes) == (contact, {})


async def test_an_edited_contact_passes_the_check_and_is_shown_to_citizens(
    enter: Enter, content: Path
) -> None:
    editor = await enter("editor")

    answer = await edit(
        editor,
        phones="8 495 690-41-86\r\n112",
        email="info@example.org",
        time_zone="Europe/Moscow",
        open="Mo-Fr 09:00-18:00\r\n",
        address_ru="Москва, Гранатный переулок, 13",
        languages="tg, ru",
        note_tg="Пеш занг занед",
        note_ru="Сначала позвоните",
        note_uz="Avval qoʻngʻiroq qiling",
        note_en="Call <b>before</b> you go",
        confidence="high",
    )

    assert answer.status_code == 303
    contact = embassy(content)
    assert (contact.phones, contact.email, contact.languages) == (
        (OTHER, "112"),
        ("info@example.org",),
        ("tg", "ru"),
    )
    assert contact.hours is not None
    assert contact.hours.open == ("mo-fr 09:00-18:00",)
    assert errors(content) == []
    shown = text_of(await editor.get("/contacts/embassy"), "//*[@lang='en'][contains(@class, 'read')]")
    assert shown.startswith("Embassy: +7 495 690-41-86, 112 (")
    assert shown.endswith(". Call <b>before</b> you go")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name-uz", "", "in this language"),
        ("city-tg", "", "in this language"),
        ("note-ru", "Только так", "in this language"),
        ("phones", "+7 495", "no number that can be dialled"),
        ("phones", "113", "no number that can be dialled"),
        ("email", "info at example.org", "no e-mail address"),
        ("website", "http://example.org", "https://"),
        ("time-zone", "Moscow", "no such time zone"),
        ("open", "9 to 5", "mo-fr 09:00-18:00"),
        ("country", "Russia", "a country"),
        ("kind", "", "what kind"),
        ("confidence", "quite", "how sure"),
        ("source-title", "", "where the numbers are from"),
        ("source-url", "example.org", "https://"),
        ("source-date", "last year", "2026-11"),
    ],
)
async def test_what_the_check_refuses_stands_beside_its_field_and_is_not_saved(
    field: str, value: str, said: str, enter: Enter, content: Path
) -> None:
    before = (content / "contacts.yaml").read_bytes()
    editor = await enter("editor")
    more = {"time_zone": "Europe/Moscow"} if field == "open" else {}

    answer = await edit(editor, None, **more, **{field: value})

    beside = field if not field.startswith("note-") else "note-tg"
    assert answer.status_code == 422
    assert said in text_of(answer, f"//*[@id='{beside}-problem']")
    assert form_of(answer)[field] == value or field in ("country", "kind", "confidence")
    assert (content / "contacts.yaml").read_bytes() == before


async def test_looking_first_saves_nothing(enter: Enter, content: Path) -> None:
    before = (content / "contacts.yaml").read_bytes()

    page = await edit(await enter("editor"), name_en="The Embassy", look="yes")

    assert text_of(page, "//*[@lang='en'][contains(@class, 'read')]").startswith("The Embassy: ")
    assert (content / "contacts.yaml").read_bytes() == before


async def test_a_pin_for_the_old_door_is_not_sent_after_the_address_has_changed(
    enter: Enter, content: Path
) -> None:
    file = content / "contacts.yaml"
    text = file.read_text(encoding="utf-8")
    place = "    address: {ru: Гранатный 13}\n    position: {lat: 55.76, lon: 37.59, exact: true}\n"
    file.write_text(text.replace("    kind: embassy\n", f"    kind: embassy\n{place}"), encoding="utf-8")

    await edit(await enter("editor"), address_ru="Чаянова 3")

    position = embassy(content).position
    assert position is not None
    assert not position.exact


async def test_a_new_contact_gets_an_id_of_its_own_and_passes_the_check(enter: Enter, content: Path) -> None:
    editor = await enter("editor")
    fields = form_of(await editor.get("/contacts/new")) | {
        **{f"name-{each}": f"Consulate {each}" for each in ("tg", "ru", "uz", "en")},
        **{f"city-{each}": "Ufa" for each in ("tg", "ru", "uz", "en")},
        "kind": "consulate",
        "country": "RU",
        "phones": "8 347 273-51-01",
        "source-title": "Told by the ministry",
    }

    for _ in range(2):
        answer = await editor.client.post("/contacts/new", data=fields)

    assert answer.headers["location"] == "/contacts?noted=consulate-ufa-2"
    assert [each.id for each in load(content).contacts][-2:] == ["consulate-ufa", "consulate-ufa-2"]
    assert load(content).contacts[-1].phones == ("+73472735101",)
    assert errors(content) == []


@pytest.mark.parametrize("contact", ["nobody", "..%2Fcontacts", "1"])
async def test_a_contact_that_is_not_there_is_no_page(contact: str, enter: Enter) -> None:
    editor = await enter("editor")

    assert (await editor.get(f"/contacts/{contact}")).status_code == 404
    assert (await call(editor, "answered", contact=contact)).status_code == 404


# -- two editors


async def test_the_second_editors_contact_is_not_overwritten(enter: Enter, content: Path) -> None:
    first, second = await enter("editor"), await enter("editor", "second")
    pages = [await each.get("/contacts/embassy") for each in (first, second)]

    await edit(first, pages[0], note_tg="а", note_ru="б", note_uz="c", note_en="by the first")
    refused = await edit(second, pages[1], name_en="By the second")

    assert refused.status_code == 409
    assert "somebody has changed this contact" in text_of(refused, "//*[@role='alert']")
    rows = {text_of(refused, f"(//tbody/tr)[{n}]") for n in range(1, 5)}
    assert "Good to know (en) by the first" in rows
    assert form_of(refused)["name-en"] == "By the second"
    assert (embassy(content).name.en, embassy(content).note is not None) == ("Embassy", True)

    again = await edit(second, refused)

    assert again.status_code == 303
    assert embassy(content).name.en == "By the second"


async def test_a_change_of_another_contact_stops_nobody(enter: Enter, content: Path) -> None:
    editor, second = await enter("editor"), await enter("editor", "second")
    page = await editor.get("/contacts/embassy")

    await call(second, "answered", "112", "ru-112")
    await call(second, "answered")
    saved = await edit(editor, page, name_en="Our embassy")

    assert saved.status_code == 303
    contact = embassy(content)
    assert (contact.name.en, contact.checked) == ("Our embassy", TODAY)
    assert load(content).contact_by_id["ru-112"].checked == TODAY


async def test_without_a_history_nothing_is_overwritten_either(
    enter: Enter, content: Path, desk: Desk
) -> None:
    (content / ".git").rename(content.parent / "elsewhere")
    first, second = await enter("editor"), await enter("editor", "second")
    pages = [await each.get("/contacts/embassy") for each in (first, second)]

    await call(first, "answered", "112", "ru-112")
    saved = await edit(first, pages[0], name_en="By the first")
    refused = await edit(second, pages[1], name_en="By the second")

    assert (saved.status_code, refused.status_code) == (303, 409)
    assert embassy(content).name.en == "By the first"


@pytest.mark.parametrize("version", ["", "0" * 40, "../../etc/passwd", "x" * 5000])
async def test_a_version_that_nobody_knows_overwrites_nothing(
    version: str, enter: Enter, content: Path
) -> None:
    editor = await enter("editor")
    page = await editor.get("/contacts/embassy")

    saved = await edit(editor, page, name_en="Ours", version=version)
    refused = await edit(editor, page, name_en="Theirs", version=version)

    assert (saved.status_code, refused.status_code) == (303, 409)
    assert embassy(content).name.en == "Ours"


# -- harm, size, language


async def test_what_a_contact_says_is_shown_and_never_run(enter: Enter, content: Path) -> None:
    script = "<script>alert(1)</script>"
    editor = await enter("editor")
    await edit(editor, name_en=script, city_en=script, remark=f"</textarea>{script}")

    for path in ("/contacts", "/contacts/embassy", "/contacts?noted=embassy"):
        page = await editor.get(path)
        assert script not in page.text
        assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("language", ["ru", "tg", "en"])
async def test_the_pages_stay_small_and_have_a_label_for_each_field(
    language: str, enter: Enter, content: Path
) -> None:
    (content / "contacts.yaml").write_bytes((SHIPPED_CONTENT / "contacts.yaml").read_bytes())
    (content / "places.yaml").write_bytes((SHIPPED_CONTENT / "places.yaml").read_bytes())
    editor = await enter("editor")

    for path in ("/contacts", "/contacts?page=2", "/contacts/emb-moscow", "/contacts/new"):
        page = await editor.get(path, **{"accept-language": language})
        assert page.status_code == 200
        assert len(page.content) < 100_000, path
        ids = [str(each) for each in elements(page, "//@id")]
        assert len(ids) == len(set(ids))
        fields = elements(page, "//select | //textarea | //input[not(@type='hidden')]")
        assert all(elements(page, f"//label[@for='{each.get('id')}']") for each in fields)
        described = {name for each in elements(page, "//@aria-describedby") for name in str(each).split()}
        assert described <= set(ids)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+7 495 690-38-46", "+74956903846"),
        ("8 (495) 690 38 46", "+74956903846"),
        ("112", "112"),
        (" 112 ", "112"),
        ("+992 37 221-21-21", "+992372212121"),
        ("call them", "call them"),
    ],
)
def test_numbers_are_kept_in_one_form_however_they_are_typed(typed: str, kept: str) -> None:
    assert as_kept(typed, "RU", CODES) == kept
