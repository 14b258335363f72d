"""Recordings: the sections of one article read aloud, to be heard, attached and removed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date

from starlette.responses import FileResponse, Response

from desk.drafting.parts import owner_of
from desk.errors import DeskError
from desk.recordings import OtherTextError, Row, attach, remove, rows
from desk.sound import MOST_SECONDS, MOST_WAV_BYTES, RATE, SoundError, as_opus
from desk.visit import Visit, go_to
from knowledge.model import LANGUAGES, Language, Page
from knowledge.writing import content_path


async def show(visit: Visit) -> Response:
    """List the sections with their recordings."""
    page, language = await _wanted(visit)
    return _page(visit, page, language)


async def add(visit: Visit) -> Response:
    """Check what was sent, make OGG/Opus of it, and keep it with its section."""
    page, language = await _wanted(visit)
    row = _row(page, language, visit.form.get("section", ""))
    if row is None or row.section is None:
        raise _nothing()
    sent = visit.files.get("sound")
    if sent is None:
        return _page(visit, page, language, {row.id: "recording-no-file"})
    assert visit.member is not None
    if visit.form.get("seen") != row.section.digest:
        return _page(visit, page, language, {row.id: "recording-other-text"})
    try:
        sound = await asyncio.to_thread(as_opus, sent.content)
        await attach(
            visit.desk.content,
            page,
            language,
            row.id,
            sound=sound,
            seen=row.section.digest,
            author=visit.member.name,
            today=_today(visit),
        )
    except (SoundError, OtherTextError) as error:
        page, language = await _wanted(visit)
        return _page(visit, page, language, {row.id: error.phrase})
    await visit.desk.store.note(visit.member.name, "recording.attached", f"{page.id} {language}")
    return go_to(_address(page, language), done="attached")


async def take_away(visit: Visit) -> Response:
    """Remove one recording."""
    page, language = await _wanted(visit)
    row = _row(page, language, visit.form.get("section", ""))
    if row is None or row.recording is None:
        raise _nothing()
    assert visit.member is not None
    await remove(visit.desk.content, page, language, row.id, visit.member.name)
    await visit.desk.store.note(visit.member.name, "recording.removed", f"{page.id} {language}")
    return go_to(_address(page, language), done="removed")


async def play(visit: Visit) -> Response:
    """Send the sound."""
    page, language = await _wanted(visit)
    row = _row(page, language, visit.request.path_params["section"])
    if row is None or row.recording is None:
        raise _nothing()
    file = content_path(visit.desk.content.history.content, f"{page.path}/{row.recording.file}")
    if not file.is_file() or file.is_symlink():
        raise _nothing()
    return FileResponse(file, media_type="audio/ogg")


async def _wanted(visit: Visit) -> tuple[Page, Language]:
    library = (await visit.desk.content.now(_today(visit))).library
    owner = owner_of(library, visit.request.path_params["id"])
    language = next((each for each in LANGUAGES if each == visit.request.path_params["language"]), None)
    if owner is None or language is None:
        raise _nothing()
    return owner.page, language


def _row(page: Page, language: Language, section: str) -> Row | None:
    return next((each for each in rows(page, language) if each.id == section), None)


def _page(
    visit: Visit, page: Page, language: Language, problems: Mapping[str, str] | None = None
) -> Response:
    say = visit.voice.say
    done = visit.request.query_params.get("done")
    return visit.page(
        "recordings.html",
        status=422 if problems else 200,
        problem=say("recording-not-kept") if problems else "",
        problems={section: say(phrase) for section, phrase in (problems or {}).items()},
        done={"attached": say("recording-kept"), "removed": say("recording-gone")}.get(done or "", ""),
        page=page,
        title=page.article(visit.language).title if page.articles else page.id,
        language=language,
        address=_address(page, language),
        rows=list(rows(page, language)),
        minutes=MOST_SECONDS // 60,
        most_megabytes=MOST_WAV_BYTES // 1_000_000,
        most_seconds=MOST_SECONDS,
        rate=RATE,
    )


def _address(page: Page, language: Language) -> str:
    return f"/topics/{page.id}/{language}/recordings"


def _today(visit: Visit) -> date:
    return visit.desk.clock().astimezone(UTC).date()


def _nothing() -> DeskError:
    return DeskError("there is no such page, section or recording", "no-such-page")
