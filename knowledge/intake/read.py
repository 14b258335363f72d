"""From the bytes of a page to a draft article: decode, take apart, set aside, put together."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from knowledge.intake import guess
from knowledge.intake.blocks import OPEN, Block, Page, furniture, plain
from knowledge.intake.decode import IntakeError, decode
from knowledge.intake.draft import Draft, DraftSection
from knowledge.intake.fold import INVISIBLE
from knowledge.intake.html_page import read_html
from knowledge.intake.judge import Judge, Learned
from knowledge.intake.text_page import read_text
from knowledge.intake.units import Kept
from knowledge.model import SetAside

MAX_BYTES = 5_000_000
"""A longer page is refused; the longest real page of a ministry seen had 0.4 MB."""

MAX_CHARACTERS = 300_000
"""Of text without markup: about 150 printed pages."""

_LONGEST_HEADING = 150
"""Characters of headings that are put into one because nothing stands under the first."""

_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|p|div|br|table|ul|ol|h[1-6]|span|a|article|section|main|meta|title|font|center)\b",
    re.I,
)
_TITLE_PARTS = re.compile(r"\s+[|–—·•»:-]{1,2}\s+")


def read_page(
    raw: bytes, source: str, content_type: str | None = None, *, judge: Learned | None = None
) -> Draft:
    """Return the draft of a page: HTML or text, in any encoding, whatever its state.

    source: its address or file name, kept in the draft; links to its own host are innocent.
    content_type: the HTTP header's value if there was one.
    judge: gives log-odds that pieces of one page are advertising; without one the word lists judge alone.

    Every visible sentence ends up in the title, in a section or in set_aside. Raises IntakeError.
    """
    if len(raw) > MAX_BYTES:
        raise IntakeError(
            f"{source}: {len(raw):,} bytes, at most {MAX_BYTES:,} are read: "
            "save the article alone and take that in"
        )
    try:
        text = decode(raw, content_type)
    except IntakeError as error:
        raise IntakeError(f"{source}: {error}") from None
    page = read_html(text) if _is_html(text, content_type) else read_text(text)
    blocks = [furniture(block) for block in page.blocks]
    if not page.title and not any(block.plain for block in blocks):
        raise IntakeError(f"{source}: no text in it: is it the right file?")
    length = sum(len(block.text) for block in blocks)
    if length > MAX_CHARACTERS:
        raise IntakeError(
            f"{source}: {length:,} characters of text, at most {MAX_CHARACTERS:,} are read: "
            "take the articles in one by one"
        )
    return _put_together(page, _menus(blocks), source, judge)


def _is_html(text: str, content_type: str | None) -> bool:
    found = len(_MARKUP.findall(text[:50_000]))
    return found >= 2 or (found >= 1 and (text.lstrip().startswith("<") or "html" in (content_type or "")))


def _menus(blocks: list[Block]) -> list[Block]:
    # a row of links that nobody marked as a menu, before the article begins or after it has ended
    prose = [
        at
        for at, block in enumerate(blocks)
        if not block.aside and len(block.plain.split()) >= 12 and block.linked < 0.5
    ]
    first, last = (prose[0], prose[-1]) if prose else (0, len(blocks))
    return [
        replace(block, aside="menu")
        if not block.aside
        and block.kind != "heading"
        and block.linked > 0.8
        and not first <= at <= last
        and _in_row(blocks, at)
        else block
        for at, block in enumerate(blocks)
    ]


def _in_row(blocks: list[Block], at: int) -> bool:
    links = 1
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(blocks) and blocks[other].linked > 0.8:
            links, other = links + 1, other + step
    return links >= 3 or blocks[at].text.count(OPEN) >= 3


def _put_together(page: Page, blocks: list[Block], source: str, learned: Learned | None) -> Draft:
    body = "\n".join(block.plain for block in blocks if not block.aside)
    judge = Judge(blocks, page.title, urlsplit(source).hostname or "", learned)
    kept = judge.kept()
    title, aside = _title(page, blocks, kept, judge)
    aside += [SetAside(text=_tidy(text), reason=reason) for text, reason in judge.set_aside()]
    language = guess.language("\n".join(each.text for each in kept)) or guess.language(body)
    if not language and page.declared_language in ("tg", "ru", "uz", "en"):
        language = page.declared_language
    return Draft(
        title=title,
        language=language,
        date=_date(page, kept),
        source=source,
        sections=tuple(_sections(kept, title)),
        set_aside=tuple(each for each in aside if each.text),
    )


def _title(page: Page, blocks: list[Block], kept: list[Kept], judge: Judge) -> tuple[str, list[SetAside]]:
    parts = [part for part in _TITLE_PARTS.split(page.title) if part.strip()]
    good = [part for part in parts if not judge.is_advertising(part)]
    aside = [SetAside(text=_tidy(part), reason=judge.reason(part)) for part in parts if part not in good]
    if judge.is_advertising(page.title) and len(good) == len(parts) and parts:
        good, aside = [], [SetAside(text=_tidy(page.title), reason=judge.reason(page.title))]
    if judge.is_advertising(page.description):
        aside.append(SetAside(text=_tidy(page.description), reason=judge.reason(page.description)))
    tops = [each for each in kept if each.kind == "heading" and each.level == 1]
    for top in tops:
        if len(tops) == 1 or _overlap(top.text, page.title) > 0.5:
            return _tidy(top.text), aside
    if good:
        whole = page.title if len(good) == len(parts) and len(parts) == 2 and len(good[1]) < 4 else good[0]
        return _tidy(whole), aside
    return _tidy(next((each.text for each in kept if each.kind == "heading"), "")), aside


def _overlap(one: str, other: str) -> float:
    words = set(re.findall(r"\w+", one.lower()))
    return len(words & set(re.findall(r"\w+", other.lower()))) / max(1, len(words))


def _date(page: Page, kept: list[Kept]) -> date | None:
    marked = guess.day(page.date_text)
    if marked:
        return marked
    lines = Counter(
        found
        for each in kept
        for line in each.text.split("\n")
        if guess.only_a_day(line) and (found := guess.day(line))
    )
    return next(iter(lines)) if len(lines) == 1 else None


def _sections(kept: list[Kept], title: str) -> list[DraftSection]:
    found: list[tuple[str, list[str]]] = [("", [])]
    for at, each in enumerate(kept):
        text = _tidy(each.text)
        if each.kind == "heading":
            if text != title or each.level != 1:
                found.append((text, []))
        elif text:
            tight = (
                at > 0 and each.kind == kept[at - 1].kind and each.kind in ("item", "row") and found[-1][1]
            )
            if tight:
                found[-1][1][-1] += f"\n{each.marker}{text}"
            else:
                found[-1][1].append(f"{each.marker}{text}")
    return _without_empty_ones(found)


def _without_empty_ones(found: list[tuple[str, list[str]]]) -> list[DraftSection]:
    # a heading with nothing under it stands before the next one, or under the last
    whole: list[DraftSection] = []
    waiting = ""
    for heading, texts in found:
        joined = f"{waiting}: {heading}" if waiting and heading else waiting or heading
        if texts:
            whole.append(DraftSection(joined, "\n\n".join(texts)))
            waiting = ""
        elif len(joined) <= _LONGEST_HEADING or not waiting:
            waiting = joined
        else:
            whole.append(DraftSection(waiting, heading))
            waiting = ""
    if waiting and whole:
        last = whole.pop()
        return [*whole, DraftSection(last.heading, f"{last.text}\n\n{waiting}")]
    return [*whole, *([DraftSection("", waiting)] if waiting else [])]


def _tidy(text: str) -> str:
    return plain(INVISIBLE.sub("", text))
