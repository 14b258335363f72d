"""/dates: what to reckon, which day, the result. Buttons carry the whole way, so that nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, get_args

from dateutil.relativedelta import relativedelta

from bot.dates.deadlines import PATENT_MONTHS
from bot.dates.result import result
from bot.dates.step import MOST_TRIPS, PREFIX, Kind, Step, step
from bot.dates.typed import typed_date
from bot.phrases import Voice
from bot.reply import Button, Reply, column
from knowledge.model import DAY_RULES, Library

START: Final = PREFIX
"""The action that begins anew."""

Rows = tuple[tuple[Button, ...], ...]

_RANGE: Final[dict[Kind, tuple[int, int]]] = {
    "entered": (366, 366),
    "trips": (400, 366),
    "issued": (400, 31),
    "paid": (60, 400),
}
"""Days before and after today between which the day may lie; what lies beyond is a slip of the finger."""
_AHEAD: Final = 60
_PAID_AHEAD: Final = 305
"""Where a typed date has no year: so many days ahead it may lie, else it is the last one of its name."""
_WEEK: Final = 7


def available(library: Library) -> bool:
    """Return whether this library has every rule that is reckoned with."""
    return all(each in library.day_rule_by_id for each in DAY_RULES)


def press(action: str, library: Library, voice: Voice, today: date) -> Reply:
    """Return what follows a pressed button whose action begins with 'dates:'.

    `START` asks what to reckon, and so does an action that means nothing (an old button, or a forged one).
    The library must be `available`.
    """
    now = step(action)
    return _menu(voice) if now is None else _go_on(now, library, voice, today)


def hear(text: str, library: Library, voice: Voice, today: date) -> Reply | None:
    """Return the reply to a message that is only a date, which asks what day it is; None to any other."""
    typed = typed_date(text, today, _AHEAD)
    if typed is None:
        return None
    if typed == "no-such-day":
        return _menu(voice, voice.say("dates-no-such-day"))
    paid_until = typed_date(text, today, _PAID_AHEAD)
    meant = {kind: paid_until if kind == "paid" else typed for kind in get_args(Kind)}
    days = {kind: day for kind, day in meant.items() if isinstance(day, date) and _within(kind, day, today)}
    if not days:
        return _menu(voice, voice.say("dates-too-far"))
    first, *others = dict.fromkeys(days.values())
    meanings = (
        Button(
            voice.say(f"dates-{kind}-that-day") + (f" ({voice.date(day)})" if others else ""),
            Step(kind, (day,)).action,
        )
        for kind, day in days.items()
    )
    if others:
        asked = voice.say("dates-what-day-of-two", date=voice.date(first), other=voice.date(others[0]))
    else:
        asked = voice.say("dates-what-day", date=voice.date(first))
    return Reply(asked, voice.language, column(*meanings))


def _go_on(now: Step, library: Library, voice: Voice, today: date) -> Reply:
    good, said = _as_far_as_good(now, voice, today)
    if said is not None:
        return _ask_day(good, voice, today, said)
    if _wants_day(now):
        return _ask_day(now, voice, today)
    if now.kind == "issued" and now.months is None:
        return _ask_months(now, voice)
    reply = result(now, library, voice, today)
    return replace(reply, rows=(*reply.rows, *_go_on_buttons(now, voice, today)))


def _wants_day(now: Step) -> bool:
    if now.kind != "trips":
        return not now.days
    return not now.days or len(now.days) % 2 == 1 or now.month is not None


def _as_far_as_good(now: Step, voice: Voice, today: date) -> tuple[Step, str | None]:
    for n, day in enumerate(now.days):
        before = now.days[n - 1] if n % 2 else None
        said = None
        if day is None:
            said = voice.say("dates-no-such-day") if before is None else None
        elif not _within(now.kind, day, today):
            said = voice.say("dates-too-far")
        elif now.kind == "trips" and before is not None and day < before:
            said = voice.say("dates-left-before-entered", date=voice.date(before))
        if said is not None:
            return Step(now.kind, now.days[:n], _month_of(today) if n and not n % 2 else None), said
    return now, None


def _within(kind: Kind, day: date, today: date) -> bool:
    before, after = _RANGE[kind]
    return -before <= (day - today).days <= after


# -- asking


def _menu(voice: Voice, said: str | None = None) -> Reply:
    text = voice.say("dates-menu") if said is None else f"{said}\n\n{voice.say('dates-menu')}"
    kinds = (Button(voice.say(f"dates-{kind}"), Step(kind).action) for kind in get_args(Kind))
    return Reply(text, voice.language, column(*kinds))


def _ask_day(now: Step, voice: Voice, today: date, said: str | None = None) -> Reply:
    entered = now.days[-1] if len(now.days) % 2 else None
    shown = now.month or _month_of(max(entered, today) if entered is not None else today)
    if entered is not None:
        question = voice.say("dates-ask-left", date=voice.date(entered))
    else:
        question = voice.say(f"dates-ask-{now.kind}")
    month = f"**{_month_name(shown, voice)} {shown.year}**"
    # A typed date is asked about anew, without what the buttons remember.
    how = voice.say("dates-how-to-say") if not now.days else None
    parts = [part for part in (said, question, how, month) if part]
    days = [day for day in _days_of(shown) if _within(now.kind, day, today) and not _before(day, entered)]
    grid = tuple(
        tuple(Button(str(day.day), now.then(day).action) for day in days[at : at + _WEEK])
        for at in range(0, len(days), _WEEK)
    )
    rows = (*_quick(now, entered, shown, voice, today), *grid, *_turning(now, entered, shown, voice, today))
    return Reply("\n\n".join(parts), voice.language, rows)


def _quick(now: Step, entered: date | None, shown: date, voice: Voice, today: date) -> Rows:
    if entered is not None:
        return column(Button(voice.say("dates-still-there"), now.then(None).action))
    if now.kind == "paid" or shown != _month_of(today):
        return ()
    days = (("dates-today", today), ("dates-yesterday", today - timedelta(days=1)))
    return (tuple(Button(voice.say(key, date=voice.date(day)), now.then(day).action) for key, day in days),)


def _turning(now: Step, entered: date | None, shown: date, voice: Voice, today: date) -> Rows:
    before, after = shown - relativedelta(months=1), shown + relativedelta(months=1)
    row: list[Button] = []
    for month, arrow in ((before, "← {}"), (after, "{} →")):
        days = [day for day in _days_of(month) if _within(now.kind, day, today)]
        if any(not _before(day, entered) for day in days):
            name = arrow.format(f"{_month_name(month, voice)} {month.year}")
            row.append(Button(name, replace(now, month=month).action))
    return (tuple(row),) if row else ()


def _ask_months(now: Step, voice: Voice) -> Reply:
    issued = now.days[0]
    assert issued is not None, "only trips know 'still there'"
    counts = [replace(now, months=n) for n in range(1, PATENT_MONTHS + 1)]
    rows = tuple(
        tuple(Button(str(each.months), each.action) for each in counts[at : at + 4]) for at in (0, 4, 8)
    )
    return Reply(voice.say("dates-ask-months", date=voice.date(issued)), voice.language, rows)


def _go_on_buttons(now: Step, voice: Voice, today: date) -> Rows:
    buttons: list[Button] = []
    if now.kind == "trips":
        if len(now.days) < 2 * MOST_TRIPS:
            another = replace(now, month=_month_of(today))
            buttons.append(Button(voice.say("dates-add-trip"), another.action))
        fewer = replace(now, days=now.days[:-2])
        buttons.append(Button(voice.say("dates-remove-trip"), fewer.action))
    return column(*buttons, Button(voice.say("dates-anew"), START))


def _month_of(day: date) -> date:
    return day.replace(day=1)


def _month_name(month: date, voice: Voice) -> str:
    return voice.say(f"month-{month.month}")


def _days_of(month: date) -> Iterator[date]:
    day = month
    while day.month == month.month:
        yield day
        day += timedelta(days=1)


def _before(day: date, entered: date | None) -> bool:
    return entered is not None and day < entered
