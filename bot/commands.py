"""The commands: what each says, and how Telegram's own menu describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot import menu, news, pressing
from bot.actions import Action
from bot.clerk import Clerk
from bot.contacts import replies as contact_replies
from bot.contacts.place_names import PlaceNames
from bot.dates import flow as dates_flow
from bot.handover import replies as handover_replies
from bot.reply import Reply
from bot.turn import Turn


def run(name: str, argument: str, clerk: Clerk, places: PlaceNames, retention_days: int) -> Turn:
    """Return what a command leads to; one that nobody knows, or that this library can't serve, gets the help.

    name: without its slash. places: for '/contacts Kazan'. retention_days: for /privacy to say.
    """
    match name:
        case "privacy":
            return Turn(_privacy(clerk, retention_days))
        case "forget":
            return Turn(clerk.say("forgotten"), forget=True)
        case "stop" if news.available(clerk):
            return news.stop(clerk)
        case "language" if argument.strip():
            return pressing.press(Action("language", (argument.strip().lower(),)), clerk)
        case "contacts" if found := places.find(argument):
            return Turn(contact_replies.at(found[0], clerk))
        case _:
            return Turn(_REPLIES.get(name, _help)(clerk))


def described(clerk: Clerk) -> tuple[tuple[str, str], ...]:
    """Return (name, description) of each command that this library can serve."""
    return tuple((name, clerk.voice.say(f"command-{name}")) for name in _names(clerk))


def _names(clerk: Clerk) -> tuple[str, ...]:
    dates = ("dates",) if dates_flow.available(clerk.library) else ()
    told = ("news",) if news.available(clerk) else ()
    person = () if clerk.staff_hours is None else handover_replies.COMMANDS
    return ("menu", "contacts", *person, *dates, *told, "language", "privacy", "forget", "help", "start")


def _privacy(clerk: Clerk, retention_days: int) -> Reply:
    said = clerk.say("privacy", days=str(retention_days))
    if clerk.staff_hours is None:
        return said
    return replace(said, text=f"{said.text}\n\n{handover_replies.privacy(clerk)}")


def _start(clerk: Clerk) -> Reply:
    # In Tajik and Russian together, and in the person's own other language.
    languages = dict.fromkeys(("tg", "ru", clerk.voice.language))
    parts = [clerk.voice.phrases.say(each, "start") for each in languages]
    rows = (*menu.language_rows(), clerk.menu_row)
    return Reply("\n\n".join(parts), clerk.voice.language, rows)


def _help(clerk: Clerk) -> Reply:
    listed = "\n".join(f"- /{name}: {description}" for name, description in described(clerk))
    text = f"{clerk.voice.say('help')}\n\n{listed}"
    return Reply(text, clerk.voice.language, (clerk.menu_row,))


def _news(clerk: Clerk) -> Reply:
    return news.offer(clerk) if news.available(clerk) else _help(clerk)


def _dates(clerk: Clerk) -> Reply:
    if not dates_flow.available(clerk.library):
        return _help(clerk)
    return dates_flow.press(dates_flow.START, clerk.library, clerk.voice, clerk.today)


_REPLIES: Final[Mapping[str, Callable[[Clerk], Reply]]] = {
    "start": _start,
    "menu": menu.menu,
    "contacts": contact_replies.general,
    "dates": _dates,
    "language": menu.languages,
    "news": _news,
    "help": _help,
}
