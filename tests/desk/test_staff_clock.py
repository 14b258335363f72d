"""Times as the staff read them: by the clock of their own zone, while pages and files keep UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.phrases import Voice
from bot.store import Store
from desk.desk import Desk, open_desk
from desk.options import DeskOptions
from desk.passwords import Passwords
from desk.phrases import DeskLanguage, read_phrases
from desk.staff_clock import StaffClock
from tests.desk.browser import elements, text_of
from tests.desk.conftest import CountingHasher, Enter
from tests.stores import BEGIN, Clock

EVENING = datetime(2026, 11, 26, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "shown", "name"),
    [
        ("Asia/Dushanbe", "en", "2026-11-27 01:30", "Asia/Dushanbe, UTC+05:00"),
        ("Europe/Moscow", "ru", "26.11.2026 23:30", "Europe/Moscow, UTC+03:00"),
        ("America/New_York", "en", "2026-11-26 15:30", "America/New_York, UTC-05:00"),
    ],
)
def test_a_moment_is_shown_by_the_clock_of_its_zone_and_marked_with_utc(
    zone: str, language: DeskLanguage, shown: str, name: str
) -> None:
    clock = StaffClock(ZoneInfo(zone), Voice(read_phrases(), language), EVENING)

    assert clock.shown(EVENING) == f'<time datetime="2026-11-26T20:30:00+00:00">{shown}</time>'
    assert f"{clock.day(EVENING)} {clock.time(EVENING)}" == clock.text(EVENING) == shown
    assert clock.name == name


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(name="desk")
def _desk(store: Store, clock: Clock, hasher: CountingHasher, content: Path) -> Desk:
    options = DeskOptions(time_zone="Europe/Moscow")
    return open_desk(store, content, clock=clock, passwords=Passwords(hasher), options=options)


async def test_each_page_names_its_zone_once_and_shows_no_other_time(enter: Enter, store: Store) -> None:
    admin = await enter("admin")
    await store.begin_thread(7, "ru", "wages")
    await store.say_alive()

    for path in ("/", "/staff", "/conversations"):
        page = await admin.get(path)
        assert text_of(page, "//footer") == "Times: Europe/Moscow, UTC+03:00"
        assert "12:30" in text_of(page)
        assert "09:30" not in text_of(page)
    assert set(elements(page, "//tbody//time/@datetime")) == {BEGIN.isoformat(timespec="seconds")}
