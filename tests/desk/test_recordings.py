"""Recordings on the desk: attached to a section in one language, heard, removed, never of another text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from pathlib import Path

import httpx
import pytest

from bot.store import Store
from desk.desk import Desk
from desk.history import start_history
from desk.sound import MOST_BYTES, MOST_WAV_BYTES, check_sound
from knowledge.changes.pages import with_section, without_section
from knowledge.changes.revalidate import replaced
from knowledge.load import load
from knowledge.model import Library, Recording
from tests.desk.browser import Browser, elements, text_of, token_of
from tests.desk.conftest import Enter
from tests.desk.sounds import pitch_of, sound

PAGE = "/topics/wages/tg/recordings"
FILE = "topics/wages/first.tg.ogg"


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough: all of it stands in the content."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


async def _attach(
    browser: Browser, content: bytes, section: str = "first", *, kind: str = "audio/ogg", **more: str
) -> httpx.Response:
    page = await browser.get(PAGE)
    [seen] = elements(page, f"//form[.//input[@id='sound-{section}']]//input[@name='seen']/@value")
    fields = {"token": token_of(page), "section": section, "seen": str(seen), **more}
    files: Mapping[str, tuple[str, bytes, str]] = {"sound": ("voice", content, kind)}
    return await browser.client.post(PAGE, data=fields, files=dict(files))


async def _remove(browser: Browser, section: str = "first") -> httpx.Response:
    return await browser.submit(PAGE, f"{PAGE}/remove", section=section)


async def _change_text(desk: Desk, text: str) -> None:
    today = desk.clock().astimezone(UTC).date()

    def change(library: Library) -> Library:
        topic = library.topic_by_id["wages"]
        page = with_section(topic.page, "tg", "first", "Музд", text, today)
        topics = [replaced(each, page=page) if each is topic else each for each in library.topics]
        return replaced(library, topics=topics)

    await desk.content.save(change, author="zafar", message="wages: tg")


def _files(content: Path) -> dict[Path, bytes]:
    return {each: each.read_bytes() for each in content.rglob("*.*") if each.is_file()}


def _recordings(content: Path) -> tuple[Recording, ...]:
    return load(content).topic_by_id["wages"].page.recordings


async def test_an_attached_recording_stands_beside_the_article_and_can_be_heard(
    enter: Enter, content: Path, desk: Desk
) -> None:
    editor, voice = await enter("editor"), sound(1)

    answer = await _attach(editor, voice)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=attached")
    [kept] = _recordings(content)
    assert (kept.section, kept.language, kept.recorded) == (
        "first",
        "tg",
        desk.clock().astimezone(UTC).date(),
    )
    assert (content / FILE).read_bytes() == voice
    page = await editor.get(f"{PAGE}?done=attached")
    assert text_of(page, "//*[@role='status']") == "The recording is attached."
    [source] = elements(page, "//audio/@src")
    heard = await editor.get(str(source))
    assert (heard.content, heard.headers["content-type"]) == (voice, "audio/ogg")
    assert "media-src 'self'" in page.headers["content-security-policy"]
    assert (await editor.get(str(source), Range="bytes=0-3")).content == b"OggS"


@pytest.mark.parametrize("kind", ["audio/wav", "audio/x-wav"])
async def test_a_wav_is_kept_as_opus(kind: str, enter: Enter, content: Path) -> None:
    wav = sound(2, "WAV", "PCM_16", pitch=330, rate=24_000)

    answer = await _attach(await enter("editor"), wav, kind=kind)

    assert answer.status_code == 303
    kept = (content / FILE).read_bytes()
    assert check_sound(kept) == pytest.approx(2, abs=0.05)
    assert pitch_of(kept) == pytest.approx(330, abs=2)


async def test_attaching_again_replaces_and_removing_takes_the_sound_away(
    enter: Enter, content: Path
) -> None:
    editor = await enter("editor")
    before = _files(content)
    await _attach(editor, sound(1))

    await _attach(editor, newer := sound(2, pitch=330))
    assert (content / FILE).read_bytes() == newer
    await _attach(editor, sound(1), "second")
    assert [each.section for each in _recordings(content)] == ["first", "second"]

    await _remove(editor)
    await _remove(editor, "second")
    after = _files(content)
    assert after == before


async def test_each_change_is_a_version_with_its_author_and_the_way_back_brings_the_sound(
    enter: Enter, content: Path, desk: Desk, store: Store
) -> None:
    start_history(content)
    editor, voice = await enter("editor", "firuza"), sound(1)
    await _attach(editor, voice)
    await _remove(editor)

    removed, attached, _ = desk.content.history.log("topics/wages")
    assert [each.author for each in (attached, removed)] == ["firuza", "firuza"]
    shown = await editor.get(f"/topics/wages/history/{attached.id}")
    assert FILE in text_of(shown)
    assert "OggS" not in shown.text
    await editor.submit(
        f"/topics/wages/history/{attached.id}", f"/topics/wages/history/{attached.id}/restore"
    )
    assert (content / FILE).read_bytes() == voice
    assert len(_recordings(content)) == 1
    what = [each.what for each in await store.audited(50)]
    assert {"recording.attached", "recording.removed"} <= set(what)


@pytest.mark.parametrize(
    ("content_sent", "sentence"),
    [
        (b"OggS" + bytes(500), "This is neither OGG/Opus nor a usual WAV"),
        (sound(1, "OGG", "VORBIS"), "This is neither OGG/Opus nor a usual WAV"),
        (sound(1, "WAV", "PCM_16")[:-1], "This file is damaged or empty."),
        (sound(1)[:-1], "This file is damaged or empty."),
        (sound(181), "This recording is too long."),
        (bytes(MOST_BYTES + 1), "This file is too large"),
    ],
    ids=["junk", "vorbis", "WAV cut off", "cut off", "too long", "too large"],
)
async def test_what_is_no_good_recording_is_refused_at_its_section(
    content_sent: bytes, sentence: str, enter: Enter, content: Path
) -> None:
    answer = await _attach(await enter("editor"), content_sent)

    assert answer.status_code == 422
    [field] = elements(answer, "//input[@aria-invalid='true']")
    assert sentence in text_of(answer, f"//*[@id='{field.get('aria-describedby')}']")
    assert not (content / FILE).exists()
    assert _recordings(content) == ()


async def test_a_form_without_a_file_says_so(enter: Enter) -> None:
    editor = await enter("editor")
    page = await editor.get(PAGE)

    answer = await editor.post(PAGE, token=token_of(page), section="first")

    assert (answer.status_code, "Choose a file." in answer.text) == (422, True)


async def test_a_file_longer_than_any_recording_is_not_even_read(enter: Enter) -> None:
    answer = await _attach(await enter("editor"), bytes(MOST_WAV_BYTES + 20_000))

    assert answer.status_code == 413


async def test_a_recording_is_never_attached_to_a_text_that_its_editor_has_not_seen(
    enter: Enter, content: Path, desk: Desk
) -> None:
    editor = await enter("editor")
    page = await editor.get(PAGE)
    [seen, *_] = elements(page, "//input[@name='seen']/@value")
    await _change_text(desk, "Матни дигар: дар муддати 2 сол шикоят кунед.")

    answer = await _attach(editor, sound(1), seen=str(seen))

    assert answer.status_code == 422
    assert "The text has changed meanwhile." in answer.text
    assert _recordings(content) == ()


async def test_a_recording_older_than_its_text_waits_under_today_until_it_is_made_again(
    enter: Enter, desk: Desk
) -> None:
    editor = await enter("editor")
    await _attach(editor, sound(1))
    waiting = "Recording that is older than its text"
    assert waiting not in text_of(await editor.get("/"))

    await _change_text(desk, "Матни дигар: дар муддати 2 сол шикоят кунед.")

    assert waiting in text_of(await editor.get("/"))
    assert "The text has changed since." in text_of(await editor.get(PAGE))
    await _attach(editor, sound(1))
    assert waiting not in text_of(await editor.get("/"))


async def test_the_sound_goes_with_its_section(enter: Enter, content: Path, desk: Desk) -> None:
    await _attach(await enter("editor"), sound(1))

    def change(library: Library) -> Library:
        topic = library.topic_by_id["wages"]
        page = without_section(topic.page, "first", date(2026, 11, 26))
        return replaced(
            library, topics=[replaced(each, page=page) if each is topic else each for each in library.topics]
        )

    await desk.content.save(change, author="zafar", message="wages: facts")

    assert not (content / FILE).exists()
    assert not (content / "topics/wages/recordings.yaml").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/topics/no-such/tg/recordings",
        "/topics/wages/de/recordings",
        f"{PAGE}/first/sound",
        f"{PAGE}/..%2f..%2fcontacts.yaml/sound",
        f"{PAGE}/no-such/sound",
    ],
)
async def test_what_is_not_there_is_no_page(path: str, enter: Enter) -> None:
    assert (await (await enter("editor")).get(path)).status_code == 404


async def test_a_sound_that_leads_out_of_the_content_is_not_served(
    enter: Enter, content: Path, tmp_path: Path
) -> None:
    editor = await enter("editor")
    await _attach(editor, sound(1))
    (tmp_path / "secret").write_text("secret")
    (content / FILE).unlink()
    (content / FILE).symlink_to(tmp_path / "secret")

    assert (await editor.get(f"{PAGE}/first/sound")).status_code == 404
