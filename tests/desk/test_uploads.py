"""Files that a page takes: no more and no others than it says, and nothing of them used without the token."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.server import serving
from desk.app import desk_app
from desk.desk import Desk
from desk.guard import Page, guarded
from desk.uploads import UploadedFile
from desk.visit import Visit
from tests.desk.browser import Browser, token_of
from tests.desk.conftest import Enter

MOST = 20_000
SOUND = ("a.ogg", b"OggS" + bytes(100), "audio/ogg")
Sent = tuple[str, bytes, str]


class Desktop:
    """Keeps what reached the page."""

    def __init__(self) -> None:
        self.reached: list[Visit] = []

    async def take(self, visit: Visit) -> Response:
        self.reached.append(visit)
        return PlainTextResponse("taken")

    @property
    def files(self) -> Mapping[str, UploadedFile]:
        [visit] = self.reached
        return visit.files


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(name="desktop")
def _desktop() -> Desktop:
    return Desktop()


@pytest.fixture(name="url")
async def _url(desk: Desk, desktop: Desktop) -> AsyncIterator[str]:
    """The desk with two more pages: one that takes files and one that takes none."""
    takes = Page(
        "/takes",
        "editor",
        change=desktop.take,
        most_bytes=MOST,
        file_types=frozenset({"audio/ogg", "audio/webm"}),
    )
    routes: list[Route] = [
        guarded(desk, each) for each in (takes, Page("/none", "editor", change=desktop.take))
    ]
    app: Starlette = desk_app(desk)
    app.router.routes.extend(routes)
    async with serving(app, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.port}"


async def _token(browser: Browser) -> str:
    return token_of(await browser.get("/password"))


async def _send(
    browser: Browser, files: Mapping[str, Sent], path: str = "/takes", **fields: str
) -> httpx.Response:
    fields = {"token": await _token(browser), **fields}
    return await browser.client.post(path, data=fields, files=dict(files))


async def test_a_file_comes_as_it_was_sent_with_the_fields_beside_it(enter: Enter, desktop: Desktop) -> None:
    content = bytes(range(256)) * 10

    await _send(
        await enter("editor"), {"sound": ("Сурати овоз.ogg", content, "audio/ogg; codecs=opus")}, of="ғ"
    )

    assert desktop.files == {"sound": UploadedFile(content, "audio/ogg", "Сурати овоз.ogg")}
    assert desktop.reached[0].form["of"] == "ғ"


async def test_a_file_that_is_too_large_is_refused_with_a_sentence(enter: Enter, desktop: Desktop) -> None:
    editor = await enter("editor")

    answer = await _send(editor, {"sound": ("a.ogg", bytes(MOST), "audio/ogg")})

    assert (answer.status_code, desktop.reached) == (413, [])
    assert "too large" in answer.text


async def test_a_file_that_hides_how_long_it_is_is_cut_off(enter: Enter, desktop: Desktop) -> None:
    editor = await enter("editor")
    sent = httpx.Request("POST", "http://desk/", data={"token": await _token(editor)}, files={"sound": SOUND})
    head, kind = sent.read(), sent.headers["content-type"]

    async def endless() -> AsyncIterator[bytes]:
        yield head[:-10]
        for _ in range(100):
            yield bytes(MOST)

    answer = await editor.client.post("/takes", content=endless(), headers={"content-type": kind})

    assert (answer.status_code, desktop.reached) == (413, [])


@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_a_file_without_the_token_is_not_used(token: str, enter: Enter, desktop: Desktop) -> None:
    answer = await _send(await enter("editor"), {"sound": SOUND}, token=token)

    assert (answer.status_code, desktop.reached) == (403, [])


async def test_nobody_without_the_role_makes_the_desk_read_a_file(
    enter: Enter, browser: Browser, desktop: Desktop
) -> None:
    reader = await enter("reader")

    refused = await reader.client.post("/takes", files={"sound": ("a.ogg", bytes(MOST), "audio/ogg")})
    stranger = await browser.client.post("/takes", files={"sound": ("a.ogg", bytes(MOST), "audio/ogg")})

    # Had it been read, it would have been too large.
    assert (refused.status_code, stranger.status_code, desktop.reached) == (403, 303, [])


async def test_a_field_in_which_nobody_chose_a_file_brings_none(enter: Enter, desktop: Desktop) -> None:
    answer = await _send(await enter("editor"), {"sound": ("", b"", "application/octet-stream")})

    assert (answer.status_code, desktop.files) == (200, {})


async def test_files_come_by_their_fields(enter: Enter, desktop: Desktop) -> None:
    other = ("b.webm", b"\x1aE\xdf\xa3", "audio/webm")

    await _send(await enter("editor"), {"one": SOUND, "two": other})

    assert {name: file.name for name, file in desktop.files.items()} == {"one": "a.ogg", "two": "b.webm"}


async def test_two_files_in_one_field_or_too_many_are_no_form_of_ours(enter: Enter, desktop: Desktop) -> None:
    editor = await enter("editor")
    token = {"token": await _token(editor)}

    twice = await editor.client.post("/takes", data=token, files=[("sound", SOUND), ("sound", SOUND)])
    many = await editor.client.post("/takes", data=token, files=[(f"sound{n}", SOUND) for n in range(5)])

    assert (twice.status_code, many.status_code, desktop.reached) == (403, 403, [])


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", ""])
async def test_a_file_of_another_kind_is_refused(kind: str, enter: Enter, desktop: Desktop) -> None:
    answer = await _send(await enter("editor"), {"sound": ("a.ogg", b"<svg/>", kind)})

    assert (answer.status_code, desktop.reached) == (415, [])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.ogg", "passwd.ogg"),
        ("..\\..\\windows\\a.ogg", "a.ogg"),
        ("/absolute.ogg", "absolute.ogg"),
        ("a\u202egg\x7f.ogg", "agg.ogg"),
        ("..", ".."),
        ("x" * 500, "x" * 100),
    ],
)
async def test_a_name_is_for_showing_and_never_a_path(
    name: str, shown: str, enter: Enter, desktop: Desktop
) -> None:
    await _send(await enter("editor"), {"sound": (name, b"OggS", "audio/ogg")})

    assert desktop.files["sound"].name == shown


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nTOKEN',
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\nTOKEN\r\n--x--\r\n",
        ),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x--\r\n"),
        ("multipart/form-data; boundary=x; charset=zip", b"--x\r\n\xff\xfe: \r\n\r\n\r\n--x--\r\n"),
        ("multipart/mixed; boundary=x", b"--x--\r\n"),
    ],
)
async def test_a_broken_form_changes_nothing(kind: str, body: bytes, enter: Enter, desktop: Desktop) -> None:
    editor = await enter("editor")
    body = body.replace(b"TOKEN", (await _token(editor)).encode())

    answer = await editor.client.post("/takes", content=body, headers={"content-type": kind})

    assert (answer.status_code, desktop.reached) == (403, [])


async def test_a_page_that_takes_no_files_reads_none(enter: Enter, desktop: Desktop) -> None:
    answer = await _send(await enter("editor"), {"sound": SOUND}, path="/none")

    assert (answer.status_code, desktop.reached) == (403, [])


async def test_a_page_that_takes_files_takes_forms_without_them_too(enter: Enter, desktop: Desktop) -> None:
    editor = await enter("editor")

    answer = await editor.post("/takes", token=await _token(editor), of="x")

    assert (answer.status_code, desktop.files) == (200, {})


def test_a_page_says_of_files_both_how_long_and_of_which_types() -> None:
    with pytest.raises(ValueError, match="/takes"):
        Page("/takes", "editor", most_bytes=MOST)
