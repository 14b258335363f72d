from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.dates.calendar_file import MEDIA_TYPE, Reminder, calendar_file, rewritten
from bot.reply import File

TODAY = date(2026, 11, 26)
REGISTER = Reminder(
    "register",
    date(2026, 12, 10),
    "Бақайдгирӣ: на дертар аз 10.12.2026",
    "Шаҳрванди Тоҷикистон; 15 рӯзи аввал, бе \\ қайд\nМанбаъ: сомона (2013)",
    (3, 0),
)

plain = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)


def read(file: File) -> Calendar:
    calendar = Calendar.from_ical(file.content)
    assert isinstance(calendar, Calendar)
    return calendar


def test_an_event_lasts_the_whole_day_and_keeps_nobody_busy() -> None:
    [event] = read(calendar_file([REGISTER], "tg", TODAY)).walk("VEVENT")

    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 12, 10), date(2026, 12, 11))
    assert event["transp"] == "TRANSPARENT"


def test_the_phone_reminds_at_nine_in_the_morning_some_days_before_and_on_the_day() -> None:
    alarms = read(calendar_file([REGISTER], "tg", TODAY)).walk("VALARM")

    midnight = datetime.combine(REGISTER.day, time())
    moments = [midnight + alarm.decoded("trigger") for alarm in alarms]
    assert moments == [datetime(2026, 12, 7, 9), datetime(2026, 12, 10, 9)]
    assert {alarm["action"] for alarm in alarms} == {"DISPLAY"}


def test_texts_are_in_the_language_of_the_person() -> None:
    [event] = read(calendar_file([REGISTER], "tg", TODAY)).walk("VEVENT")

    assert (event["summary"], event["description"]) == (REGISTER.title, REGISTER.text)
    assert event["summary"].params["language"] == "tg"


def test_taking_the_file_again_changes_the_event_instead_of_adding_one() -> None:
    first, later = calendar_file([REGISTER], "tg", TODAY), calendar_file([REGISTER], "ru", date(2026, 11, 27))

    assert read(first).walk("VEVENT")[0]["uid"] == read(later).walk("VEVENT")[0]["uid"]


def test_nothing_in_the_file_tells_whose_it_is_or_when_it_was_made() -> None:
    file = calendar_file([REGISTER], "tg", TODAY)

    [event] = read(file).walk("VEVENT")
    assert event.decoded("dtstamp") == datetime(2026, 11, 26, tzinfo=UTC)
    assert set(event) == {
        "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DTSTAMP", "UID", "CLASS", "TRANSP",
    }  # fmt: skip
    assert file == calendar_file([REGISTER], "tg", TODAY)


def test_phones_find_what_rfc_5545_demands() -> None:
    content = calendar_file([REGISTER], "tg", TODAY).content

    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"VERSION:2.0" in lines
    assert any(line.startswith(b"PRODID:") for line in lines)
    assert b"METHOD" not in content  # with one, some phones take it for an invitation
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in lines)


def test_a_file_can_be_rewritten_in_another_script() -> None:
    [event] = read(rewritten(calendar_file([REGISTER], "tg", TODAY), str.upper)).walk("VEVENT")

    assert event["summary"] == REGISTER.title.upper()
    assert event.decoded("dtstart") == REGISTER.day


@given(plain, plain, st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_any_text_comes_out_as_it_went_in(title: str, text: str, day: date) -> None:
    file = calendar_file([Reminder("x", day, title, text)], "tg", TODAY)

    [event] = read(file).walk("VEVENT")
    assert (event["summary"], event["description"]) == (title, text)
    assert event.decoded("dtend") - day == timedelta(days=1)
    assert file.media_type == MEDIA_TYPE
