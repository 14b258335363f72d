from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contacts.opening_hours import WEEKDAYS, Closed, Open, say_hours, say_state, state
from bot.contacts.shown import contact_line
from bot.phrases import Phrases, Voice
from knowledge.load import SHIPPED_CONTENT
from knowledge.model import LANGUAGES, Contact, Hours, Language, Source, Texts

MOSCOW = ZoneInfo("Europe/Moscow")
OFFICE = Hours(time_zone="Europe/Moscow", open=("mo-fr 09:00-13:00", "mo-fr 14:00-18:00"))
PHRASES = Phrases(
    {
        language: (SHIPPED_CONTENT / f"phrases/{language}.ftl").read_text(encoding="utf-8")
        for language in LANGUAGES
    }
)
ENGLISH = Voice(PHRASES, "en")

# 23 November 2026 is a Monday.
clock_times = st.times().map(lambda each: f"{each:%H:%M}")
rows = st.builds(
    lambda first, last, begins, ends: f"{first}-{last} {begins}-{ends}",
    st.sampled_from(WEEKDAYS),
    st.sampled_from(WEEKDAYS),
    clock_times,
    clock_times,
)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (moscow(23, 9), Open(moscow(23, 13))),
        (moscow(23, 12, 59), Open(moscow(23, 13))),
        (moscow(23, 13), Closed(moscow(23, 14))),
        (moscow(23, 8, 59), Closed(moscow(23, 9))),
        (moscow(23, 18), Closed(moscow(24, 9))),
        (moscow(27, 18), Closed(moscow(30, 9))),
        (moscow(28, 12), Closed(moscow(30, 9))),
    ],
)
def test_it_is_open_from_the_first_minute_on(now: datetime, expected: Open | Closed) -> None:
    assert state(OFFICE, now) == expected


def test_the_clock_is_that_of_the_place_where_the_phone_rings() -> None:
    seven_in_dushanbe = datetime(2026, 11, 23, 11, 30, tzinfo=ZoneInfo("Asia/Dushanbe"))

    assert state(OFFICE, seven_in_dushanbe) == Open(moscow(23, 13))
    assert state(OFFICE, datetime(2026, 11, 23, 5, 30, tzinfo=UTC)) == Closed(moscow(23, 9))


def test_hours_behind_midnight_belong_to_the_evening_before() -> None:
    night = Hours(time_zone="Europe/Moscow", open=("fr 22:00-06:00",))

    assert state(night, moscow(28, 5)) == Open(moscow(28, 6))
    assert state(night, moscow(27, 5)) == Closed(moscow(27, 22))


def test_rows_may_go_over_the_weekend_and_until_midnight() -> None:
    weekend = Hours(time_zone="Europe/Moscow", open=("sa-mo 00:00-24:00",))

    assert state(weekend, moscow(29, 12)) == Open(datetime(2026, 12, 1, tzinfo=MOSCOW))
    assert state(weekend, moscow(25, 12)) == Closed(moscow(28, 0))


def test_every_hour_of_the_week_is_day_and_night() -> None:
    assert state(Hours(time_zone="Europe/Moscow", open=("mo-su 00:00-24:00",)), moscow(25, 3)) == Open(None)
    assert state(Hours(time_zone="Europe/Moscow", round_the_clock=True), moscow(25, 3)) == Open(None)


@pytest.mark.parametrize("hours", [None, Hours(time_zone="Europe/Moscow")])
def test_of_unknown_hours_nothing_is_said(hours: Hours | None) -> None:
    assert state(hours, moscow(23, 10)) is None
    assert say_state(hours, moscow(23, 10), ENGLISH) is None


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        state(OFFICE, datetime(2026, 11, 23, 10))


@given(st.lists(rows, min_size=1, max_size=4), st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)))
def test_open_ends_and_closed_opens_within_a_week(open_rows: list[str], naive: datetime) -> None:
    now = naive.replace(tzinfo=MOSCOW)
    hours = Hours(time_zone="Europe/Moscow", open=tuple(open_rows))

    match state(hours, now):
        case Open(until=None):
            pass
        case Open(until=until):
            assert until is not None
            assert now < until
            assert isinstance(state(hours, until), Closed)
        case Closed(opens=opens):
            assert now < opens <= now + timedelta(days=7)
            assert isinstance(state(hours, opens), Open)
        case None:
            pytest.fail("hours are known")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (moscow(23, 10), "open now, until 13:00 local time; holidays may differ"),
        (moscow(23, 13, 30), "closed now, opens today at 14:00 local time; holidays may differ"),
        (moscow(23, 19), "closed now, opens tomorrow at 09:00 local time; holidays may differ"),
        (moscow(28, 19), "closed now, opens on Monday at 09:00 local time; holidays may differ"),
    ],
)
def test_people_read_when_it_opens(now: datetime, words: str) -> None:
    assert say_state(OFFICE, now, ENGLISH) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_shows_hours_now_and_that_nobody_has_confirmed_them(language: Language) -> None:
    voice = Voice(PHRASES, language)
    contact = Contact(
        id="office",
        kind="embassy",
        country="RU",
        name=Texts(tg="Сафорат", ru="Посольство", uz="Elchixona", en="Embassy"),
        phones=("+74956903846",),
        hours=OFFICE,
        confidence="low",
        source=Source(title="x", url=None),
    )

    line = contact_line(contact, voice, moscow(23, 10))

    assert voice.say("contact-unconfirmed") in line
    assert say_hours(OFFICE, voice) in line
    assert voice.say("hours-open", until="13:00") in line
    assert voice.say("hours-open", until="13:00") not in contact_line(contact, voice)
