"""A file of example messages made to hold these: comments, blank lines and untouched messages stay."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from knowledge.errors import ContentError
from knowledge.model import Example
from knowledge.parse import ParseError, parse_examples

_Message = tuple[str, str, str | None, tuple[str, ...]]
_Heading = tuple[str, str | None]
_NO_HEADING: Final = ("", None)


def revise_messages(text: str | None, messages: Sequence[Example]) -> str:
    """Return the file's text with exactly these messages in this order; None: there is no such file yet.

    A heading whose last message goes stays: the next one finds its place there.

    Raises ContentError if the file cannot be read or a message cannot be written in this form.
    """
    text = text or ""
    new = [(each.text, each.language, each.kind, each.also) for each in messages]
    for message in new:
        _allowed(message)
    result = _Rows(text).with_messages(new) if _messages(text) != new else text
    assert _messages(result) == new
    return result


def _allowed(message: _Message) -> None:
    row = _row(message)
    try:
        read = _messages(f"{_heading(message)}\n{row}")
    except ParseError:
        read = []
    if read != [message] or "\r" in row:
        raise ContentError(
            "a message must be one line without blank space around it and must not end like '[+topic]'; "
            "shorten it"
        )


def _messages(text: str) -> list[_Message]:
    read = parse_examples(text).value
    assert isinstance(read, list)
    return [(each["text"], each["language"], each["kind"], tuple(each["also"])) for each in read]


def _row(message: _Message) -> str:
    text, _, _, also = message
    # One blank in front: a comment's or heading's sign counts only at the beginning of a line.
    return message_row(f" {text}" if text.startswith(("//", "##")) else text, also)


def message_row(text: str, also: Sequence[str]) -> str:
    """Return a message as parse_message reads it. also: topics that would be right too."""
    return f"{text} [{' '.join(f'+{each}' for each in also)}]" if also else text


def _heading(message: _Message) -> str:
    _, language, kind, _ = message
    return f"## {language} {{#{kind}}}" if kind is not None else f"## {language}"


class _Rows:
    """The file being written anew, row by row."""

    def __init__(self, text: str) -> None:
        self.old = text.split("\n")
        self.done: list[str] = []
        self.next = 0
        self.heading = ""
        parsed = parse_examples(text)
        self.messages = _messages(text)
        self.places = [parsed.lines[(n,)] - 1 for n in range(len(self.messages))]

    def with_messages(self, new: Sequence[_Message]) -> str:
        """Return the text with these messages instead of its own."""
        matcher = SequenceMatcher(None, self.messages, new, autojunk=False)
        for kind, start, end, new_start, new_end in matcher.get_opcodes():
            if kind != "equal":
                for message in new[new_start:new_end]:
                    self._add(
                        message, before=self.places[start] if start < len(self.places) else len(self.old)
                    )
            for n in range(start, end):
                self._copy_until(self.places[n])
                if kind == "equal":
                    self._put(self.messages[n], self.old[self.places[n]])
                self.next = self.places[n] + 1
        self._copy_until(len(self.old))
        text = "\n".join(self.done)
        return text if text.endswith("\n") else text + "\n"

    def _copy_until(self, place: int) -> None:
        for row in self.old[self.next : place]:
            if row.startswith("##"):
                self.heading = _heading_of(row)
            self.done.append(row)
        self.next = max(self.next, place)

    def _add(self, message: _Message, before: int) -> None:
        waiting = [n for n in range(self.next, before) if self.old[n].startswith("##")]
        if self.heading != _heading(message):
            fitting = [n for n in waiting if _heading_of(self.old[n]) == _heading(message)]
            if fitting:
                self._copy_until(fitting[-1] + 1)
            elif not self.heading and not waiting:
                self._copy_until(before)
        self._put(message, _row(message))

    def _put(self, message: _Message, row: str) -> None:
        if self.heading != _heading(message):
            if self.done and self.done[-1].strip():
                self.done.append("")
            self.heading = _heading(message)
            self.done.append(self.heading)
        self.done.append(row)


def _heading_of(row: str) -> str:
    [message] = _messages(f"{row}\nx")
    return _heading(message)
