from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates.typed import typed_date

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "text",
    [
        "12.11.2026", "12.11.26", "12/11/2026", "12-11-2026", "12 11 2026", "2026-11-12", "12.11", " 12.11. ",
        "12 ноября", "12 Ноября 2026", "12 ноября 2026 г.", "12 ноябри соли 2026", "12-уми ноябр", "12 нояб",
        "12 noyabr", "12-noyabr", "12-noyabrda", "2026-yil 12-noyabr", "2026 йил 12 ноябрь", "12 nov",
        "12th of November", "Nov 12", "November 12, 2026",
    ],
)  # fmt: skip
def test_a_date_is_understood_as_people_write_it(text: str) -> None:
    assert typed_date(text, TODAY, days_ahead=60) == date(2026, 11, 12)


@pytest.mark.parametrize(
    ("text", "offset"),
    [("сегодня", 0), ("Имрӯз", 0), ("bugun", 0), ("вчера", -1), ("дируз", -1), ("kecha", -1)],
)
def test_today_and_yesterday_are_dates_too(text: str, offset: int) -> None:
    assert typed_date(text, TODAY, days_ahead=60) == TODAY + timedelta(days=offset)


@pytest.mark.parametrize(("days_ahead", "year"), [(60, 2025), (305, 2026)])
def test_without_a_year_the_date_lies_where_such_dates_mostly_lie(days_ahead: int, year: int) -> None:
    assert typed_date("14 мая", date(2025, 12, 20), days_ahead) == date(year, 5, 14)


def test_29_february_is_the_last_one_there_was() -> None:
    assert typed_date("29 февраля", TODAY, days_ahead=60) == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["31.02.2026", "32.01", "12.13.2026", "31 сентября", "2026-02-30", "0.0"])
def test_a_day_that_no_calendar_has_is_told_from_no_date(text: str) -> None:
    assert typed_date(text, TODAY, days_ahead=60) == "no-such-day"


@pytest.mark.parametrize(
    "text", ["", "12", "90 дней", "въехал 12 ноября", "12 контрактов", "+7 495 690-38-46", "15-ФЗ", "may"]
)
def test_what_is_more_or_less_than_a_date_is_none(text: str) -> None:
    assert typed_date(text, TODAY, days_ahead=60) is None


@given(
    st.text() | st.from_regex(r"[0-9٠-٩]{1,5}[./ -][0-9]{1,5}([./ -][0-9]{1,5})?"), st.dates(date(2020, 1, 1))
)
def test_no_text_makes_it_fail(text: str, today: date) -> None:
    got = typed_date(text, min(today, date(2090, 1, 1)), days_ahead=60)

    assert got is None or got == "no-such-day" or isinstance(got, date)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    assert typed_date(f"{day:%d.%m.%Y}", TODAY, days_ahead=60) == day
    assert typed_date(f"{day:%d.%m.%y}", TODAY, days_ahead=60) == day
