"""Bytes of a content file to the text that is edited, and back with its own byte order mark and line ends."""

from __future__ import annotations

import codecs
import re
from difflib import SequenceMatcher
from typing import Final

from knowledge.errors import ContentError

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END: Final = re.compile(r"\r\n|\r")


def text_of(raw: bytes) -> str:
    r"""Return the text as `knowledge.load` reads it: no byte order mark, every line ends with '\n'.

    Raises ContentError if it is not UTF-8.
    """
    try:
        return _END.sub("\n", raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ContentError(f"not UTF-8 (byte {error.start}); save the file as UTF-8") from None


def bytes_of(text: str, before: bytes = b"") -> bytes:
    """Return the text as bytes of a file that held `before`: lines that were there keep their ends."""
    if text_of(before) == text:
        return before
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    return mark + _with_ends(text, before.decode("utf-8-sig")).encode()


def _with_ends(text: str, before: str) -> str:
    if "\r" not in before:
        return text
    old, new = _LINE.findall(before), _LINE.findall(text)
    bare = [_END.sub("\n", line) for line in old]
    usual = "\r\n" if before.count("\r\n") * 2 > before.count("\n") else "\n"
    lines: list[str] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(
        None, bare, new, autojunk=False
    ).get_opcodes():
        lines += (
            old[start:end]
            if kind == "equal"
            else [each.replace("\n", usual) for each in new[new_start:new_end]]
        )
    return "".join(lines)
