"""One announcement: written by one, approved by another, sent, stopped."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Final

from starlette.responses import Response

from bot.menu import NAMES
from bot.store import Announcement
from bot.store.announcements import OPEN
from desk.announcing import Typed, choice, is_right, shown, typed_in, typed_of
from desk.errors import DeskError
from desk.pages.announcements import COUNTS, STATES
from desk.roles import may
from desk.visit import Visit, go_to
from knowledge.model import Library

_ID: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)


async def show(visit: Visit) -> Response:
    """Show it, with what can be done with it."""
    kept = await _asked(visit)
    return await _page(visit, kept, typed_of(kept))


async def save(visit: Visit) -> Response:
    """Keep the text, right or wrong; a change takes the approval back."""
    assert visit.member is not None
    kept, typed = await _asked(visit), typed_in(visit.form, await _library(visit))
    version, by = visit.form.get("version", ""), visit.member.name
    if await visit.desk.store.save_announcement(kept.id, typed.texts, typed.section, version=version, by=by):
        return go_to(f"/announcements/{kept.id}", kept="yes")
    kept = await _asked(visit)
    if kept.state not in OPEN:
        return await _refuse(visit)
    problem = visit.voice.say("announcement-changed-meanwhile", author=kept.author)
    return await _page(visit, kept, typed, problem, 409)


async def preview(visit: Visit) -> Response:
    """Show what is typed just now, and what is wrong with it; nothing is kept."""
    await _asked(visit)
    library = await _library(visit)
    typed = typed_in(visit.form, library)
    return visit.page(
        "announcement_preview.html",
        sides=shown(typed, library, visit.desk.clock()),
        choice=choice(typed, library, visit.language),
    )


async def approve(visit: Visit) -> Response:
    """Approve the text as this person has seen it; never one's own."""
    assert visit.member is not None
    kept, library, by = await _asked(visit), await _library(visit), visit.member.name
    typed = typed_of(kept)
    if kept.author == by:
        return await _page(visit, kept, typed, visit.voice.say("announcement-own"), 422)
    if not is_right(shown(typed, library, visit.desk.clock()), typed, library):
        return await _page(visit, kept, typed, visit.voice.say("announcement-is-wrong"), 422)
    version = visit.form.get("version", "")
    done = await visit.desk.store.approve_announcement(kept.id, version=version, by=by)
    return go_to(f"/announcements/{kept.id}") if done else await _refuse(visit)


async def send(visit: Visit) -> Response:
    """Have the approved text sent to all subscribers."""
    assert visit.member is not None
    kept, version = await _asked(visit), visit.form.get("version", "")
    done = await visit.desk.store.begin_announcement(kept.id, version=version, by=visit.member.name)
    return go_to(f"/announcements/{kept.id}") if done else await _refuse(visit)


async def stop(visit: Visit) -> Response:
    """Send it to nobody more."""
    assert visit.member is not None
    kept = await _asked(visit)
    done = await visit.desk.store.stop_announcement(kept.id, by=visit.member.name)
    return go_to(f"/announcements/{kept.id}") if done else await _refuse(visit)


async def remove(visit: Visit) -> Response:
    """Delete one that was never sent."""
    assert visit.member is not None
    kept = await _asked(visit)
    done = await visit.desk.store.remove_announcement(kept.id, by=visit.member.name)
    return go_to("/announcements") if done else await _refuse(visit)


async def progress(visit: Visit) -> Response:
    """Show how far it is, as a piece of the page."""
    return visit.page("announcement_progress.html", kept=await _asked(visit), counts=COUNTS, states=STATES)


async def _asked(visit: Visit) -> Announcement:
    asked = str(visit.request.path_params["announcement"])
    found = await visit.desk.store.announcement(asked) if _ID.fullmatch(asked) else None
    if found is None:
        raise DeskError("there is no announcement with this id", "no-such-page")
    return found


async def _library(visit: Visit) -> Library:
    today = visit.desk.clock().astimezone(UTC).date()
    return (await visit.desk.content.now(today)).library


async def _refuse(visit: Visit) -> Response:
    # What was decided on is not what stands there any more.
    kept = await _asked(visit)
    return await _page(visit, kept, typed_of(kept), visit.voice.say("announcement-moved-on"), 409)


async def _page(
    visit: Visit, kept: Announcement, typed: Typed, problem: str = "", status: int = 200
) -> Response:
    assert visit.member is not None
    library, stored, now = await _library(visit), typed_of(kept), visit.desk.clock()
    sides, kept_sides = shown(typed, library, now), shown(stored, library, now)
    right = is_right(kept_sides, stored, library)
    subscribers = await visit.desk.store.subscribers()
    publishes = may(visit.member.role, "publisher")
    return visit.page(
        "announcement.html",
        status=status,
        problem=problem,
        kept=kept,
        is_open=kept.state in OPEN,
        stored=kept_sides if typed != stored else [],
        may_approve=publishes and kept.state == "draft" and kept.author != visit.member.name and right,
        may_send=publishes and kept.state == "approved" and right,
        right=right,
        saved=visit.request.query_params.get("kept") == "yes" and not problem,
        subscribers=sum(subscribers.values()),
        counts=COUNTS,
        states=STATES,
        names=NAMES,
        sides=sides,
        choice=choice(typed, library, visit.language),
    )
