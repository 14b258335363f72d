"""An editor reads a section aloud into a microphone that Chromium makes up; without one, a file is taken."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from desk.sound import check_sound
from tests.desk.browser_tests.conftest import CHROMIUM
from tests.desk.browser_tests.people import People
from tests.desk.browser_tests.program import Program
from tests.desk.browser_tests.seeing import serious_findings
from tests.desk.sounds import pitch_of, sound

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="package")]
FAR_AWAY = "desk.example"
SECONDS = 30_000
"""Half a minute, as Playwright counts: the machine may have other things to do."""


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> str:
    """One is enough: recordings stand in the content."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest_asyncio.fixture(loop_scope="package", name="chromium")
async def _with_a_microphone(chromium: Browser) -> AsyncIterator[Browser]:
    # It beeps once a second. At another name than its own a desk without TLS is no place for microphones.
    flags = [
        "--use-fake-device-for-media-stream",
        f"--host-resolver-rules=MAP {FAR_AWAY} 127.0.0.1",
        "--no-proxy-server",
    ]
    browser = await chromium.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield browser
    await browser.close()


async def _open(people: People, allowed: str) -> tuple[Page, Locator]:
    """Return the page of recordings and its first section. allowed: the only thing the browser lets it do."""
    page = await people.enter("editor")
    await page.context.grant_permissions([allowed])
    await page.goto("/topics/wages/ru/recordings")
    return page, page.locator("section.recording").first


async def test_a_section_is_read_aloud_heard_recorded_anew_and_attached(
    program: Program, people: People
) -> None:
    page, section = await _open(people, "microphone")
    button, told = section.locator("[data-recorder] button"), section.get_by_role("status")
    await expect(section.locator(".as-written")).to_be_hidden()

    await button.focus()
    for name in ("Record", "Record anew"):
        await expect(button).to_have_text(name)
        await page.keyboard.press("Enter")
        await expect(told).to_contain_text("Recording. Seconds:", timeout=SECONDS)
        await expect(section.locator(".as-written")).to_be_visible()
        passed = section.get_by_role("progressbar")
        await expect(passed).to_have_attribute("value", re.compile("[1-9]"), timeout=SECONDS)
        findings = await serious_findings(page)
        await page.keyboard.press("Enter")
        await expect(told).to_contain_text("Recorded, seconds:", timeout=SECONDS)
    findings = [*findings, *await serious_findings(page)]
    length = await section.get_by_label("What was just recorded").evaluate("""each => new Promise(
        (done, failed) => {
            each.onloadedmetadata = () => done(each.duration);
            each.onerror = () => failed(each.error.message);
            each.load();
        })""")
    await section.get_by_role("button", name="Attach").click()
    await page.get_by_text("The recording is attached").wait_for()

    [kept] = program.content.glob("topics/wages/*.ogg")
    assert check_sound(kept.read_bytes()) == pytest.approx(length, abs=0.05)
    assert length >= 1
    assert pitch_of(kept.read_bytes()) > 0
    assert findings == []
    assert people.complaints == []


async def test_where_nothing_can_be_recorded_a_sentence_says_why_and_a_file_can_be_attached(
    program: Program, people: People, chromium: Browser, tmp_path: Path
) -> None:
    page, section = await _open(people, "geolocation")
    elsewhere = People(chromium, program.url.replace("127.0.0.1", FAR_AWAY))
    _, section_elsewhere = await _open(elsewhere, "geolocation")

    await _refused(section, "does not let this page use the microphone")
    # No flag of Chromium takes the microphones away.
    await page.evaluate("""() => {
        navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotFoundError"); };
    }""")
    await _refused(section, "No microphone was found")
    await _refused(section_elsewhere, "records only where the desk is opened by https")
    await elsewhere.leave()
    voice = tmp_path / "voice.wav"
    voice.write_bytes(sound(1, "WAV", "PCM_16"))
    await section.get_by_label("Sound file").set_input_files(voice)
    await section.get_by_role("button", name="Attach").click()
    await page.get_by_text("The recording is attached").wait_for()

    assert len(list(program.content.glob("topics/wages/*.ogg"))) == 1
    assert people.complaints == []


async def _refused(section: Locator, sentence: str) -> None:
    await section.get_by_role("button", name="Record", exact=True).click()
    await expect(section.get_by_role("status")).to_contain_text(sentence, timeout=SECONDS)
