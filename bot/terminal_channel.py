"""The same conversation in a terminal."""

from __future__ import annotations

import click

from bot.conversation import Conversation
from bot.markup import to_plain
from bot.question import Question
from bot.render import Button, Reply
from knowledge.model import Language

_PROMPT = "> "


def talk(conversation: Conversation, language: Language) -> None:
    """Read lines until the end of input; a number alone presses the button of that number."""
    reply = conversation.start(language)
    buttons = reply.buttons
    show(reply)
    earlier: tuple[str, ...] = ()
    while True:
        line = _read()
        if line is None:
            return
        button = _pressed(line, buttons)
        if button is not None:
            reply = conversation.press(button.action, reply.language)
        else:
            reply = conversation.hear(Question(line, earlier), reply.language).reply
            earlier = (*earlier[-1:], line)
        buttons = reply.buttons or buttons
        show(reply)


def show(reply: Reply) -> None:
    """Print a reply as plain text, its buttons numbered."""
    click.echo(f"\n{to_plain(reply.text)}\n")
    for number, button in enumerate(reply.buttons, start=1):
        click.echo(f"  [{number}] {button.text}")


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
