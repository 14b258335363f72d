"""Staff: who may come in, in which role, and who changed what."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from desk import staffing
from desk.errors import DeskError
from desk.visit import Visit, go_to

_AUDITED: Final = 50


async def show(visit: Visit) -> Response:
    """Show all members, and the last changes."""
    return await _page(visit)


async def change(visit: Visit) -> Response:
    """Add, change, reset or remove a member; a first password is shown once, in this answer."""
    desk, form = visit.desk, visit.form
    assert visit.member is not None
    by, name = visit.member.name, form.get("name", "").strip()
    try:
        match form.get("do"):
            case "add":
                first = await staffing.add(desk.store, desk.passwords, name, form.get("role", ""), by)
                return await _page(visit, first=(name, first))
            case "reset":
                first = await staffing.reset(desk.store, desk.passwords, name, by)
                return await _page(visit, first=(name, first))
            case "role":
                await staffing.set_role(desk.store, name, form.get("role", ""), by)
            case "remove":
                await staffing.remove(desk.store, name, by)
    except DeskError as error:
        return await _page(visit, visit.voice.say(error.phrase), 422)
    return go_to("/staff")


async def _page(
    visit: Visit, problem: str = "", status: int = 200, first: tuple[str, str] | None = None
) -> Response:
    members, audited = await visit.desk.store.staff(), await visit.desk.store.audited(_AUDITED)
    return visit.page(
        "staff.html", status=status, members=members, audited=audited, problem=problem, first=first
    )
