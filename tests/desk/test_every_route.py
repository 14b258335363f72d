"""Every route that there is, also those of tomorrow: closed to whoever has not all that it asks for."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Route

from bot.store import Store
from desk.app import PAGES, desk_app
from desk.desk import Desk
from desk.roles import ROLES, may
from tests.desk.browser import Browser, token_of
from tests.desk.conftest import KEY, PASSWORD, Enter, NewBrowser, join
from tests.stores import Table, tables

OPEN = {"/healthz": 200, "/static/{name}": 404, "/sign-in": 200}
"""What anybody may read, and what it answers here."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _paths(desk: Desk) -> list[str]:
    routes = desk_app(desk).routes
    assert all(isinstance(route, Route) for route in routes), "say here how a Mount is walked over"
    return [route.path for route in routes if isinstance(route, Route)]


def _address(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


async def _rows(store: Store) -> dict[str, Table]:
    """Return all rows but those of who tried to sign in, and of when a session was last used."""
    rows = await tables(store)
    return {name: rows for name, rows in rows.items() if name not in ("attempt", "staff_session")}


def test_there_are_routes_to_walk_over(desk: Desk) -> None:
    assert {*OPEN, "/", "/topics", "/staff", "/sign-out"} <= set(_paths(desk))


def test_each_route_is_open_by_name_or_guarded(desk: Desk) -> None:
    guarded = {page.path for page in PAGES if page.needs is not None}

    assert set(_paths(desk)) == {*OPEN, "/sign-in/code", *guarded}


async def test_nothing_answers_and_nothing_changes_without_a_session(
    desk: Desk, store: Store, browser: Browser
) -> None:
    await join(desk, "firuza", "admin", key=KEY)
    before = await _rows(store)

    for path in _paths(desk):
        token = token_of(await browser.get("/sign-in"))
        for method in METHODS:
            answer = await browser.client.request(method, _address(path), data={"token": token})
            if path in OPEN and method in ("GET", "HEAD"):
                assert answer.status_code == OPEN[path], path
            elif path == "/sign-in" and method == "POST":
                assert answer.status_code == 403
            elif answer.status_code != 405:
                assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")

    assert await _rows(store) == before


async def test_half_a_session_opens_nothing_but_the_page_for_the_code(desk: Desk, browser: Browser) -> None:
    await join(desk, "firuza", "admin", key=KEY)
    await browser.sign_in("firuza", PASSWORD)

    for path in set(_paths(desk)) - set(OPEN) - {"/sign-in/code"}:
        token = token_of(await browser.get("/sign-in/code"))
        for method in ("GET", "POST"):
            answer = await browser.client.request(method, _address(path), data={"token": token})
            if answer.status_code != 405:
                assert answer.headers["location"].partition("?")[0] == "/sign-in/code"


@pytest.mark.parametrize("token", ["", "0" * 64, "of another browser"])
async def test_nothing_changes_without_the_token_of_a_form_of_ours(
    token: str, store: Store, desk: Desk, enter: Enter, new_browser: NewBrowser
) -> None:
    admin = await enter("admin")
    if token == "of another browser":
        token = token_of(await new_browser().get("/sign-in"))
    before = await _rows(store)

    for page in PAGES:
        if page.change is not None:
            fields = {"token": token, "do": "add", "name": "mallory", "role": "admin"}
            answer = await admin.post(_address(page.path), **fields)
            assert (page.path, answer.status_code) == (page.path, 403)

    assert await _rows(store) == before
    assert (await admin.get("/")).status_code == 200


@pytest.mark.parametrize("role", ROLES)
async def test_nothing_answers_and_nothing_changes_without_the_role(
    role: str, store: Store, enter: Enter
) -> None:
    somebody = await enter(role)
    token = token_of(await somebody.get("/password"))
    before = await _rows(store)

    for page in PAGES:
        if page.needs is None or may(role, page.needs):
            continue
        fields = {"token": token, "do": "add", "name": "mallory", "role": "admin"}
        if page.show is not None:
            assert (await somebody.get(_address(page.path))).status_code == 403
        if page.change is not None:
            assert (await somebody.post(_address(page.path), **fields)).status_code == 403

    assert await _rows(store) == before


async def test_a_role_that_this_program_does_not_know_opens_nothing(desk: Desk, browser: Browser) -> None:
    await desk.store.add_staff("later", "archivist", await desk.passwords.digest(PASSWORD), by="command line")
    await desk.store.choose_password("later", await desk.passwords.digest(PASSWORD), keeping="")

    await browser.sign_in("later", PASSWORD)

    assert (await browser.get("/")).status_code == 403
