from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.dates import flow as dates_flow
from bot.dates.step import MOST_TRIPS, Kind, Step, step
from bot.markup import TELEGRAM_LIMIT, to_plain
from bot.phrases import Phrases, Voice
from bot.reply import File, Reply
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import LANGUAGES, Language, Library

TODAY = date(2026, 11, 26)
LIBRARY = load(SHIPPED_CONTENT)
PHRASES = Phrases(LIBRARY.phrases)
LONGEST_ACTION = 59
"""Bytes: Telegram's 64 less what a channel and a script need."""


def press(action: str, language: Language = "en", today: date = TODAY) -> Reply:
    return dates_flow.press(action, LIBRARY, Voice(PHRASES, language), today)


def hear(text: str) -> Reply | None:
    return dates_flow.hear(text, LIBRARY, Voice(PHRASES, "en"), TODAY)


def button(reply: Reply, text: str) -> str:
    [action] = [each.action for each in reply.buttons if each.text == text]
    return action


def labels(reply: Reply) -> list[str]:
    return [each.text for each in reply.buttons]


def events(reply: Reply) -> dict[date, str]:
    [file] = reply.attachments
    assert isinstance(file, File)
    calendar = Calendar.from_ical(file.content)
    return {each.decoded("dtstart"): str(each["summary"]) for each in calendar.walk("VEVENT")}


def shown(reply: Reply) -> str:
    return to_plain(reply.text)


# -- the way


def test_three_touches_lead_from_the_command_to_the_result() -> None:
    kinds = press(dates_flow.START)
    asked = press(button(kinds, "From the day of entry: registration, patent, 90 days"))
    result = press(button(asked, "20"))

    assert "Registration: by 2026-12-04" in shown(result)


def test_today_and_yesterday_are_one_touch() -> None:
    asked = press(Step("entered").action)

    assert button(asked, "Today, 2026-11-26") == Step("entered", (TODAY,)).action
    assert button(asked, "Yesterday, 2026-11-25") == Step("entered", (TODAY - timedelta(days=1),)).action


def test_other_months_are_reached_by_turning() -> None:
    october = press(button(press(Step("entered").action), "← October 2026"))

    assert "October 2026" in shown(october)
    assert button(october, "31") == Step("entered", (date(2026, 10, 31),)).action


def test_turning_ends_where_days_are_too_far_to_matter() -> None:
    action, turns = Step("issued").action, 0
    while backwards := [each for each in press(action).buttons if each.text.startswith("←")]:
        action, turns = backwards[0].action, turns + 1

    assert 12 <= turns <= 14


def test_a_trip_cannot_be_left_before_it_began() -> None:
    asked = press(Step("trips", (date(2026, 11, 20),)).action)

    assert "19" not in labels(asked)
    assert not any(each.startswith("←") for each in labels(asked))
    assert "20" in labels(asked)


def test_trips_are_added_one_after_another_until_a_button_can_hold_no_more() -> None:
    action = Step("trips").action
    for n in range(MOST_TRIPS):
        entered = date(2026, 1 + n, 1)
        action = Step("trips", (*(step(action) or Step("trips")).days, entered, entered)).action
        reply = press(action)
        assert ("Add a trip" in labels(reply)) == (n < MOST_TRIPS - 1)

    assert "Days in 2026: 7 of 90 used, 83 left" in shown(reply)


def test_the_last_trip_can_be_taken_away() -> None:
    one = (date(2026, 3, 1), date(2026, 4, 9))

    reply = press(button(press(Step("trips", (*one, TODAY, None)).action), "Remove the last trip"))

    assert "40 of 90 used" in shown(reply)


@pytest.mark.parametrize("language", LANGUAGES)
@given(touches=st.lists(st.integers(0, 60), max_size=12), today=st.dates(date(2025, 1, 1), date(2035, 1, 1)))
@settings(max_examples=40, deadline=None)
def test_wherever_somebody_wanders_there_is_a_text_that_fits_and_a_way_on(
    language: Language, touches: list[int], today: date
) -> None:
    reply = press(dates_flow.START, language, today)
    for touch in touches:
        own = [each.action for each in reply.buttons if each.action.startswith(dates_flow.START)]
        reply = press(own[touch % len(own)], language, today)

        assert all(len(each.action.encode()) <= LONGEST_ACTION for each in reply.buttons)
        assert all(each.text for each in reply.buttons)
        assert any(each.action.startswith(dates_flow.START) for each in reply.buttons)
        assert len(to_plain(reply.text)) <= TELEGRAM_LIMIT
        assert reply.language == language


@given(st.text(alphabet="eitp0123456789abcxyz-*~:", max_size=60))
@settings(max_examples=200, deadline=None)
def test_an_action_that_no_button_of_ours_has_leads_somewhere_too(rest: str) -> None:
    assert press(dates_flow.START + rest).buttons


@given(
    st.sampled_from(["entered", "trips", "issued", "paid"]),
    st.lists(st.dates(date(2020, 1, 1), date(2099, 12, 31)) | st.none(), max_size=2 * MOST_TRIPS),
)
@settings(max_examples=200, deadline=None)
def test_absurd_dates_are_answered_with_a_friendly_sentence(kind: str, days: list[date | None]) -> None:
    read = step(Step(kind, tuple(days)).action)  # type: ignore[arg-type]  # sampled from the kinds

    assert read is not None
    assert read.days == tuple(days)
    assert press(read.action).buttons


def test_a_day_too_far_away_is_asked_for_again() -> None:
    reply = press(Step("entered", (date(2031, 5, 5),)).action)

    assert "too far away" in shown(reply)
    assert "On what day did you enter Russia" in shown(reply)


def test_leaving_before_entering_is_asked_for_again() -> None:
    reply = press(Step("trips", (date(2026, 11, 20), date(2026, 11, 1))).action)

    assert "cannot be before the entry on 2026-11-20" in shown(reply)
    assert "On what day did you leave?" in shown(reply)


# -- a typed date


@pytest.mark.parametrize(
    ("waiting", "offered"),
    [
        (Step("entered"), True),
        (Step("trips"), True),
        (Step("trips", (date(2026, 11, 20),)), False),
        (Step("trips", (date(2026, 3, 1), date(2026, 3, 9)), month=date(2026, 11, 1)), False),
    ],
)
def test_typing_is_offered_only_where_what_was_chosen_before_is_not_lost(
    waiting: Step, offered: bool
) -> None:
    assert ("or write it" in shown(press(waiting.action))) == offered


def test_a_typed_date_is_asked_about() -> None:
    reply = hear("20 ноября")

    assert reply is not None
    assert shown(reply) == "2026-11-20: what day is this?"
    assert button(reply, "I entered Russia on this day") == Step("entered", (date(2026, 11, 20),)).action
    assert button(reply, "The patent is paid until this day") == Step("paid", (date(2026, 11, 20),)).action


def test_a_day_without_a_year_was_in_the_past_but_a_patent_is_paid_until_one_to_come() -> None:
    reply = hear("14 мая")

    assert reply is not None
    assert shown(reply) == "2026-05-14 or 2027-05-14: what day is this?"
    entered = button(reply, "I entered Russia on this day (2026-05-14)")
    assert entered == Step("entered", (date(2026, 5, 14),)).action
    paid = button(reply, "The patent is paid until this day (2027-05-14)")
    assert paid == Step("paid", (date(2027, 5, 14),)).action


def test_a_day_that_no_calendar_has_is_said_to_be_none() -> None:
    reply = hear("31.02.2026")

    assert reply is not None
    assert "no such day" in shown(reply)


def test_another_message_is_left_to_others() -> None:
    assert hear("когда платить за патент?") is None


@given(st.dates())
@settings(deadline=None)
def test_every_typed_date_gets_an_answer(day: date) -> None:
    assert hear(day.isoformat()) is not None


# -- the result


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_term_stands_there_with_its_rule_source_and_what_is_uncertain(language: Language) -> None:
    voice = Voice(PHRASES, language)
    text = shown(press(Step("entered", (date(2026, 11, 20),)).action, language))

    for day, rule in ((date(2026, 12, 4), "register"), (date(2026, 12, 19), "patent-papers")):
        assert voice.date(day) in text
        assert LIBRARY.day_rule_by_id[rule].sentence.get(language) in text
    assert "mirnov.ru" in text
    assert f"({voice.date('2013')})" in text
    assert voice.say("dates-counted", date=voice.date(date(2026, 11, 20))) in text
    assert voice.say("never-checked") in text
    assert voice.say("not-reviewed") in text


def test_the_phone_gets_every_day_that_is_still_to_come() -> None:
    reply = press(Step("entered", (date(2026, 11, 1),)).action)

    assert events(reply) == {
        date(2026, 11, 30): "Papers for the patent: by 2026-11-30",
        date(2027, 1, 29): "Without a patent, the last day in Russia: 2027-01-29",
    }


def test_a_day_that_has_passed_leads_to_what_can_still_be_done() -> None:
    reply = press(Step("entered", (date(2026, 11, 1),)).action)

    assert "Registration: by 2026-11-15\nThis day has passed. Days since then: 11" in shown(reply)
    assert "page:registration-arrival#late" in [each.action for each in reply.buttons]


def test_when_all_has_passed_there_is_no_file() -> None:
    reply = press(Step("trips", (date(2026, 5, 1), None)).action)

    assert reply.attachments == ()
    assert "page:stay-90-days#overstay" in [each.action for each in reply.buttons]


def test_used_up_days_lead_to_when_one_may_return() -> None:
    reply = press(Step("trips", (date(2026, 1, 1), date(2026, 4, 9))).action)

    assert "no days are left this year" in shown(reply)
    assert "page:stay-90-days#used-up" in [each.action for each in reply.buttons]


def test_the_payment_is_due_before_the_last_paid_day() -> None:
    asked = press(Step("issued", (date(2026, 8, 31),)).action)
    reply = press(button(asked, "3"))

    assert "Pay for the patent: by 2026-11-28" in shown(reply)
    assert "Paid until 2026-11-29" in shown(reply)
    assert list(events(reply)) == [date(2026, 11, 28)]


@pytest.mark.parametrize(("days", "still"), [(0, True), (1, False), (-1, False)])
def test_who_can_pay_on_the_last_paid_day_alone_is_told_to_pay_today(days: int, still: bool) -> None:
    text = shown(press(Step("paid", (TODAY + timedelta(days=days),)).action))

    assert ("Pay today" in text) == still


@pytest.mark.parametrize("kind", ["entered", "paid"])
def test_contacts_stand_under_a_result_in_short(kind: Kind) -> None:
    reply = press(Step(kind, (TODAY,)).action)

    assert any(each.note for each in reply.contacts)
    assert not any(each.note.get("en") in shown(reply) for each in reply.contacts if each.note)


def test_after_twelve_months_the_patent_is_issued_anew_instead_of_paid() -> None:
    text = shown(press(Step("issued", (date(2026, 2, 1),), months=12).action))

    assert "at least 10 working days before" in text
    assert "Pay for the patent" not in text


def test_every_section_that_a_result_leads_to_exists() -> None:
    sections = {f"page:{page.id}#{part.id}" for _, page in LIBRARY.pages() for part in page.sections}
    links = [
        each.action
        for kind, days in (("entered", (TODAY,)), ("trips", (TODAY, None)), ("paid", (TODAY,)))
        for each in press(Step(kind, days).action).buttons  # type: ignore[arg-type]  # literals of the kinds
        if not each.action.startswith(dates_flow.START)
    ]

    assert links
    assert set(links) <= sections


def test_without_all_rules_nothing_is_reckoned() -> None:
    assert dates_flow.available(LIBRARY)
    assert not dates_flow.available(Library(categories=(), topics=(), contacts=()))
