"""Sign-in: the password, then, for some roles, the code; and sign-out."""

from __future__ import annotations

import math
from collections.abc import Callable

from starlette.responses import Response

from desk import cookies
from desk.codes import picture
from desk.signing_in import Begun, Refused
from desk.visit import Visit, go_to

Form = Callable[[Visit, str, int], Response]
"""Shows a form with what is wrong, under this status."""


async def show(visit: Visit) -> Response:
    """Ask for name and password."""
    return go_to(visit.wanted) if visit.member else _password_form(visit)


async def enter(visit: Visit) -> Response:
    """Compare name and password."""
    name, password = visit.form.get("name", ""), visit.form.get("password", "")
    match await visit.desk.door.by_password(name, password, visit.address):
        case Begun(secret=secret):
            return visit.let_in(secret)
        case Refused() as refused:
            return refuse(visit, refused, "sign-in-wrong", _password_form)


async def show_code(visit: Visit) -> Response:
    """Ask for the code; before the first one, show the key that it is made from."""
    if visit.session is None or visit.member is not None:
        return go_to("/sign-in")
    return _code_form(visit)


async def enter_code(visit: Visit) -> Response:
    """Compare the code."""
    if visit.session is None or visit.member is not None:
        return go_to("/sign-in")
    shown = visit.form.get("code", "")
    match await visit.desk.door.by_code(visit.secret, visit.session, shown, visit.address):
        case Begun(secret=secret):
            return visit.let_in(secret)
        case Refused() as refused:
            return refuse(visit, refused, "sign-in-wrong-code", _code_form)


async def leave(visit: Visit) -> Response:
    """Sign out."""
    await visit.desk.store.end_session(visit.secret)
    response = go_to("/sign-in")
    cookies.remove(response, "session", secure=visit.desk.behind_proxy)
    return response


def refuse(visit: Visit, refused: Refused, phrase: str, form: Form) -> Response:
    """Show the form again, with what was wrong or for how many minutes nothing will be compared."""
    if not refused.wait:
        return form(visit, visit.voice.say(phrase), 403)
    minutes = str(math.ceil(refused.wait.total_seconds() / 60))
    response = form(visit, visit.voice.say("sign-in-wait", minutes=minutes), 429)
    response.headers["Retry-After"] = str(math.ceil(refused.wait.total_seconds()))
    return response


def _password_form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    return visit.page("sign_in.html", status=status, problem=problem, name=visit.form.get("name", ""))


def _code_form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    assert visit.session is not None
    key, name = visit.session.proposed_key, visit.session.member.name
    drawn = None if key is None else picture(key, name, visit.voice.say("code-picture"))
    grouped = None if key is None else " ".join(key[n : n + 4] for n in range(0, len(key), 4))
    return visit.page("code.html", status=status, problem=problem, key=grouped, picture=drawn)
