"""Cuts a block into the pieces that are judged one by one, so that they can be put together again."""

from __future__ import annotations

import re

from knowledge.intake.blocks import CELL, CLOSE, OPEN

_END = re.compile(
    rf"(?P<stop>[.!?…]+[\"»”’)\]{CLOSE}]*)(?P<gap>[\s{OPEN}{CLOSE}]+|(?=[A-ZА-ЯЁӢҶҚҒҲӮ][a-zа-яёӣҷқғҳӯ]))"
    rf"|(?P<line>\s*\n\s*|{CELL}|;\s+|\s+[|•►▶★☆✅❤]+\s+|\s*>>+\s*|\s+[-–—]{{2,}}\s+|\s*={{3,}}\s*)"
)
_LATIN = r"(?:[\d,;'’&+%$/-]*[A-Za-z][A-Za-z\d'’.&+%$/-]*)"
_CYRILLIC = r"(?:[\d,]*[А-яЁёӢӣӮӯҚқҒғҲҳҶҷ][А-яЁёӢӣӮӯҚқҒғҲҳҶҷ\d-]*)"
_AFTER_CYRILLIC = "(?:(?<=[А-яёӣӯқғҳҷ] )|(?<=[А-яёӣӯқғҳҷ][.,:] ))"
_AFTER_LATIN = "(?:(?<=[A-Za-z] )|(?<=[A-Za-z][.,:] ))"
_LATIN_RUN = rf"(?:{_LATIN}[,:;!]?\s+){{2,}}{_LATIN}"
_CYRILLIC_RUN = rf"(?:{_CYRILLIC}[,:;!]?\s+){{2,}}{_CYRILLIC}"
_OTHER_SCRIPT = re.compile(
    rf"(?P<latin>{_AFTER_CYRILLIC}{_LATIN_RUN}[.!?]?(?=\s|$)|^{_LATIN_RUN}(?=\s+[А-я]))"
    rf"|(?P<cyrillic>{_AFTER_LATIN}{_CYRILLIC_RUN}[.!?]?(?=\s|$))"
)
_SHORT = frozenset(
    [
        "г",
        "гг",
        "ул",
        "д",
        "дом",
        "кв",
        "т",
        "тт",
        "п",
        "пп",
        "ст",
        "стр",
        "обл",
        "р-н",
        "руб",
        "тыс",
        "млн",
        "млрд",
        "им",
        "см",
        "т.д",
        "т.п",
        "т.е",
        "ч",
        "корп",
        "пер",
        "пр",
        "просп",
        "тел",
        "e.g",
        "i.e",
        "mr",
        "mrs",
        "dr",
        "no",
        "art",
        "st",
        "vs",
        "u.s",
        "прим",
        "др",
        "рис",
        "табл",
        "соли",
        "ш",
        "к",
        "кӯч",
        "x",
    ]
)


def pieces(text: str) -> list[tuple[str, str]]:
    """Return (sentence, what separates it from the next); joined in order they are the text again."""
    found: list[tuple[str, str]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group("stop") and not _ends_sentence(text[start : match.start()], match):
            continue
        stop = match.start() + len(match.group("stop") or "")
        found.append((text[start:stop], text[stop : match.end()]))
        start = match.end()
    if start < len(text):
        found.append((text[start:], ""))
    return [piece for each in _with_marks_inside(found) for piece in _by_script(*each)]


def _by_script(sentence: str, gap: str) -> list[tuple[str, str]]:
    # three words or more in another script, run into a sentence without a stop
    for match in _OTHER_SCRIPT.finditer(sentence):
        start, end = match.span("latin") if match.group("latin") else match.span("cyrillic")
        parts = [sentence[:start], sentence[start:end], sentence[end:]]
        shown = [part for part in parts if part.strip()]
        if (
            len(shown) < 2
            or any(len(part.split()) < 3 for part in shown)
            or any(part.count(OPEN) != part.count(CLOSE) for part in parts)
        ):
            continue
        found = [(part.rstrip(), part[len(part.rstrip()) :]) for part in shown]
        lead = parts[0] if not parts[0].strip() else ""
        found = [(lead + found[0][0], found[0][1]), *found[1:]]
        return [*found[:-1], (found[-1][0], found[-1][1] + gap)]
    return [(sentence, gap)]


def _ends_sentence(before: str, match: re.Match[str]) -> bool:
    word = re.split(r"[\s(«“]", before)[-1].strip(OPEN + CLOSE).lower()
    if not match.group("gap"):
        return len(word) >= 3 and word.isalpha()
    if match.group("stop").startswith("."):
        return (
            word not in _SHORT
            and (len(word) > 1 or word.isdigit())
            and not re.fullmatch(r"(\d{1,2}|\w\.\w)", word)
        )
    return True


def _with_marks_inside(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    # a mark between two sentences belongs to the one it opens or closes
    marked: list[tuple[str, str]] = []
    opened = ""
    for sentence, gap in found:
        closing = CLOSE * gap.count(CLOSE)
        marked.append((opened + sentence + closing, gap.replace(OPEN, "").replace(CLOSE, "")))
        opened = OPEN * gap.count(OPEN)
    return marked
