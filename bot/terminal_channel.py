"""The same conversation in a terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import click

from bot.conversation import Conversation
from bot.markup import to_plain
from bot.question import Question
from bot.reply import Attachment, Button, ContactCard, File, Reply, Venue
from bot.turn import Known, Turn
from knowledge.model import Language

_PROMPT: Final = "> "


def talk(conversation: Conversation, language: Language) -> None:
    """Read lines until the end of input: a number presses that button, '/menu' and the like are commands."""
    known, spoken = Known(language), language
    buttons: tuple[Button, ...] = ()
    turn = conversation.command("start", known)
    while True:
        if turn.reply is not None:
            show(turn.reply)
            buttons, spoken = turn.reply.buttons or buttons, turn.reply.language
        known = _kept(turn, known, language)
        line = _read()
        if line is None:
            return
        turn = _answered(line, conversation, known, buttons, spoken)


def show(reply: Reply) -> None:
    """Print a reply as plain text, its buttons numbered; of a recording, where it is."""
    spoken = reply.spoken
    click.echo(f"\n{to_plain(reply.text) if spoken is None else spoken.caption}\n")
    if spoken is not None:
        click.echo(f"  ({spoken.sound.archive}: {spoken.sound.name}, {spoken.seconds} s)")
    for attachment in reply.attachments:
        click.echo(f"  ({_described(attachment)})")
    for number, button in enumerate(reply.buttons, start=1):
        click.echo(f"  [{number}] {button.text}")


def _answered(
    line: str, conversation: Conversation, known: Known, buttons: tuple[Button, ...], spoken: Language
) -> Turn:
    button = _pressed(line, buttons)
    if button is not None:
        return conversation.press(button.action, replace(known, language=spoken))
    if line.startswith("/"):
        name, _, argument = line[1:].partition(" ")
        return conversation.command(name.lower(), known, argument)
    return conversation.hear(Question(line), known)


def _kept(turn: Turn, known: Known, language: Language) -> Known:
    if turn.forget:
        return Known(language)
    chosen = turn.language is not None
    return Known(turn.language or known.language, known.chosen or chosen, turn.subject or known.subject)


def _described(attachment: Attachment) -> str:
    match attachment:
        case ContactCard(name, phone):
            return f"{name}: {phone}"
        case Venue(name, address, latitude, longitude):
            return f"{name}: {address} ({latitude:.4f}, {longitude:.4f})"
        case File(name, content):
            return f"{name}, {len(content)} bytes"


def _read() -> str | None:
    try:
        return input(_PROMPT)
    except (EOFError, KeyboardInterrupt):
        click.echo()
        return None


def _pressed(line: str, buttons: tuple[Button, ...]) -> Button | None:
    number = line.strip()
    if number.isascii() and number.isdecimal() and len(number) <= 2 and 1 <= int(number) <= len(buttons):
        return buttons[int(number) - 1]
    return None
