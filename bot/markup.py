"""Article Markdown to what a channel shows: Telegram's HTML, or plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from markdown_it.token import Token

from knowledge.markdown import parse

TELEGRAM_LIMIT = 4096
"""Characters of one message after entities parsing (core.telegram.org/bots/api#sendmessage)."""

_Inline = Callable[[Token], str]

_HTML = {
    "strong_open": "<b>",
    "strong_close": "</b>",
    "em_open": "<i>",
    "em_close": "</i>",
    "link_close": "</a>",
    "softbreak": "\n",
    "hardbreak": "\n",
}


def escape(text: str) -> str:
    """Return Markdown that shows exactly this text, so that a name cannot turn into markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", text)


def to_html(markdown: str) -> str:
    """Return this Markdown in the HTML that Telegram allows; always well nested, everything else escaped."""
    return _blocks(markdown, _inline_html, "<blockquote>", "</blockquote>")


def to_plain(markdown: str) -> str:
    """Return this Markdown as plain text; a link is followed by its address."""
    return _blocks(markdown, _inline_plain, "", "")


def _blocks(markdown: str, inline: _Inline, open_quote: str, close_quote: str) -> str:
    blocks: list[str] = []
    items: list[str] = []
    next_number: int | None = None
    bullet = ""
    in_list = False
    quote_begins = 0
    for token in parse(markdown):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                in_list = True
                next_number = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None
            case "bullet_list_close" | "ordered_list_close":
                blocks.append("\n".join(items))
                items, in_list = [], False
            case "list_item_open":
                bullet = "• " if next_number is None else f"{next_number}. "
                next_number = None if next_number is None else next_number + 1
            case "blockquote_open":
                quote_begins = len(blocks)
            case "blockquote_close":
                blocks[quote_begins:] = [open_quote + "\n".join(blocks[quote_begins:]) + close_quote]
            case "inline" | "fence" | "code_block" | "html_block":
                (items if in_list else blocks).append(bullet + inline(token))
                bullet = ""
    return "\n\n".join(block for block in blocks if block)


def _inline_html(token: Token) -> str:
    if token.type != "inline":
        return html.escape(token.content.strip(), quote=False)
    parts: list[str] = []
    for child in token.children or []:
        if child.type == "link_open":
            parts.append(f'<a href="{html.escape(str(child.attrGet("href") or ""))}">')
        elif child.type == "code_inline":
            parts.append(f"<code>{html.escape(child.content, quote=False)}</code>")
        else:
            parts.append(_HTML.get(child.type) or html.escape(child.content, quote=False))
    return "".join(parts)


def _inline_plain(token: Token) -> str:
    if token.type != "inline":
        return token.content.strip()
    parts: list[str] = []
    addresses: list[str] = []
    for child in token.children or []:
        if child.type == "link_open":
            addresses.append(str(child.attrGet("href") or ""))
        elif child.type == "link_close":
            parts.append(f" ({addresses.pop()})")
        else:
            parts.append("\n" if child.type in ("softbreak", "hardbreak") else child.content)
    return "".join(parts)


def split(markdown: str, limit: int = TELEGRAM_LIMIT) -> tuple[str, ...]:
    """Return the text in pieces that each fit a message, broken between paragraphs, else between lines.

    limit: characters of the plain text that may stand in one piece; addresses of links do not count
    there, so counting the plain text with them errs on the safe side.
    """
    pieces: list[str] = []
    for block in re.split(r"\n{2,}", markdown):
        for part in [block] if len(to_plain(block)) <= limit else _cut(block, limit):
            if pieces and len(to_plain(f"{pieces[-1]}\n\n{part}")) <= limit:
                pieces[-1] = f"{pieces[-1]}\n\n{part}"
            else:
                pieces.append(part)
    return tuple(pieces)


def _cut(block: str, limit: int) -> list[str]:
    parts: list[str] = [""]
    for word in re.split(r"(?<=\s)", block):
        for chunk in [word[at : at + limit] for at in range(0, len(word), limit)] or [""]:
            if len(parts[-1]) + len(chunk) > limit:
                parts.append("")
            parts[-1] += chunk
    return [part for part in parts if part.strip()]
