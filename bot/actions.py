"""The language of buttons: what pressing one means, in sixty bytes, so that nothing need be stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bot.phrases import Voice
from bot.reply import Button

LONGEST: Final = 60
"""Bytes of an action, its mark of the script included; Telegram allows 64, four are the channel's own."""

Verb = Literal[
    "menu",
    "category",
    "topic",
    "page",
    "else",
    "call",
    "cards",
    "near",
    "good",
    "bad",
    "wrong",
    "unclear",
    "old",
    "mine",
    "language",
    "news",
    "none",
    "person",
    "listen",
]
"""What to do; with an id of at most 51 bytes none is over LONGEST (knowledge.check: LONGEST_IDS)."""

_NAME: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PLACE: Final = rf"{_NAME}(?:#{_NAME})?"
_ACTION: Final = re.compile(
    rf"(?P<verb>{'|'.join(get_args(Verb))})(?::(?P<names>{_PLACE}(?:,{_PLACE})*))?", re.ASCII
)
_CYRILLIC: Final = "~"


@dataclass(frozen=True, slots=True)
class Action:
    """What pressing a button means."""

    verb: Verb
    names: tuple[str, ...] = ()
    """Ids of what the verb is about: 'topic', or 'page#section'."""

    def __str__(self) -> str:
        """Return the action as a button carries it; read back by `parse`."""
        return f"{self.verb}:{','.join(self.names)}" if self.names else self.verb

    @property
    def place(self) -> tuple[str, str]:
        """The page and the section of the first name; '' for what is not named."""
        page, _, section = (self.names[0] if self.names else "").partition("#")
        return page, section


def parse(text: str) -> Action | None:
    """Return the action that `text` means; None if it means none."""
    found = _ACTION.fullmatch(text)
    if found is None:
        return None
    verb: Verb = next(each for each in get_args(Verb) if each == found["verb"])
    return Action(verb, tuple(found["names"].split(",")) if found["names"] else ())


def fitting(verb: Verb, names: Sequence[str]) -> Action:
    """Return the action with as much of these names as fits: first sections are left out, then names.

    Both from the last name on, since the first ones are the likeliest.
    """
    kept = list(names)
    for n in reversed(range(len(kept))):
        if _fits(Action(verb, tuple(kept))):
            break
        kept[n] = kept[n].partition("#")[0]
    while kept and not _fits(Action(verb, tuple(kept))):
        kept.pop()
    return Action(verb, tuple(kept))


def _fits(action: Action) -> bool:
    return len(str(action)) + len(_CYRILLIC) <= LONGEST


def labelled(voice: Voice, label: str, verb: Verb, *names: str) -> Button:
    """Return a button with one of the bot's own words on it. Raises BotError if no language has `label`."""
    return Button(voice.say(f"button-{label}"), str(Action(verb, names)))


def marked(action: str) -> str:
    """Return the action marked: what it leads to is in Cyrillic Uzbek."""
    return action + _CYRILLIC


def unmarked(action: str) -> tuple[str, bool]:
    """Return the action without this mark, and whether it had one."""
    return action.removesuffix(_CYRILLIC), action.endswith(_CYRILLIC)
