"""Intake on real pages: what is kept, what is set aside, and that nothing breaks or gets lost."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.intake import Draft, IntakeError, fetch, read_page, to_json, to_markdown
from knowledge.intake.fetch import is_public
from knowledge.intake.judge import MOST_LEARNED

PAGES = Path(__file__).parent / "pages"


def page_text(draft: Draft) -> str:
    parts = [draft.title, *(f"{each.heading}\n{each.text}" for each in draft.sections)]
    return same("\n".join(parts))


def same(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[\u200b\u00ad]", "", text)).strip()


def marked_pages(folder: str) -> list[tuple[Path, dict[str, Any]]]:
    found = []
    for notes in sorted((PAGES / folder).glob("*.yaml")):
        page = next(each for each in notes.parent.glob(f"{notes.stem}.*") if each != notes)
        found.append((page, yaml.safe_load(notes.read_text(encoding="utf-8"))))
    return found


@pytest.mark.parametrize("folder", ["seen", "held-out"])
def test_advertising_goes_and_good_text_stays(folder: str) -> None:
    kept, gone, good, injected = 0, 0, 0, 0
    wrong = []

    for path, marks in marked_pages(folder):
        text = page_text(read_page(path.read_bytes(), path.name))
        for snippet in marks["good"]:
            good, kept = good + 1, kept + (same(snippet) in text)
            wrong += [f"{path.name}: lost: {snippet}"] if same(snippet) not in text else []
        for snippet in marks["injected"]:
            injected, gone = injected + 1, gone + (same(snippet) not in text)
            wrong += [f"{path.name}: left: {snippet}"] if same(snippet) in text else []

    assert good > 100
    assert injected > 60
    assert gone >= 0.95 * injected, wrong
    assert kept >= 0.98 * good, wrong


def test_good_text_stays_on_pages_whose_advertising_is_not_found_yet() -> None:
    # 'unsolved' avoids every listed word: docs/decisions/0003-intake.md says how much of it passes
    pages = marked_pages("unsolved")

    lost = [
        snippet
        for path, marks in pages
        for text in [page_text(read_page(path.read_bytes(), path.name))]
        for snippet in marks["good"]
        if same(snippet) not in text
    ]

    assert pages
    assert lost == []


@pytest.mark.parametrize("folder", ["seen", "held-out"])
def test_the_language_of_every_page_is_found(folder: str) -> None:
    pages = marked_pages(folder)

    found = {path.name: read_page(path.read_bytes(), path.name).language for path, _ in pages}

    assert found == {path.name: str(marks["language"]) for path, marks in pages}


def test_a_learned_judge_is_asked_once_with_the_pieces_in_their_order_and_its_word_counts() -> None:
    asked: list[list[str]] = []

    def judge(texts: Sequence[str]) -> list[float]:
        asked.append(list(texts))
        return [9.0 if "wonder" in text else -9.0 for text in texts]

    draft = read_page(b"<p>First of all. A wonder happened.</p><p>The end.</p>", "page.html", judge=judge)

    assert asked == [["First of all.", "A wonder happened.", "The end."]]
    assert [each.text for each in draft.set_aside] == ["A wonder happened."]
    assert page_text(draft).endswith("First of all. The end.")


def test_a_learned_judge_of_a_very_long_page_is_asked_about_the_most_suspicious_pieces() -> None:
    asked: list[str] = []
    page = "".join(f"<p>The office is open on day {day}.</p>" for day in range(1000))

    def judge(texts: Sequence[str]) -> list[float]:
        asked.extend(texts)
        return [0.0] * len(texts)

    read_page(f"{page}<p>Buy the pills: free bonus!</p>{page}".encode(), "page.html", judge=judge)

    assert len(asked) == MOST_LEARNED
    assert "Buy the pills: free bonus!" in asked


def test_a_heading_with_nothing_under_it_stands_with_the_next_or_under_the_last() -> None:
    page = b"<h1>News</h1><h2>Papers</h2><h2>Where</h2><p>At the office.</p><h2>Photographs</h2>"

    draft = read_page(page, "page.html")

    assert [(each.heading, each.text) for each in draft.sections] == [
        ("Papers: Where", "At the office.\n\nPhotographs")
    ]


def test_whatever_is_set_aside_has_a_reason() -> None:
    for path, _ in marked_pages("seen"):
        draft = read_page(path.read_bytes(), path.name)

        assert all(each.text and each.reason for each in draft.set_aside)


@pytest.mark.parametrize(
    "disguised",
    [
        "Лучшее кaзинo с бонусом, игpaй",
        "c a s i n o  b o n u s",
        "V1agra online",
        "в\u200bи\u200bа\u200bг\u200bр\u200bа недорого",
        "𝓑𝓾𝔂 𝓿𝓲𝓪𝓰𝓻𝓪 𝓷𝓸𝔀",
        "Ｏｎｌｉｎｅ Ｃａｓｉｎｏ",
        "v*agra c*alis cheap",
        "c.a.s.i.n.o free spins",
    ],
)
def test_disguised_letters_do_not_save_an_advertisement(disguised: str) -> None:
    page = f"Приём граждан\n\nКонсул принимает граждан по вторникам. Справки выдаются сразу.\n\n{disguised}"

    draft = read_page(page.encode(), "page.txt")

    assert disguised[:6] not in page_text(draft)
    assert any(each.reason.startswith("advertising") for each in draft.set_aside)


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "visibility: hidden",
        "position:absolute; left:-9999px",
        "font-size:0",
        "opacity:0",
        "color:#fff; background:#ffffff",
        "height:0;overflow:hidden",
    ],
)
def test_what_a_reader_cannot_see_is_set_aside_as_hidden(style: str) -> None:
    page = f'<body><p>The consul receives citizens.</p><div style="{style}">Secret words here.</div></body>'

    draft = read_page(page.encode(), "page.html")

    assert "Secret" not in page_text(draft)
    assert [(each.text, each.reason) for each in draft.set_aside] == [("Secret words here.", "hidden")]


def test_a_style_sheet_of_the_page_can_hide_too() -> None:
    page = b"<style>.q7{display:none}</style><p>The consul receives.</p><p class='q7'>Not seen.</p>"

    draft = read_page(page, "page.html")

    assert draft.set_aside[0].reason == "hidden"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "windows-1251", "koi8-r", "cp866", "iso-8859-5", "utf-16", "utf-16-le"]
)
@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r"])
def test_the_encoding_is_found_whatever_the_page_declares(encoding: str, declared: str) -> None:
    text = "Граждане Республики Таджикистан обязаны встать на миграционный учёт в течение пятнадцати дней."
    page = f'<html><head><meta charset="{declared}"></head><body><p>{text}</p></body></html>'

    draft = read_page(page.encode(encoding), "page.html")

    assert draft.sections[0].text == text


def test_items_keep_their_semicolons_and_none_is_left_over_by_what_went() -> None:
    page = (
        "<main><h1>Papers for registration</h1><ul><li>the passport;</li><li>two photographs;</li></ul>"
        "<p>The fee is paid at the bank; buy cheap viagra online without prescription</p></main>"
    )

    draft = read_page(page.encode(), "page.html")

    text = "\n".join(each.text for each in draft.sections)
    assert "- the passport;\n- two photographs;" in text
    assert text.endswith("The fee is paid at the bank")


def test_headings_lists_and_rows_keep_their_order() -> None:
    page = (
        "<h1>Registration</h1><p>First.</p><h2>Papers</h2><ol><li>passport</li><li>card</li></ol>"
        "<table><tr><th>Fee</th><td>100</td></tr></table><h2>Where</h2><p>At the office.</p>"
    )

    draft = read_page(page.encode(), "page.html")

    assert draft.title == "Registration"
    assert [(each.heading, each.text) for each in draft.sections] == [
        ("", "First."),
        ("Papers", "1. passport\n2. card\n\nFee | 100"),
        ("Where", "At the office."),
    ]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            '<meta property="article:published_time" content="2026-11-24T10:00:00"><p>Text stands here.</p>',
            date(2026, 11, 24),
        ),
        ("<h1>News</h1><p>24 ноября 2026</p><p>Text stands here and goes on.</p>", date(2026, 11, 24)),
        ("<h1>News</h1><p>24 ноябри соли 2026</p><p>Text stands here.</p>", date(2026, 11, 24)),
        (
            "<h1>News</h1><p>The decree of 3 May 2019 changes a lot for every citizen who stays abroad.</p>",
            None,
        ),
        ("<h1>News</h1><p>24.11.2026</p><p>25.11.2026</p>", None),
    ],
)
def test_a_date_is_taken_only_where_it_is_certain(page: str, expected: date | None) -> None:
    draft = read_page(f"<html><body>{page}</body></html>".encode(), "page.html")

    assert draft.date == expected


def test_json_has_exactly_the_promised_keys() -> None:
    draft = read_page(b"Title\n\nThe consul receives citizens.\n\nBuy cheap viagra online now!", "page.txt")

    got = json.loads(json.dumps(to_json(draft)))

    assert list(got) == ["title", "language", "sections", "set_aside"]
    assert [list(each) for each in got["sections"] + got["set_aside"]] == [
        ["heading", "text"],
        ["text", "reason"],
    ]


def test_in_the_markdown_file_what_was_set_aside_stands_in_the_front_matter_only() -> None:
    draft = read_page(b"Title\n\nThe consul receives citizens.\n\nBuy cheap viagra online now!", "page.txt")

    _, front, body = to_markdown(draft, date(2026, 11, 26)).split("---\n", 2)

    assert "viagra" in yaml.safe_load(front)["set_aside"][0]["text"]
    assert "viagra" not in body
    assert "## Title {#part-1}" in body


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no text"),
        (b" \n\t ", "no text"),
        (b"<html></html>", "no text"),
        (b"%PDF-1.7 ...", "a PDF"),
        (bytes(range(256)) * 50, "no text"),
        (b"a" * 20_000_000, "20,000,000 bytes"),
        (b"words " * 60_000, "characters of text"),
    ],
)
def test_what_cannot_be_read_gets_one_clear_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(IntakeError, match=said):
        read_page(raw, "page")


@pytest.mark.parametrize("tag", ["div", "b", "span", "ul><li", "table><tr><td", "blockquote", "font"])
def test_ten_thousand_nested_tags_lose_no_text(tag: str) -> None:
    page = (
        "<html><body><p>Before all.</p>"
        + f"<{tag}>" * 10_000
        + "deep inside"
        + f"</{tag}>" * 10_000
        + "<p>After all.</p>"
    )

    draft = read_page(page.encode(), "page.html")

    found = page_text(draft) + " ".join(each.text for each in draft.set_aside)
    assert all(each in found for each in ("Before all.", "deep inside", "After all."))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_a_draft_or_one_clear_error(raw: bytes) -> None:
    try:
        outcome: Draft | str = read_page(raw, "page")
    except IntakeError as error:
        outcome = str(error)

    assert isinstance(outcome, Draft) or "\n" not in outcome


_SENTENCES = st.sampled_from(
    [
        "Граждане должны встать на учёт.",
        "Buy cheap viagra online now!",
        "Консул принимает по вторникам.",
        "Хатти доғ ройгон аст.",
        "Играй в казино и получи бонус.",
        "The office is open from nine.",
        "All rights reserved",
        "Главная",
        "паспорт и фото",
    ]
)
_WRAPPED = st.sampled_from(
    [
        "<p>{}</p>",
        "<li>{}</li>",
        "<div style='display:none'>{}</div>",
        "<nav>{}</nav>",
        "<b>{}</b> ",
        "<tr><td>{}</td></tr>",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_SENTENCES, _WRAPPED), min_size=1, max_size=8))
def test_every_sentence_is_kept_or_set_aside(parts: list[tuple[str, str]]) -> None:
    page = (
        "<html><body>" + "".join(wrapped.format(sentence) for sentence, wrapped in parts) + "</body></html>"
    )

    draft = read_page(page.encode(), "page.html")

    found = page_text(draft) + " " + same(" ".join(each.text for each in draft.set_aside))
    assert all(same(sentence) in found for sentence, _ in parts)


class _Site(BaseHTTPRequestHandler):
    """A small site: pages, redirects, something endless."""

    pages: ClassVar[dict[str, str]] = {"/loop": "/loop", "/moved": "/page", "/out": "ftp://example.org/"}

    def do_GET(self) -> None:
        target = self.pages.get(self.path)
        if target:
            self.send_response(302)
            self.send_header("Location", target)
            self.end_headers()
        elif self.path == "/missing":
            self.send_error(404)
        else:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"x" * 5000 if self.path == "/long" else b"<p>Hello.</p>")

    def log_message(self, format: str, *args: object) -> None:  # the signature is the base class's
        return


@contextmanager
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_page_is_fetched_with_its_type_and_last_address() -> None:
    with site() as base:
        got = fetch(f"{base}/moved", allow_private=True)

    assert got == (b"<p>Hello.</p>", "text/html; charset=utf-8", f"{base}/page")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/loop", "redirects"),
        ("/out", "http:// or https://"),
        ("/missing", "404"),
        ("/long", "longer than 1,000"),
    ],
)
def test_an_answer_that_is_no_page_gets_one_clear_sentence(path: str, said: str) -> None:
    with site() as base, pytest.raises(IntakeError, match=said):
        fetch(base + path, allow_private=True, max_bytes=1000)


def test_a_slow_site_is_left_after_the_time_is_up() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(IntakeError, match=r"within 0\.3 seconds"),
    ):
        fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/", allow_private=True, timeout=0.3)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://224.0.0.1/",
    ],
)
def test_inside_addresses_are_refused(address: str) -> None:
    with pytest.raises(IntakeError, match=r"inside address|not known|cannot be read"):
        fetch(address, timeout=2)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://x",
        "//example.org",
        "",
        "http://",
        "javascript:1",
    ],
)
def test_only_web_addresses_are_read(address: str) -> None:
    with pytest.raises(IntakeError, match="http"):
        fetch(address)


def test_addresses_of_the_public_internet_are_allowed() -> None:
    assert is_public(ip_address("93.184.216.34"))
    assert is_public(ip_address("2606:2800:220:1::1"))


def test_a_password_in_an_address_does_not_appear_in_the_error() -> None:
    with pytest.raises(IntakeError) as caught:
        fetch("http://name:secret-word@example.org/")

    assert "secret-word" not in str(caught.value)
