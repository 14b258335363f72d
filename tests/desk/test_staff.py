"""Members of the staff are added, changed and removed by an admin, or on the machine itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store import open_store
from bot.store.transfer import TABLES
from desk.desk import Desk
from tests.desk.browser import elements, text_of
from tests.desk.conftest import PASSWORD, Enter, NewBrowser, show_code
from tests.stores import Clock

HOTLINE = Path(sys.executable).with_name("hotline")


async def test_an_admin_adds_a_member_whose_first_password_is_shown_once(
    enter: Enter, new_browser: NewBrowser
) -> None:
    admin, firuza = await enter("admin"), new_browser()

    added = await admin.submit("/staff", do="add", name="firuza", role="editor")
    first = text_of(added, "//code")

    assert first not in (await admin.get("/staff")).text
    assert (await firuza.sign_in("firuza", first)).status_code == 303
    assert (await firuza.get("/")).headers["location"] == "/password"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"do": "add", "name": "Фируза", "role": "editor"}, "Small Latin letters"),
        ({"do": "add", "name": "x" * 33, "role": "editor"}, "Small Latin letters"),
        ({"do": "add", "name": "editor", "role": "editor"}, "such a name already"),
        ({"do": "add", "name": "firuza", "role": "king"}, "no such role"),
        ({"do": "role", "name": "firuza", "role": "editor"}, "no such member"),
        ({"do": "reset", "name": "firuza"}, "no such member"),
        ({"do": "remove", "name": "firuza"}, "no such member"),
        ({"do": "remove", "name": "admin"}, "your own entry"),
        ({"do": "reset", "name": "admin"}, "your own entry"),
        ({"do": "role", "name": "admin", "role": "reader"}, "your own entry"),
    ],
)
async def test_what_cannot_be_done_is_said_and_not_done(
    fields: dict[str, str], said: str, desk: Desk, enter: Enter
) -> None:
    admin = await enter("admin")
    await enter("editor")
    before = await desk.store.staff()

    refused = await admin.submit("/staff", **fields)

    assert refused.status_code == 422
    assert said in text_of(refused, "//*[@role='alert']")
    assert await desk.store.staff() == before


async def test_an_admin_changes_resets_and_removes_others(
    desk: Desk, enter: Enter, new_browser: NewBrowser
) -> None:
    admin = await enter("admin")
    await enter("publisher")

    await admin.submit("/staff", do="role", name="publisher", role="admin")
    [changed] = [each for each in await desk.store.staff() if each.name == "publisher"]
    reset = await admin.submit("/staff", do="reset", name="publisher")
    [fresh] = [each for each in await desk.store.staff() if each.name == "publisher"]
    entered = await new_browser().sign_in("publisher", text_of(reset, "//code"))
    await admin.submit("/staff", do="remove", name="publisher")

    assert (changed.role, fresh.password_since, fresh.code_key) == ("admin", None, None)
    assert entered.status_code == 303
    assert [each.name for each in await desk.store.staff()] == ["admin"]


async def test_every_change_is_told_with_who_and_when_newest_first(enter: Enter) -> None:
    admin = await enter("admin")
    await admin.submit("/staff", do="add", name="firuza", role="editor")
    await admin.submit("/staff", do="remove", name="firuza")

    page = await admin.get("/staff")

    told = [" ".join(each.text_content().split()) for each in elements(page, "//ul[@class='audit']/li")]
    assert {
        "2026-11-26 14:30 command line: member added admin admin",
        "2026-11-26 14:30 admin: signed in",
        "2026-11-26 14:30 admin: member added firuza editor",
        "2026-11-26 14:30 admin: member removed firuza",
    } <= set(told)


async def test_a_restored_backup_brings_the_members_back_and_ends_every_session(
    desk: Desk, enter: Enter, new_browser: NewBrowser, clock: Clock
) -> None:
    admin = await enter("admin")
    backup = [(table, page) for table in TABLES async for page in desk.store.pages(table)]
    await admin.submit("/staff", do="add", name="later", role="admin")

    await desk.store.replace(backup)

    assert (await admin.get("/")).status_code == 303
    assert [each.name for each in await desk.store.staff()] == ["admin"]
    again = new_browser()
    clock.forward(seconds=30)
    await again.sign_in("admin", PASSWORD)
    assert (await show_code(again, desk)).status_code == 303
    assert (await again.get("/staff")).status_code == 200


async def test_the_audit_can_be_added_to_and_nothing_else(desk: Desk) -> None:
    names = [name for name in dir(desk.store) if "audit" in name or name == "note"]

    assert names == ["audited", "audited_about", "note"]


# -- on the machine


def _hotline(*arguments: str, folder: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [HOTLINE, *arguments],
        cwd=folder,
        env={**os.environ, "HOTLINE_DATABASE_URL": f"sqlite:///{folder / 'hotline.db'}"},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
async def test_members_are_added_listed_reset_and_removed_in_a_terminal(tmp_path: Path) -> None:
    nobody = _hotline("staff", "list", folder=tmp_path)
    added = _hotline("staff", "add", "firuza", "--role", "admin", folder=tmp_path)
    again = _hotline("staff", "add", "firuza", "--role", "editor", folder=tmp_path)
    listed = _hotline("staff", "list", folder=tmp_path)
    reset = _hotline("staff", "reset", "firuza", "--type", folder=tmp_path, typed="typed by hand, 12\n" * 2)
    removed = _hotline("staff", "remove", "firuza", folder=tmp_path)
    gone = _hotline("staff", "remove", "firuza", folder=tmp_path)
    store = await open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    audited = [(each.who, each.what, each.subject) for each in await store.audited(50)]
    await store.close()

    assert "hotline staff add NAME --role admin" in nobody.stderr
    assert added.stdout.splitlines()[0] == "firuza may sign in as admin"
    assert len(added.stdout.split("shown only now: ")[1].strip()) == 23
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "there is a member 'firuza' already" in again.stderr
    assert listed.stdout == "firuza  admin  first password  no codes\n"
    assert "typed by hand" not in reset.stdout
    assert removed.returncode == 0
    assert (gone.returncode, "there is no member 'firuza'" in gone.stderr) == (2, True)
    assert audited == [
        ("command line", "staff.removed", "firuza"),
        ("command line", "staff.reset", "firuza"),
        ("command line", "staff.added", "firuza admin"),
    ]
