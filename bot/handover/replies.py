"""What is said to a citizen who writes to a person: pure decisions, as for every other reply.

Danger comes first: what an urgent rule or the learned alarm finds is answered by the bot at once, whoever
else reads it. Hours and zone: bot.handover.staff_hours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions import LONGEST, Action, labelled
from bot.answer import Urgent
from bot.clerk import Clerk, Rows
from bot.contacts.opening_hours import Closed, Open, say_day, say_rows, state
from bot.cyrillic import in_cyrillic
from bot.handover.times import CLOSED_STAYS, SILENT_STAYS
from bot.markup import escape
from bot.reply import Button, Reply, column
from bot.turn import Handover, Known, Turn
from knowledge.model import Hours

COMMANDS: Final = ("person", "end")
_CLOCKS: Final = {"Asia/Dushanbe": "person-clock-dushanbe", "Europe/Moscow": "person-clock-moscow"}
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def available(clerk: Clerk, known: Known) -> bool:
    """Return whether this chat may write to a person."""
    return clerk.staff_hours is not None and known.handover is not None


def command(name: str, clerk: Clerk, known: Known) -> Turn:
    """Return what one of COMMANDS leads to."""
    return press(("end",) if name == "end" else (), clerk, known)


def press(names: tuple[str, ...], clerk: Clerk, known: Known) -> Turn:
    """Return what a button with the verb 'person' leads to; names: what stands behind the verb.

    One that means nothing (any more) leads to the offer, which explains itself.
    """
    match names:
        case ("begin",) if not known.with_person:
            return Turn(_begun(clerk), handover="begin")
        case ("last", topic) if not known.with_person and topic in clerk.library.topic_by_id:
            return Turn(_begun(clerk), handover="begin", shown_topic=topic)
        case ("no",) if not known.with_person:
            return Turn(clerk.say("person-declined", (clerk.menu_row,)))
        case ("end",) if known.with_person:
            return Turn(_ended(clerk), handover="end")
        case ("end",):
            return Turn(clerk.say("person-none", (*clerk.person_row, clerk.menu_row)))
        case _:
            return Turn(_going_on(clerk) if known.with_person else _offer(clerk, known))


def in_thread(turn: Turn, clerk: Clerk, handover: Handover) -> Turn:
    """Return what the bot says to a message that a person reads, too; turn: what it would say alone.

    In danger all of that at once. Where nobody of the staff is there, all of it, marked as automatic. Else
    nothing but, to the first message, that it has come. If it could not come, all of it and that it has not.
    """
    if turn.failed or (turn.reply is None and handover.written):
        return turn
    if handover.is_lost:
        return _not_reached(turn, clerk)
    if turn.reply is not None and isinstance(turn.answer, Urgent):
        return replace(turn, reply=_after(turn.reply, _automatic(clerk), clerk))
    closed = _closed(clerk)
    if turn.reply is not None and closed is not None:
        return replace(turn, reply=_before(_automatic(clerk), turn.reply, clerk))
    if handover.written:
        return Turn(None)
    return Turn(clerk.say("person-received", _end_row(clerk)))


def _not_reached(turn: Turn, clerk: Clerk) -> Turn:
    if turn.reply is None or not clerk.voice.phrases.knows("person-not-reached"):  # an older snapshot
        return turn
    said = clerk.voice.say("person-not-reached")
    if isinstance(turn.answer, Urgent):
        return replace(turn, reply=_after(turn.reply, said, clerk))
    return replace(turn, reply=_before(said, turn.reply, clerk))


def only_text(clerk: Clerk) -> Turn:
    """Return the sentence for what came instead of words, or with them, and does not reach the person."""
    return Turn(clerk.say("person-only-text", _end_row(clerk)))


def privacy(clerk: Clerk) -> str:
    """Return the paragraph of /privacy on conversations with a person."""
    return clerk.voice.say("person-privacy", closed=_days(CLOSED_STAYS), silent=_days(SILENT_STAYS))


def _offer(clerk: Clerk, known: Known) -> Reply:
    voice = clerk.voice
    assert known.handover is not None
    text = voice.say(
        "person-offer",
        hours=_hours(clerk),
        state=_state(clerk),
        wait=_wait(known.handover.usual_wait, clerk),
        closed=_days(CLOSED_STAYS),
        silent=_days(SILENT_STAYS),
    )
    last = clerk.library.topic_by_id.get(known.subject or "")
    showing = None if last is None else str(Action("person", ("last", last.id)))
    shown: tuple[Button, ...] = ()
    if last is not None and showing is not None and len(showing) < LONGEST:
        text = f"{text}\n\n{voice.say('person-offer-last', title=escape(clerk.title(last)))}"
        shown = (Button(voice.say("button-begin-last"), showing),)
    buttons = (
        labelled(voice, "begin", "person", "begin"),
        *shown,
        labelled(voice, "no", "person", "no"),
    )
    return Reply(f"{text}\n\n{voice.say('person-agree')}", voice.language, column(*buttons))


def _begun(clerk: Clerk) -> Reply:
    return clerk.say("person-begun", _end_row(clerk), state=_state(clerk))


def _going_on(clerk: Clerk) -> Reply:
    return clerk.say("person-going-on", _end_row(clerk), state=_state(clerk))


def _ended(clerk: Clerk) -> Reply:
    return clerk.say("person-ended", (clerk.menu_row,), closed=_days(CLOSED_STAYS))


def _end_row(clerk: Clerk) -> Rows:
    return ((labelled(clerk.voice, "end", "person", "end"),),)


def _automatic(clerk: Clerk) -> str:
    closed = _closed(clerk)
    if closed is None:
        return clerk.voice.say("person-automatic")
    return clerk.voice.say("person-automatic-closed", **_opens(closed, clerk))


def _before(mark: str, reply: Reply, clerk: Clerk) -> Reply:
    return replace(reply, text=f"*{_in_script_of(reply, mark, clerk)}*\n\n{reply.text}")


def _after(reply: Reply, mark: str, clerk: Clerk) -> Reply:
    return replace(reply, text=f"{reply.text}\n\n*{_in_script_of(reply, mark, clerk)}*")


def _in_script_of(reply: Reply, mark: str, clerk: Clerk) -> str:
    if reply.script_of_uzbek != "cyrillic":
        return mark
    return in_cyrillic(Reply(mark, reply.language), clerk.library).text


def _closed(clerk: Clerk) -> Closed | None:
    found = state(clerk.staff_hours, clerk.now)
    return found if isinstance(found, Closed) else None


def _state(clerk: Clerk) -> str:
    match state(clerk.staff_hours, clerk.now):
        case Closed() as closed:
            return clerk.voice.say("person-away", **_opens(closed, clerk))
        case Open(until=until) if until is not None:
            return clerk.voice.say("person-there", until=f"{until:%H:%M}")
        case _:
            return clerk.voice.say("person-always-there")


def _opens(closed: Closed, clerk: Clerk) -> dict[str, str]:
    return {
        "day": say_day(closed.opens, clerk.now, clerk.voice),
        "time": f"{closed.opens:%H:%M}",
        "clock": _clock(clerk),
    }


def _hours(clerk: Clerk) -> str:
    assert clerk.staff_hours is not None
    return f"{say_rows(clerk.staff_hours, clerk.voice)} ({_clock(clerk)})"


def _clock(clerk: Clerk) -> str:
    assert clerk.staff_hours is not None
    key = _CLOCKS.get(clerk.staff_hours.time_zone)
    if key is not None:
        return clerk.voice.say(key)
    return clerk.voice.say("person-clock", offset=_offset(clerk.staff_hours, clerk))


def _offset(hours: Hours, clerk: Clerk) -> str:
    offset = clerk.now.astimezone(ZoneInfo(hours.time_zone)).utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    minutes = round(abs(offset).total_seconds() / 60)
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")


def _wait(usual: timedelta | None, clerk: Clerk) -> str:
    if usual is None:
        return clerk.voice.say("person-wait-unknown")
    if usual < _HOUR:
        return clerk.voice.say("person-wait-minutes", number=str(max(1, round(usual / timedelta(minutes=1)))))
    if usual < 2 * _DAY:
        return clerk.voice.say("person-wait-hours", number=str(round(usual / _HOUR)))
    return clerk.voice.say("person-wait-days", number=str(round(usual / _DAY)))


def _days(stays: timedelta) -> str:
    return str(stays.days)
