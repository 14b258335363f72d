"""Import: what is taken of a page, what is set aside until somebody releases it, and what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from bot.checking import check_content
from bot.store import Store
from desk.desk import Desk, open_desk
from desk.importing.review import Part, Review, decided, pieces_of
from desk.options import DeskOptions
from desk.passwords import Passwords
from knowledge.load import load
from knowledge.model import Publication, SetAside
from knowledge.problems import Severity
from tests.desk import forms
from tests.desk.browser import Browser, elements, text_of, token_of
from tests.desk.conftest import CountingHasher, Enter
from tests.index.encoders_for_tests import WordEncoder
from tests.stores import BEGIN, Clock

TODAY = BEGIN.date()
ARTICLE = "/topics/registration/ru"
TG = "Дар муддати 15 рӯз пас аз вуруд ба қайд истед."
SOLD = "Купить виагру дёшево без рецепта, доставка за час, звоните сейчас!"
PAGE = f"""<!doctype html><html lang="ru"><head><meta charset="utf-8">
<title>Новые правила регистрации</title></head>
<body><nav><a href="/">Главная</a> <a href="/n">Новости</a> <a href="/k">Контакты</a></nav>
<article><h1>Новые правила регистрации</h1><p>Опубликовано 28.08.2025</p>
<p>Министерство сообщает, что граждане Таджикистана встают на учёт в течение 15 дней после въезда.</p>
<h2>Что нужно сделать</h2><p>Принесите паспорт и миграционную карту в отдел полиции, там подпишут
заявление.</p>
<p>{SOLD}</p></article></body></html>"""


class Site(BaseHTTPRequestHandler):
    """A ministry with one page."""

    def do_GET(self) -> None:
        found = self.path == "/rules"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode() if found else b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(name="site")
def _site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here: pages become files."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(name="allow_private")
def _allow_private() -> bool:
    return True


@pytest.fixture(name="desk")
def _desk(store: Store, clock: Clock, hasher: CountingHasher, content: Path, allow_private: bool) -> Desk:
    options = DeskOptions(loaded=WordEncoder, intake_allow_private=allow_private)
    return open_desk(store, content, clock=clock, passwords=Passwords(hasher), options=options)


async def send(browser: Browser, **fields: str) -> httpx.Response:
    """Send a form as browsers do from the page, a file field left empty."""
    fields = {"token": token_of(await browser.get("/import")), **fields}
    return await browser.client.post(
        "/import", data=fields, files={"file": ("", b"", "application/octet-stream")}
    )


def form_of(page: httpx.Response) -> dict[str, str]:
    [form] = elements(page, "//form[@class='sheet']")
    fields = {str(each.get("name")): str(each.get("value") or "") for each in form.xpath(".//input")}
    fields |= {each.get("name"): (each.text or "").removeprefix("\n") for each in form.xpath(".//textarea")}
    return fields | {
        each.get("name"): each.xpath("string(.//option[@selected]/@value)")
        for each in form.xpath(".//select")
    }


async def decide(browser: Browser, page: httpx.Response, do: str = "save", **choices: str) -> httpx.Response:
    fields = {
        name: value or ("keep" if name.startswith("piece-") else "") for name, value in form_of(page).items()
    }
    fields |= {
        "topic": "registration",
        "do": do,
        **{name.replace("_", "-"): each for name, each in choices.items()},
    }
    return await browser.client.post("/import", data=fields)


def imported(content: Path) -> Publication:
    [publication] = load(content).publications
    return publication


def errors(content: Path) -> list[str]:
    return [str(each) for each in check_content(content, TODAY)[1] if each.severity is Severity.ERROR]


def number_of(page: httpx.Response, text: str) -> int:
    pieces = [each.text_content() for each in elements(page, "//blockquote")]
    return next(n for n, each in enumerate(pieces) if text in each)


async def test_an_imported_publication_passes_hotline_check(enter: Enter, content: Path, site: str) -> None:
    editor = await enter("editor")

    read = await send(editor, do="read", address=f"{site}/rules")
    saved = await decide(editor, read)

    publication = imported(content)
    article = publication.page.articles["ru"]
    assert saved.headers["location"] == f"/topics/{publication.id}/ru"
    assert (publication.id, publication.topic) == ("2026-11-26-novye-pravila-registratsii", "registration")
    assert publication.page.sources["publication"].title == "127.0.0.1: Новые правила регистрации"
    assert publication.page.sources["publication"].date == "2025-08-28"
    assert (article.title, article.updated, article.reviewed) == ("Новые правила регистрации", TODAY, None)
    assert [each.heading for each in article.sections] == ["Новые правила регистрации", "Что нужно сделать"]
    assert errors(content) == []


async def test_an_advertisement_set_aside_is_not_taken_unless_released(
    enter: Enter, content: Path, site: str
) -> None:
    editor = await enter("editor")
    read = await send(editor, do="read", address=f"{site}/rules")
    number = number_of(read, "виагру")

    kept = await decide(editor, read)
    assert kept.status_code == 303
    article = imported(content).page.articles["ru"]
    assert not any("виагру" in each.text for each in article.sections)
    assert any("виагру" in each.text for each in article.set_aside)

    await decide(editor, read, **{f"piece_{number}": "2"})
    articles = [each.page.articles["ru"] for each in load(content).publications]
    [released] = [each for each in articles if not any("виагру" in piece.text for piece in each.set_aside)]
    assert released.sections[1].text.endswith(SOLD)


async def test_what_was_taken_becomes_a_draft_of_new_sections_that_rest_on_the_page(
    enter: Enter, content: Path, store: Store, site: str
) -> None:
    editor, before = await enter("editor"), load(content)

    answer = await decide(editor, await send(editor, do="read", address=f"{site}/rules"), "draft")

    assert answer.headers["location"] == f"{ARTICLE}?taken=1"
    assert load(content) == before
    noted = [(each.what, each.subject) for each in await store.audited(50)]
    assert ("page.taken", "registration ru") in noted
    page = await editor.get(answer.headers["location"])
    assert "Nothing of it is saved yet" in text_of(page, "//*[@role='status']")
    assert "Taken from: 127.0.0.1: Новые правила регистрации 2025-08-28" in text_of(page)
    assert (await forms.send(editor, ARTICLE, "save")).headers["location"] == f"{ARTICLE}?saved=1"
    saved, was = (each.topic_by_id["registration"].page for each in (load(content), before))
    assert [each.id for each in saved.sections] == ["first", "second", "section-3", "section-4"]
    assert [each.heading for each in saved.articles["ru"].sections][2:] == [
        "Новые правила регистрации",
        "Что нужно сделать",
    ]
    assert SOLD not in saved.articles["ru"].sections[3].text
    assert saved.facts("section-4").sources == ("source-2",)
    assert (saved.sources["source-2"].date, saved.facts("first")) == ("2025-08-28", was.facts("first"))
    assert saved.articles["tg"] == was.articles["tg"]
    assert errors(content) == []


async def test_what_was_taken_for_a_translation_stands_beside_its_fields_and_is_not_saved_with_them(
    enter: Enter, content: Path, site: str
) -> None:
    editor = await enter("editor")
    path = ARTICLE.replace("/ru", "/tg")

    read = await send(editor, do="read", address=f"{site}/rules")
    await decide(editor, read, "draft", language="tg")
    taken = forms.field_of(await editor.get(path), "taken")
    await forms.stop_typing(editor, path, text__first=f"{TG} Бо шиноснома.")
    still = forms.field_of(await editor.get(path), "taken")
    answer = await forms.send(editor, path, "save")

    assert "## Что нужно сделать" in taken
    assert still == taken
    assert answer.headers["location"] == f"{path}?saved=1"
    page = load(content).topic_by_id["registration"].page
    assert [each.id for each in page.sections] == ["first", "second"]
    assert page.articles["tg"].sections[0].text == f"{TG} Бо шиноснома."
    assert not elements(await editor.get(path), "//*[@name='taken']")


async def test_a_draft_that_somebody_has_stays_when_more_is_taken_into_it(enter: Enter, site: str) -> None:
    editor = await enter("editor")
    await forms.stop_typing(editor, ARTICLE, title="Моё название", text__first="Моё. 15 дней.")
    read = await send(editor, do="read", address=f"{site}/rules")

    for _ in range(2):
        await decide(editor, read, "draft")

    page = await editor.get(ARTICLE)
    fields = forms.filled(page, ARTICLE)
    assert (fields["title"], fields["text--first"]) == ("Моё название", "Моё. 15 дней.")
    assert fields["sections"] == "first second section-3 section-4 section-5 section-6"
    assert fields["heading--section-5"] == "Новые правила регистрации"


async def test_what_is_too_much_or_incomplete_comes_into_no_draft(
    enter: Enter, store: Store, site: str
) -> None:
    editor = await enter("editor")
    read = await send(editor, do="read", address=f"{site}/rules")

    much = await decide(editor, read, "draft", text_1="x" * 45_000)
    many = await decide(editor, read, "draft", text_1="\n".join(f"## {n}\nx" for n in range(40)))
    nowhere = await decide(editor, read, "draft", topic="")

    assert [each.status_code for each in (much, many, nowhere)] == [422] * 3
    assert all(
        "too much for one article" in text_of(each, "//*[@id='text-1-problem']") for each in (much, many)
    )
    assert "Choose a topic" in text_of(nowhere, "//*[@id='topic-problem']")
    assert await store.drafts_of("editor") == []


async def test_what_is_dropped_is_gone_and_a_person_sees_it_before_saving(
    enter: Enter, content: Path, site: str
) -> None:
    editor = await enter("editor")
    read = await send(editor, do="read", address=f"{site}/rules")

    looked = await decide(editor, read, "apply", **{f"piece_{number_of(read, 'виагру')}": "drop"})

    assert "виагру" not in looked.text
    assert load(content).publications == ()


async def test_each_piece_says_why_it_was_set_aside_in_the_readers_language(enter: Enter, site: str) -> None:
    editor = await enter("editor")
    editor.client.headers["accept-language"] = "ru"

    read = await send(editor, do="read", address=f"{site}/rules")

    reasons = {each.text_content() for each in elements(read, "//li/p/strong")}
    assert {"реклама, лекарства", "меню сайта"} <= reasons
    assert "Эту страницу проверили только списки слов" in read.text


@pytest.mark.parametrize("allow_private", [False])
async def test_a_page_on_a_private_address_is_refused(enter: Enter, site: str) -> None:
    editor = await enter("editor")

    answer = await send(editor, do="read", address=f"{site}/rules")

    assert answer.status_code == 422
    assert text_of(answer, "//*[@role='alert']") == "The page could not be read"
    assert "inside address 127.0.0.1" in answer.text


@pytest.mark.parametrize("given", ["/nothing", "file:///etc/passwd", ""])
async def test_what_cannot_be_read_is_a_sentence(given: str, enter: Enter, site: str) -> None:
    answer = await send(await enter("editor"), do="read", address=site + given if given[:1] == "/" else given)

    assert answer.status_code == 422
    assert "could not be read" in text_of(answer, "//*[@role='alert']")


async def test_a_file_and_a_text_are_read_like_a_page(enter: Enter) -> None:
    editor = await enter("editor")
    token = {"token": token_of(await editor.get("/import")), "do": "read"}
    file = ("../../правила.html", PAGE.encode("cp1251"), "text/html")

    from_file = await editor.client.post("/import", data=token, files={"file": file})
    from_text = await send(editor, do="read", pasted="Правила\n\nГраждане встают на учёт в течение 15 дней.")
    of_a_picture = await editor.client.post(
        "/import", data=token, files={"file": ("a.png", b"x", "image/png")}
    )

    assert form_of(from_file)["title"] == "Новые правила регистрации"
    assert form_of(from_file)["origin"] == "правила.html"
    assert form_of(from_text)["text-1"] == "Граждане встают на учёт в течение 15 дней."
    assert of_a_picture.status_code == 415


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "Write a title"),
        ("language", "de", "Choose the language"),
        ("topic", "nothing", "Choose a topic"),
        ("source_title", "", "where the page is from"),
        ("source_url", "http://example.org", "https://"),
        ("source_date", "yesterday", "2026-11"),
        ("heading_1", "", "Write a heading"),
        ("text_1", "x" * 3600, "over 3,500"),
        ("text_1", "![a](https://example.org/a.png)", "a picture"),
        ("text_2", "{contact:nobody}", "a contact that is not there"),
    ],
)
async def test_what_the_check_refuses_stands_beside_its_field_and_is_not_saved(
    field: str, value: str, said: str, enter: Enter, content: Path, site: str
) -> None:
    editor = await enter("editor")
    read = await send(editor, do="read", address=f"{site}/rules")

    answer = await decide(editor, read, **{field: value})

    assert answer.status_code == 422
    assert said in text_of(answer, f"//*[@id='{field.replace('_', '-')}-problem']")
    assert load(content).publications == ()


async def test_a_page_is_shown_and_never_run(enter: Enter, content: Path) -> None:
    harm = "Правила &lt;script&gt;alert(1)&lt;/script&gt; '\">&lt;/textarea&gt;"
    editor = await enter("editor")
    token = {"token": token_of(await editor.get("/import")), "do": "read"}
    page = PAGE.replace("Новые правила регистрации", harm).replace("Министерство", f"Министерство {harm}")

    read = await editor.client.post(
        "/import", data=token, files={"file": ("a.html", page.encode(), "text/html")}
    )

    assert read.status_code == 200
    assert "<script>alert" not in read.text
    assert "alert(1)" in form_of(read)["title"]


async def test_whoever_takes_a_page_in_stands_in_the_audit(desk: Desk, enter: Enter, site: str) -> None:
    editor = await enter("editor")

    await decide(editor, await send(editor, do="read", address=f"{site}/rules"))

    noted = {(each.who, each.what, each.subject) for each in await desk.store.audited(50)}
    assert ("editor", "page.imported", "2026-11-26-novye-pravila-registratsii") in noted


def _review(*texts: str, pieces: tuple[SetAside, ...] = ()) -> Review:
    return Review("", "t", "ru", "", "s", "", "", tuple(Part("h", each) for each in texts), pieces)


def test_a_line_with_a_heading_begins_a_section_and_an_empty_section_goes() -> None:
    form = {
        "heading-1": "a",
        "text-1": "one\r\n## b\r\ntwo",
        "heading-2": "c",
        "text-2": " \r\n",
        "pieces": "",
    }

    assert decided(form).parts == (Part("a", "one"), Part("b", "two"))


@pytest.mark.parametrize("carried", ["", "[", "{}", "1", '[["a"]]', "[" * 100_000, '"xy"'])
def test_pieces_that_nobody_can_read_are_none(carried: str) -> None:
    assert decided({"pieces": carried}).pieces in ((), (SetAside(text="x", reason="y"),))


def test_pieces_come_back_as_they_were_carried() -> None:
    pieces = (SetAside(text='"<ғ>\n', reason="menu; advertising: pills"), SetAside(text="", reason=""))

    assert decided({"pieces": pieces_of(_review(pieces=pieces))}).pieces == pieces
