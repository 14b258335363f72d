"""Choosing a password of one's own."""

from __future__ import annotations

from starlette.responses import Response

from desk.errors import DeskError
from desk.pages.sign_in import refuse
from desk.passwords import SHORTEST, check_password
from desk.visit import Visit, go_to


async def show(visit: Visit) -> Response:
    """Ask for the password of today and the new one."""
    return _form(visit)


async def choose(visit: Visit) -> Response:
    """Set the new password; other sessions of this member end."""
    assert visit.session is not None
    member, new = visit.session.member, visit.form.get("new", "")
    refused = await visit.desk.door.knows(visit.session, visit.form.get("password", ""), visit.address)
    if refused is not None:
        return refuse(visit, refused, "password-wrong", _form)
    try:
        check_password(new, member.name)
    except DeskError as error:
        return _form(visit, visit.voice.say(error.phrase, shortest=str(SHORTEST)), 422)
    if new != visit.form.get("again"):
        return _form(visit, visit.voice.say("password-differs"), 422)
    if new == visit.form.get("password"):
        return _form(visit, visit.voice.say("password-same"), 422)
    digest = await visit.desk.passwords.digest(new)
    await visit.desk.store.choose_password(member.name, digest, keeping=visit.secret)
    return go_to("/")


def _form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    return visit.page("password.html", status=status, problem=problem, shortest=str(SHORTEST))
