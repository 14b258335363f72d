"""Reads plain text into blocks: paragraphs between blank lines, lists, and guessed headings."""

from __future__ import annotations

import re

from knowledge.intake.blocks import Block, Page

_ITEM = re.compile(r"\s*(?P<marker>[-–—*•·▪●○]|\d{1,2}[.)])\s+(?P<text>\S.*)", re.S)
_ENDS = re.compile(r"[.!?…:;,»”\"')]\s*$")
_MARKDOWN_HEADING = re.compile(r"\s*(#{1,6})\s+(.+?)\s*#*\s*$")


def read_text(text: str) -> Page:
    """Return the blocks of a plain text; its first short line is the title."""
    pieces = [each for each in re.split(r"\n[^\S\n]*\n+", text) if each.strip()]
    blocks: list[Block] = []
    title = ""
    for at, piece in enumerate(pieces):
        following = pieces[at + 1] if at + 1 < len(pieces) else ""
        lines = [line.strip() for line in piece.split("\n") if line.strip()]
        if (
            at == 0
            and len(lines[0]) <= 200
            and (len(lines) == 1 or not _wrapped(lines))
            and not _ITEM.match(lines[0])
        ):
            if len(pieces) > 1 or len(lines) > 1:
                title, lines = _MARKDOWN_HEADING.sub(r"\2", lines[0]), lines[1:]
        elif len(lines) == 1 and _is_heading(lines[0], following, blocks):
            blocks.append(Block(_MARKDOWN_HEADING.sub(r"\2", lines[0]), "heading", 2))
            continue
        blocks += _lines_as_blocks(lines)
    return Page(blocks=blocks, title=title)


def _lines_as_blocks(lines: list[str]) -> list[Block]:
    wrapped = _wrapped(lines)
    joined: list[str] = []
    for line in lines:
        if joined and wrapped and not _ITEM.match(line) and not _MARKDOWN_HEADING.match(line):
            joined[-1] += ("\n" if line[0].isupper() else " ") + line
        else:
            joined.append(line)
    return [_block(line) for line in joined]


def _block(line: str) -> Block:
    heading = _MARKDOWN_HEADING.match(line)
    if heading:
        return Block(heading.group(2), "heading", len(heading.group(1)))
    item = _ITEM.match(line)
    if item:
        marker = item.group("marker")
        return Block(item.group("text"), "item", marker=f"{marker[:-1]}. " if marker[0].isdigit() else "- ")
    return Block(line)


def _wrapped(lines: list[str]) -> bool:
    # a paragraph broken at a fixed width: every line but the last is about as long as the longest
    if len(lines) < 2:
        return False
    longest = max(len(line) for line in lines)
    return 40 <= longest <= 120 and all(len(line) >= 0.7 * longest for line in lines[:-1])


def _is_heading(line: str, following: str, before: list[Block]) -> bool:
    if _MARKDOWN_HEADING.match(line):
        return True
    if len(line) > 90 or _ENDS.search(line) or _ITEM.match(line) or not line[0].isupper() or not following:
        return False
    introduced = bool(before) and before[-1].plain.endswith(":")
    body = following.strip()
    sentences = bool(re.search(r"[.!?…]", body)) and len(body.split()) >= 12
    listed = body.count("\n") >= 1 and bool(_ITEM.match(body))
    return not introduced and not re.search(r"\d{4,}|@|https?:", line) and (sentences or listed)
