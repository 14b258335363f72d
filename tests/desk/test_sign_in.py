"""Who comes in, and how those are slowed who should not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from string import ascii_lowercase

import httpx
import pytest

from bot.store import Store, open_store
from bot.store.sessions import ABSOLUTE, FOR_THE_CODE, IDLE
from bot.web.server import serving
from desk import staffing
from desk.app import desk_app
from desk.codes import code, step_at
from desk.desk import Desk, open_desk
from desk.passwords import Passwords
from desk.signing_in import FREE_ATTEMPTS, FREE_ATTEMPTS_FROM, Refused
from tests.desk.browser import Browser, elements, text_of, token_of
from tests.desk.conftest import KEY, PASSWORD, CountingHasher, Enter, NewBrowser, join, show_code
from tests.stores import Clock, tables

Change = Callable[[Store], Awaitable[object]]


async def test_a_password_is_enough_for_an_editor_who_comes_to_the_page_that_was_wanted(
    desk: Desk, browser: Browser
) -> None:
    await join(desk, "firuza", "editor")

    away = await browser.get("/topics?state=overdue")
    form = await browser.get(away.headers["location"])
    [wanted] = elements(form, "//input[@name='next']/@value")
    entered = await browser.submit(
        away.headers["location"], "/sign-in", name=" Firuza ", password=PASSWORD, next=str(wanted)
    )

    assert (entered.status_code, entered.headers["location"]) == (303, "/topics?state=overdue")
    assert (await browser.get("/topics?state=overdue")).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/e"])
async def test_signing_in_never_leads_to_another_site(desk: Desk, browser: Browser, elsewhere: str) -> None:
    await join(desk, "firuza", "editor")

    entered = await browser.submit("/sign-in", name="firuza", password=PASSWORD, next=elsewhere)

    assert entered.headers["location"] == "/"


@pytest.mark.parametrize("name", ["firuza", "nobody", "no name at all", "\x00", "a" * 5000])
async def test_a_wrong_password_and_an_unknown_name_look_the_same_and_cost_the_same(
    name: str, desk: Desk, browser: Browser, hasher: CountingHasher
) -> None:
    await join(desk, "firuza", "editor")
    compared = hasher.compared

    refused = await browser.sign_in(name, "some other password")

    assert (refused.status_code, text_of(refused, "//*[@role='alert']")) == (
        403,
        "Name or password is wrong.",
    )
    assert hasher.compared == compared + 1


async def test_cookies_are_for_this_site_and_no_script(desk: Desk, browser: Browser) -> None:
    await join(desk, "firuza", "editor")

    entered = await browser.sign_in("firuza", PASSWORD)

    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("desk-session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie


async def test_behind_a_proxy_with_tls_cookies_go_by_tls_only(store: Store, content: Path) -> None:
    desk = open_desk(store, content, behind_proxy=True)
    async with serving(desk_app(desk), "127.0.0.1", 0) as server:
        browser = Browser(f"http://127.0.0.1:{server.port}")
        asked = await browser.get("/sign-in")
        await browser.client.aclose()

    cookie = asked.headers["set-cookie"]
    assert cookie.startswith("__Host-desk-visitor=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "max-age=" in asked.headers["strict-transport-security"]


async def test_a_cookie_from_before_signing_in_is_not_the_one_after(desk: Desk, browser: Browser) -> None:
    await join(desk, "firuza", "admin", key=KEY)

    answers = [
        await browser.get("/sign-in"),
        await browser.sign_in("firuza", PASSWORD),
        await show_code(browser, desk),
    ]

    secrets = {each.headers["set-cookie"].partition(";")[0].partition("=")[2] for each in answers}
    assert len(secrets) == 3


async def test_neither_cookies_nor_passwords_stand_in_the_database(
    desk: Desk, store: Store, browser: Browser, new_browser: NewBrowser
) -> None:
    await join(desk, "firuza", "editor")

    await browser.sign_in("firuza", PASSWORD)
    await new_browser().sign_in("typed as a name", "typed as a password")

    everything = str(await tables(store))
    assert browser.client.cookies["desk-session"] not in everything
    for typed in (PASSWORD, "typed as a name", "typed as a password"):
        assert typed not in everything


# -- guessing


async def _guess(browser: Browser, times: int, name: str = "firuza") -> list[int]:
    return [(await browser.sign_in(name, "a wrong password")).status_code for _ in range(times)]


async def test_whoever_fails_too_often_has_to_wait_even_with_the_right_password(
    desk: Desk, browser: Browser, new_browser: NewBrowser, clock: Clock, hasher: CountingHasher
) -> None:
    await join(desk, "firuza", "editor")
    assert await _guess(browser, FREE_ATTEMPTS) == [403] * FREE_ATTEMPTS
    compared = hasher.compared

    refused = await browser.sign_in("firuza", PASSWORD)

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    assert hasher.compared == compared
    clock.forward(seconds=30)
    assert (await browser.sign_in("firuza", PASSWORD)).status_code == 303
    assert await _guess(new_browser(), FREE_ATTEMPTS) == [403] * FREE_ATTEMPTS


async def test_an_unknown_name_is_slowed_like_a_known_one(browser: Browser) -> None:
    assert await _guess(browser, FREE_ATTEMPTS + 1, "nobody") == [*[403] * FREE_ATTEMPTS, 429]


async def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(
    browser: Browser, clock: Clock
) -> None:
    await _guess(browser, FREE_ATTEMPTS)
    waits = []

    for _ in range(8):
        waits.append(int((await browser.sign_in("firuza", "x")).headers["retry-after"]))
        clock.forward(seconds=waits[-1])
        assert await _guess(browser, 1) == [403]

    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


async def test_many_guesses_at_once_are_no_more_than_one_after_another(
    desk: Desk, new_browser: NewBrowser, hasher: CountingHasher
) -> None:
    await join(desk, "firuza", "editor")
    compared = hasher.compared

    answers = await asyncio.gather(*(new_browser().sign_in("firuza", f"guess {n}") for n in range(20)))

    assert sorted(each.status_code for each in answers) == [403] * FREE_ATTEMPTS + [429] * 15
    assert hasher.compared == compared + FREE_ATTEMPTS


async def test_failures_count_at_every_desk_of_the_same_database(
    address: str, desk: Desk, browser: Browser, clock: Clock, content: Path
) -> None:
    await join(desk, "firuza", "editor")
    await _guess(browser, FREE_ATTEMPTS)
    other_store = await open_store(address, clock=clock)
    other_desk = open_desk(other_store, content, clock=clock)

    async with serving(desk_app(other_desk), "127.0.0.1", 0) as server:
        elsewhere = Browser(f"http://127.0.0.1:{server.port}")
        refused = await elsewhere.sign_in("firuza", PASSWORD)
        await elsewhere.client.aclose()
    await other_store.close()

    assert refused.status_code == 429


async def test_guessing_at_many_names_slows_the_address_that_it_comes_from(
    store: Store, clock: Clock, content: Path
) -> None:
    desk = open_desk(store, content, behind_proxy=True, clock=clock, passwords=Passwords(CountingHasher()))
    guesser, other = "2001:db8::1", "2001:db8:0:1::1"
    for number in range(FREE_ATTEMPTS_FROM):
        refused = await desk.door.by_password(f"name{number}", "guess", guesser.replace("::1", f"::{number}"))
        assert refused == Refused(timedelta())

    assert await desk.door.by_password("another", "guess", guesser) == Refused(timedelta(seconds=30))
    assert await desk.door.by_password("another", "guess", other) == Refused(timedelta())


async def test_the_address_is_what_the_proxy_saw_and_not_what_a_browser_invents(
    store: Store, clock: Clock, content: Path
) -> None:
    desk = open_desk(store, content, behind_proxy=True, clock=clock, passwords=Passwords(CountingHasher()))
    async with serving(desk_app(desk), "127.0.0.1", 0) as server:
        for invented in (f"192.0.2.{number}" for number in range(FREE_ATTEMPTS_FROM + 1)):
            request = {"x-forwarded-for": f"{invented}, 198.51.100.7"}
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{server.port}", trust_env=False
            ) as client:
                page = await client.get("/sign-in", headers=request)
                cookie = page.headers["set-cookie"].partition(";")[0]
                fields = {"token": token_of(page), "name": f"n{invented.rpartition('.')[2]}", "password": "x"}
                answer = await client.post("/sign-in", data=fields, headers={**request, "cookie": cookie})

    assert answer.status_code == 429


async def test_what_failed_is_forgotten_after_a_day(desk: Desk, browser: Browser, clock: Clock) -> None:
    await _guess(browser, FREE_ATTEMPTS)

    clock.forward(days=1)
    await desk.store.purge()

    assert (await tables(desk.store))["attempt"] == []


# -- codes


async def _key_on(browser: Browser) -> str:
    page = await browser.get("/sign-in/code")
    return text_of(page, "//code").replace(" ", "")


async def test_an_admin_sets_up_codes_at_the_first_sign_in_and_shows_one_at_each_later_one(
    desk: Desk, browser: Browser, new_browser: NewBrowser, clock: Clock
) -> None:
    await join(desk, "firuza", "admin")

    await browser.sign_in("firuza", PASSWORD)
    page = await browser.get("/sign-in/code")
    assert len(elements(page, "//*[local-name()='svg']")) == 1
    key = await _key_on(browser)
    wrong = await browser.submit("/sign-in/code", code="000000")
    assert wrong.status_code == 403
    assert (await show_code(browser, desk, key)).status_code == 303
    assert (await browser.get("/staff")).status_code == 200

    clock.forward(seconds=30)
    again = new_browser()
    await again.sign_in("firuza", PASSWORD)
    page = await again.get("/sign-in/code")
    assert (elements(page, "//code"), elements(page, "//*[local-name()='svg']")) == ([], [])
    assert (await show_code(again, desk, key)).status_code == 303
    assert (await again.get("/staff")).status_code == 200


async def test_no_code_works_twice_nor_does_one_from_before_it(
    desk: Desk, new_browser: NewBrowser, clock: Clock
) -> None:
    await join(desk, "firuza", "publisher", key=KEY)
    first, second = new_browser(), new_browser()
    await first.sign_in("firuza", PASSWORD)
    used = step_at(clock())
    await show_code(first, desk)

    await second.sign_in("firuza", PASSWORD)
    replayed = [
        (await second.submit("/sign-in/code", code=code(KEY, step))).status_code for step in (used, used - 1)
    ]
    clock.forward(seconds=30)
    next_one = await show_code(second, desk)

    assert (replayed, next_one.status_code) == ([403, 403], 303)


async def test_a_code_is_used_up_by_one_of_those_who_show_it_at_once(
    desk: Desk, new_browser: NewBrowser
) -> None:
    await join(desk, "firuza", "publisher", key=KEY)
    browsers = [new_browser() for _ in range(4)]
    for browser in browsers:
        await browser.sign_in("firuza", PASSWORD)

    answers = await asyncio.gather(*(show_code(browser, desk) for browser in browsers))

    assert sorted(each.status_code for each in answers) == [303, 403, 403, 403]


async def test_guessing_codes_is_slowed_and_the_password_does_not_reset_that(
    desk: Desk, browser: Browser
) -> None:
    await join(desk, "firuza", "publisher", key=KEY)
    await browser.sign_in("firuza", PASSWORD)
    for _ in range(FREE_ATTEMPTS):
        assert (await browser.submit("/sign-in/code", code="000000")).status_code == 403

    await browser.sign_in("firuza", PASSWORD)

    assert (await show_code(browser, desk)).status_code == 429


async def test_a_key_that_somebody_else_was_shown_never_becomes_the_members(
    desk: Desk, new_browser: NewBrowser
) -> None:
    await join(desk, "firuza", "admin")
    thief, firuza = new_browser(), new_browser()
    await thief.sign_in("firuza", PASSWORD)
    await firuza.sign_in("firuza", PASSWORD)
    stolen, own = await _key_on(thief), await _key_on(firuza)
    assert stolen != own

    await show_code(firuza, desk, own)

    assert (await show_code(thief, desk, stolen)).status_code == 403
    member = await desk.store.staff_member("firuza")
    assert member is not None
    assert member.code_key == own


async def test_a_session_that_waits_for_its_code_ends_soon(
    desk: Desk, browser: Browser, clock: Clock
) -> None:
    await join(desk, "firuza", "publisher", key=KEY)
    await browser.sign_in("firuza", PASSWORD)

    clock.forward(seconds=FOR_THE_CODE.total_seconds())

    assert (await browser.get("/sign-in/code")).headers["location"] == "/sign-in"


# -- the end of a session


async def test_a_session_that_nobody_uses_ends(enter: Enter, clock: Clock) -> None:
    browser = await enter("reader")

    clock.forward(seconds=IDLE.total_seconds() - 1)
    used = await browser.get("/")
    clock.forward(seconds=IDLE.total_seconds() - 1)
    used_again = await browser.get("/")
    clock.forward(seconds=IDLE.total_seconds())
    unused = await browser.get("/")

    assert [each.status_code for each in (used, used_again, unused)] == [200, 200, 303]


async def test_a_session_ends_however_much_it_is_used_and_its_row_goes(
    desk: Desk, enter: Enter, clock: Clock
) -> None:
    browser = await enter("reader")

    statuses = []
    for _ in range(int(ABSOLUTE / timedelta(minutes=30))):
        clock.forward(minutes=30)
        statuses.append((await browser.get("/")).status_code)
    await desk.store.purge()

    assert statuses == [*[200] * (len(statuses) - 1), 303]
    assert (await tables(desk.store))["staff_session"] == []


async def test_signing_out_ends_the_session_also_for_who_copied_the_cookie(
    enter: Enter, new_browser: NewBrowser
) -> None:
    browser, copied = await enter("reader"), new_browser()
    copied.client.cookies.set("desk-session", browser.client.cookies["desk-session"], domain="127.0.0.1")
    assert (await copied.get("/")).status_code == 200

    await browser.submit("/", "/sign-out")

    assert [(await each.get("/")).status_code for each in (browser, copied)] == [303, 303]


@pytest.mark.parametrize(
    "change",
    [
        lambda store: staffing.set_role(store, "editor", "reader", "command line"),
        lambda store: staffing.remove(store, "editor", "command line"),
        lambda store: staffing.reset(store, Passwords(CountingHasher()), "editor", "command line"),
        lambda store: store.choose_password("editor", "$argon2id$another", keeping="of another browser"),
    ],
    ids=["another role", "removed", "reset", "another password"],
)
async def test_whatever_changes_a_member_ends_the_sessions_at_once(
    change: Change, desk: Desk, enter: Enter
) -> None:
    browser = await enter("editor")

    await change(desk.store)

    assert (await browser.get("/")).status_code == 303


# -- the first password


async def test_a_first_password_opens_nothing_but_the_page_where_it_is_changed(
    desk: Desk, browser: Browser, new_browser: NewBrowser
) -> None:
    first = await staffing.add(desk.store, desk.passwords, "firuza", "editor", "command line")
    other = new_browser()
    for each in (browser, other):
        await each.sign_in("firuza", first)
    assert (await browser.get("/")).headers["location"] == "/password"

    chosen = await browser.submit("/password", password=first, new=PASSWORD, again=PASSWORD)

    assert chosen.headers["location"] == "/"
    assert [(await each.get("/")).status_code for each in (browser, other)] == [200, 303]
    assert (await new_browser().sign_in("firuza", first)).status_code == 403
    assert (await new_browser().sign_in("firuza", PASSWORD)).status_code == 303


async def test_whatever_a_member_is_called_a_first_password_is_made_and_one_of_their_own_is_taken(
    desk: Desk, new_browser: NewBrowser
) -> None:
    for name in ascii_lowercase:
        browser = new_browser()
        first = await staffing.add(desk.store, desk.passwords, name, "editor", "command line")
        await browser.sign_in(name, first)
        chosen = await browser.submit("/password", password=first, new=PASSWORD, again=PASSWORD)
        assert chosen.headers["location"] == "/"
        await staffing.reset(desk.store, desk.passwords, name, "command line")


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("too short", "too short", "too short or too long"),
        ("long enough, says firuza", "long enough, says firuza", "too easy to guess"),
        ("aaaabbbbaaaabbbb", "aaaabbbbaaaabbbb", "too easy to guess"),
        ("x y z" * 99, "x y z" * 99, "too short or too long"),
        ("four other words now", "four other words then", "differ"),
        (PASSWORD, PASSWORD, "the same as today's"),
    ],
)
async def test_a_password_that_would_not_do_is_refused_with_the_reason(
    new: str, again: str, said: str, desk: Desk, browser: Browser
) -> None:
    await join(desk, "firuza", "editor")
    await browser.sign_in("firuza", PASSWORD)

    refused = await browser.submit("/password", password=PASSWORD, new=new, again=again)

    assert refused.status_code == 422
    assert said in text_of(refused, "//*[@role='alert']")


async def test_the_password_of_today_is_asked_for_and_guessing_it_is_slowed(enter: Enter) -> None:
    browser = await enter("reader")
    fields = {"password": "a guess", "new": "four other words now", "again": "four other words now"}

    answers = [(await browser.submit("/password", **fields)).status_code for _ in range(FREE_ATTEMPTS + 1)]

    assert answers == [*[403] * FREE_ATTEMPTS, 429]
