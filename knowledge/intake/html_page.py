"""Walks an HTML page from top to bottom into blocks; what is no part of the article is marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]  # comes without types

from knowledge.intake.blocks import (
    CELL,
    CLOSE,
    FIRST_LINK,
    LAST_LINK,
    OPEN,
    Block,
    Kind,
    Page,
    plain,
)
from knowledge.intake.places import hiding_rules
from knowledge.intake.places import reason as place

_MAX_DEPTH = 200
"""The parser gives up at 256 open elements; containers below this are read as if they were not there."""
_SILENT = {"script", "style", "head", "svg", "math", "iframe", "object", "canvas", "audio", "video", "map"}
# fmt: off
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "img",
}
# fmt: on
_MARKED = {"a", "span", "font", "ins", "small", "mark", "sub", "sup", "b", "i", "em", "strong", "u"}
_CONTAINER = re.compile(
    r"<(/?)(?!(?:p|li|td|tr|th|dt|dd|thead|tbody|tfoot|option|html|body|head|br|hr|img|input|meta|link|wbr|col|area|base|embed|source|track|param)\b)([a-z][a-z0-9]*)\b[^>]*>",
    re.I,
)


@dataclass(slots=True)
class _Open:
    tag: str
    aside: str = ""
    silent: bool = False
    linked: bool = False
    marked: bool = False
    article: bool = False
    item: int = 0
    """For <ol>: the next number; for <li>: 1 once its marker was given."""


@dataclass(slots=True)
class _Walk:
    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    linked: int = 0
    rows: list[int] = field(default_factory=list)

    def flush(self, kind: Kind, aside: str, level: int = 0, marker: str = "") -> None:
        raw = "".join(self.text)
        shown = plain(raw)
        if shown:
            share = min(1.0, self.linked / len(shown))
            self.blocks.append(Block(raw, kind, level, marker, tuple(self.links), share, aside))
        self.text, self.links, self.linked = [], [], 0


def read_html(text: str) -> Page:
    """Return the blocks and marks of an HTML page, whatever state its markup is in."""
    root = _parsed(text)
    if root is None:
        return Page([])
    total = max(1, len("".join(root.itertext())))
    walk = _Walk()
    _walk(root, walk, hiding_rules(root), total)
    return Page(
        blocks=walk.blocks,
        title=_one(root, "//head//title//text() | //title//text()"),
        description=_one(root, "//meta[@name='description' or @property='og:description']/@content"),
        date_text=_dates(root),
        declared_language=(root.get("lang") or "")[:2].lower(),
        site_names=[str(each) for each in root.xpath("//meta[@property='og:site_name']/@content")],
    )


def _parsed(text: str) -> etree._Element | None:
    depth = 0

    def shallow(match: re.Match[str]) -> str:
        nonlocal depth
        closing = bool(match.group(1))
        depth = max(0, depth - 1) if closing else depth
        too_deep = depth >= _MAX_DEPTH
        depth = depth if closing or match.group().endswith("/>") else depth + 1
        return (" " if match.group(2).lower() in _INLINE else "<br>") if too_deep else match.group()

    raw = _CONTAINER.sub(shallow, text).encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root: etree._Element | None = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        return None
    return root


def _walk(root: etree._Element, walk: _Walk, hidden: set[str], total: int) -> None:
    stack = [_Open("")]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            stack.append(_start(element, stack, walk, hidden, total))
        else:
            _end(element, stack, walk)
    walk.flush("paragraph", "")


def _start(element: etree._Element, stack: list[_Open], walk: _Walk, hidden: set[str], total: int) -> _Open:
    above, tag = stack[-1], element.tag.lower()
    now = _Open(
        tag, above.aside, above.silent or tag in _SILENT, above.linked or tag == "a", False, above.article
    )
    now.article = now.article or tag in ("article", "main") or element.get("role") == "main"
    reason = place(element, tag, above.aside, in_article=above.article, hidden=hidden, total=total)
    if tag not in _INLINE or (reason and reason != above.aside):
        _flush_for(stack, walk)
    now.aside = reason or above.aside
    if tag == "tr":
        walk.rows.append(len(walk.blocks))
    if tag == "ol":
        now.item = 1
    now.marked = tag in _MARKED and not now.silent
    if now.marked:
        walk.text.append(OPEN)
    if tag == "a" and element.get("href", "").startswith(("http:", "https:", "//")):
        if len(walk.links) <= LAST_LINK - FIRST_LINK:
            walk.text.append(chr(FIRST_LINK + len(walk.links)))
        walk.links.append(element.get("href", ""))
    if tag == "br":
        walk.text.append("\n")
    if not now.silent:
        _say(element.text, now, walk)
    return now


def _end(element: etree._Element, stack: list[_Open], walk: _Walk) -> None:
    now = stack[-1]
    if now.marked:
        walk.text.append(CLOSE)
    if now.tag not in _INLINE or now.aside != stack[-2].aside:
        _flush_for(stack, walk)
    if now.tag == "tr" and walk.rows:
        _as_row(walk, walk.rows.pop())
    stack.pop()
    if not stack[-1].silent:
        _say(element.tail, stack[-1], walk)


def _say(text: str | None, where: _Open, walk: _Walk) -> None:
    if text:
        walk.text.append(re.sub(r"\s+", " ", text) if where.tag != "pre" else text)
        walk.linked += len(text.strip()) if where.linked else 0


def _flush_for(stack: list[_Open], walk: _Walk) -> None:
    now = stack[-1]
    if not walk.text:
        return None
    for at in range(len(stack) - 1, 0, -1):
        tag = stack[at].tag
        if re.fullmatch("h[1-6]", tag):
            return walk.flush("heading", now.aside, int(tag[1]))
        if tag == "li":
            return _flush_item(stack[at - 1], stack[at], walk, now.aside)
        if tag in ("td", "th", "table"):
            break
    return walk.flush("paragraph", now.aside)


def _flush_item(above: _Open, item: _Open, walk: _Walk, aside: str) -> None:
    if not plain("".join(walk.text)) or item.item:
        return walk.flush("paragraph", aside)
    marker = f"{above.item}. " if above.item else "- "
    above.item += bool(above.item)
    item.item = 1
    return walk.flush("item", aside, 0, marker)


def _as_row(walk: _Walk, first: int) -> None:
    cells = walk.blocks[first:]
    short = all(cell.kind == "paragraph" and len(cell.plain) <= 400 for cell in cells)
    if len(cells) < 2 or not short or len({cell.aside for cell in cells}) > 1 or len(cells) > 20:
        return
    links: tuple[str, ...] = ()
    texts = []
    for cell in cells:
        numbers = {
            FIRST_LINK + at: min(FIRST_LINK + at + len(links), LAST_LINK) for at in range(len(cell.links))
        }
        texts.append(cell.text.translate(numbers))
        links += cell.links
    linked = sum(cell.linked * len(cell.plain) for cell in cells) / sum(len(cell.plain) for cell in cells)
    walk.blocks[first:] = [Block(CELL.join(texts), "row", links=links, linked=linked, aside=cells[0].aside)]


def _one(root: etree._Element, path: str) -> str:
    return re.sub(r"\s+", " ", " ".join(str(each) for each in root.xpath(path)[:1])).strip()


def _dates(root: etree._Element) -> str:
    marks = root.xpath(
        "//meta[@property='article:published_time' or @name='date' or @name='pubdate'"
        " or @itemprop='datePublished' or @name='DC.date' or @name='dcterms.date']/@content"
        " | //time/@datetime"
    )
    written = re.findall(
        r'"datePublished"\s*:\s*"([^"]+)"', " ".join(str(each) for each in root.xpath("//script/text()"))
    )
    return "\n".join([*(str(each) for each in marks), *written])
