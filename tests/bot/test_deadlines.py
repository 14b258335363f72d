from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates.deadlines import DaysLeft, Due, Stay, days_left, due, paid_until, pay_by

TODAY = date(2026, 11, 26)
DAY = timedelta(days=1)

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
lengths = st.integers(0, 120)


@st.composite
def stays(draw: st.DrawFn) -> list[Stay]:
    ended = [Stay(begun, begun + length * DAY) for begun, length in draw(st.lists(st.tuples(days, lengths)))]
    return [*ended, Stay(draw(days))] if draw(st.booleans()) else ended


def left(trips: list[Stay], today: date = TODAY) -> DaysLeft:
    return days_left(trips, today, in_year=90, at_once=90)


def last_day(trips: list[Stay], today: date = TODAY) -> date:
    last = left(trips, today).last_day
    assert last is not None
    return last


# -- one term


def test_the_day_of_entry_is_day_one() -> None:
    assert due(date(2026, 11, 20), 15) == Due(date(2026, 12, 4), date(2026, 12, 5))
    assert due(date(2026, 11, 20), 1).day == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("entered", "last"),
    [
        (date(2028, 2, 20), date(2028, 3, 5)),
        (date(2027, 2, 20), date(2027, 3, 6)),
        (date(2026, 12, 25), date(2027, 1, 8)),
    ],
    ids=["leap year", "common year", "change of year"],
)
def test_days_are_counted_by_the_calendar(entered: date, last: date) -> None:
    assert due(entered, 15).day == last


@given(days, st.integers(1, 366))
def test_the_earlier_of_two_counts_is_the_one_to_keep_and_holds_by_both(start: date, length: int) -> None:
    got = due(start, length)

    by_day_one_today = [start + n * DAY for n in range(length)]
    by_day_one_tomorrow = [start + DAY + n * DAY for n in range(length)]
    assert got.day == by_day_one_today[-1] < got.otherwise == by_day_one_tomorrow[-1]


@pytest.mark.parametrize(
    ("issued", "months", "paid"),
    [
        (date(2026, 8, 15), 1, date(2026, 9, 14)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2028, 1, 31), 1, date(2028, 2, 28)),
        (date(2026, 8, 31), 3, date(2026, 11, 29)),
        (date(2026, 2, 1), 12, date(2027, 1, 31)),
    ],
)
def test_a_paid_month_ends_the_day_before_its_day_comes_again(issued: date, months: int, paid: date) -> None:
    assert paid_until(issued, months).day == paid


@given(days, st.integers(1, 11))
def test_a_further_paid_month_lasts_longer_and_is_paid_before_the_last_one_ends(
    issued: date, months: int
) -> None:
    paid, later = paid_until(issued, months), paid_until(issued, months + 1)

    assert issued < paid.day < paid.otherwise <= later.day
    assert pay_by(paid.day) < paid.day


# -- 90 days


def test_the_days_of_all_trips_of_a_year_are_added_up() -> None:
    trips = [Stay(date(2026, 3, 1), date(2026, 4, 9)), Stay(date(2026, 7, 1), date(2026, 7, 30))]

    assert left(trips) == DaysLeft(2026, used=70, left=20, last_day=None, limited_at_once=False)


def test_days_of_another_year_do_not_count() -> None:
    over_new_year = Stay(date(2025, 12, 22), date(2026, 1, 10))

    assert (left([over_new_year]).used, left([over_new_year], date(2025, 12, 31)).used) == (10, 10)


def test_whoever_is_there_gets_the_last_day_that_the_limit_of_the_year_allows() -> None:
    trips = [Stay(date(2026, 3, 1), date(2026, 4, 9)), Stay(date(2026, 11, 1))]

    assert left(trips) == DaysLeft(2026, used=66, left=24, last_day=date(2026, 12, 20), limited_at_once=False)


def test_one_trip_across_the_change_of_the_year_is_limited_too() -> None:
    got = left([Stay(date(2026, 11, 20))])

    assert (got.last_day, got.limited_at_once) == (date(2027, 2, 17), True)


def test_a_new_year_brings_new_days_only_as_far_as_the_trip_may_last() -> None:
    spring = Stay(date(2026, 3, 1), date(2026, 4, 19))

    assert last_day([spring, Stay(date(2026, 12, 10))]) == date(2027, 3, 9)
    assert last_day([spring, Stay(date(2026, 11, 1))]) == date(2026, 12, 10)


def test_without_a_day_left_the_last_day_is_before_the_entry() -> None:
    assert last_day([Stay(date(2026, 1, 1), date(2026, 3, 31)), Stay(date(2026, 5, 1))]) == date(2026, 4, 30)


def test_an_entry_to_come_is_reckoned_from_that_day() -> None:
    got = left([Stay(date(2027, 1, 5))])

    assert (got.year, got.used, got.last_day) == (2027, 0, date(2027, 4, 4))


def test_a_trip_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-04-01, before it begins on 2026-05-01"):
        left([Stay(date(2026, 5, 1), date(2026, 4, 1))])


@given(stays(), days)
def test_a_day_in_two_trips_counts_once_and_the_order_does_not_matter(trips: list[Stay], today: date) -> None:
    assert left([*trips, *trips], today) == left(trips[::-1], today) == left(trips, today)


@given(stays(), days)
def test_used_and_left_make_up_the_limit_or_it_is_passed(trips: list[Stay], today: date) -> None:
    got = left(trips, today)

    assert got.left == max(0, 90 - got.used)
    assert 0 <= got.used <= 366


@given(stays(), days)
def test_the_last_day_keeps_both_limits_and_the_next_day_breaks_one(trips: list[Stay], today: date) -> None:
    last = left(trips, today).last_day
    if last is None:
        assert all(stay.left is not None for stay in trips)
        return
    begun = next(stay.entered for stay in trips if stay.left is None)

    assert last - begun < 90 * DAY
    assert last < begun or _keeps(trips, begun, last)
    assert last + DAY - begun >= 90 * DAY or not _keeps(trips, begun, last + DAY)


def _keeps(trips: list[Stay], begun: date, last: date) -> bool:
    inside = {begun + n * DAY for n in range((last - begun).days + 1)}
    for stay in trips:
        if stay.left is not None:
            span = range((stay.left - stay.entered).days + 1)
            inside |= {stay.entered + n * DAY for n in span if stay.entered + n * DAY < begun}
    own = {day.year for day in inside if day >= begun}
    return all(sum(day.year == year for day in inside) <= 90 for year in own)
