"""A date as people type it: «12.11.2026», «12 ноября», "12 noyabr", "12 Nov", «вчера»."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, Literal

from index.spelling import fold

_WORDS: Final = {
    0: "сегодня имрӯз имруз bugun today segodnya imruz",
    -1: "вчера дирӯз дируз kecha yesterday vchera diruz",
    1: "завтра пагоҳ фардо ertaga tomorrow zavtra pagoh",
}
_MONTHS: Final = {
    1: "январь января янв yanvar yan january jan",
    2: "февраль февраля фев fevral fev february feb",
    3: "март марта мар mart mar march",
    4: "апрель апреля апр aprel apr april",
    5: "май мая may",
    6: "июнь июня iyun june jun",
    7: "июль июля iyul july jul",
    8: "август августа авг avgust avg august aug",
    9: "сентябрь сентября сентябр сен сент sentabr sentyabr sen september sep sept",
    10: "октябрь октября октябр окт oktabr oktyabr okt october oct",
    11: "ноябрь ноября ноябр нояб ноя noyabr november nov",
    12: "декабрь декабря декабр дек dekabr december dec",
}
_ENDINGS: Final = ("", "и", "да", "дан", "га", "гача", "ба", "ро")
"""Tajik and Uzbek endings behind a month, folded: «ноябри», "noyabrda", «ноябрро»."""

_DAY_BY_WORD: Final = {fold(word): days for days, words in _WORDS.items() for word in words.split()}
_MONTH_BY_WORD: Final = {
    fold(word + ending): month
    for month, words in _MONTHS.items()
    for word in words.split()
    for ending in _ENDINGS
}
_NUMBERS = re.compile(r"(\d{1,2})[./\- ]+(\d{1,2})(?:[./\- ]+(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})")
_NAMED = re.compile(
    r"(?:(?P<year_first>\d{4})(?:[- ]?(?:yil|йил|соли))? )?"
    r"(?:(?P<day>\d{1,2})(?:[- ]?(?:го|ум|юм|уми|th|st|nd|rd))?[- ]*(?:of )?(?P<month>[^\W\d_]+)"
    r"|(?P<month_first>[^\W\d_]+) (?P<day_last>\d{1,2}))"
    r"(?:[, ]+(?:соли )?(?P<year>\d{4}|\d{2}))?(?: ?(?:г|год|года|с|сол|yil|йил))?"
)


def typed_date(text: str, today: date, days_ahead: int) -> date | Literal["no-such-day"] | None:
    """Return the date if the whole message is one, else None; any string may come.

    'no-such-day': it is written as a date, but no calendar has it (31.02.2026).

    The day stands before the month, as everywhere in the region; a year of two digits is in this century.
    Without a year, the one is taken that puts the date into the year that ends `days_ahead` days after today:
    an entry is mostly past (a small number), the end of what is paid mostly to come (a great one).
    """
    plain = " ".join(text.lower().split()).strip(" .,!?")
    if fold(plain) in _DAY_BY_WORD:
        return today + timedelta(days=_DAY_BY_WORD[fold(plain)])
    if found := _ISO.fullmatch(plain):
        return _valid(int(found[3]), int(found[2]), int(found[1])) or "no-such-day"
    if found := _NUMBERS.fullmatch(plain):
        return _chosen(int(found[1]), int(found[2]), found[3], today, days_ahead) or "no-such-day"
    if found := _NAMED.fullmatch(plain):
        month = _MONTH_BY_WORD.get(fold(found["month"] or found["month_first"]))
        day, year = found["day"] or found["day_last"], found["year"] or found["year_first"]
        return (_chosen(int(day), month, year, today, days_ahead) or "no-such-day") if month else None
    return None


def _chosen(day: int, month: int, year: str | None, today: date, days_ahead: int) -> date | None:
    if year is not None:
        return _valid(day, month, int(year) if len(year) == 4 else 2000 + int(year))
    last = today + timedelta(days=days_ahead)
    # 29 February may be some years back; beyond four (eight around 2100) there is no such date.
    years = (_valid(day, month, each) for each in range(last.year, last.year - 9, -1))
    return next((each for each in years if each is not None and each <= last), None)


def _valid(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
