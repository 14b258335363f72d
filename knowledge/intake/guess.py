"""Guesses the language and the date of a page by simple signs; '' and None where they are not clear."""

from __future__ import annotations

import re
from datetime import date

_LETTERS = {"tg": "ғӣқӯҳҷ", "ru": "ыщ"}
_WORDS = {
    "tg": "ва дар ба аз барои бо ки ин аст мебошад шуд шаҳрвандони тоҷикистон ҷумҳурии карда агар ҳар",
    "ru": "и в на с по не что для как это при или от граждан россии если быть",
    "uz": "va bilan uchun bu ham emas yoki kerak bo'lgan tojikiston fuqarolari boʻlgan qilish",
    "en": "the of and to in for is are with that on be by this from",
}
_MONTHS = [
    "january|января|январи|yanvar|январ",
    "february|февраля|феврали|fevral|феврал",
    "march|марта|марти|mart|март",
    "april|апреля|апрели|aprel|апрел",
    "may|мая|майи|may|май",
    "june|июня|июни|iyun|июн",
    "july|июля|июли|iyul|июл",
    "august|августа|августи|avgust|август",
    "september|сентября|сентябри|sentabr|сентябр",
    "october|октября|октябри|oktabr|октябр",
    "november|ноября|ноябри|noyabr|ноябр",
    "december|декабря|декабри|dekabr|декабр",
]
_MONTH = "|".join(each for month in _MONTHS for each in month.split("|"))
_DATES = (
    re.compile(r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"),
    re.compile(r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>(?:19|20)\d\d)"),
    re.compile(rf"(?P<d>\d{{1,2}})[-\s]+(?P<name>{_MONTH})\w*,?\s+(?:соли\s+)?(?P<y>(?:19|20)\d\d)", re.I),
    re.compile(rf"(?P<name>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)", re.I),
)


def language(text: str) -> str:
    """Return 'tg', 'ru', 'uz' or 'en', or '' where neither letters nor small words decide."""
    lower = text.lower()
    found = re.findall(r"[^\W\d_]+(?:[ʻ’'][^\W\d_]+)*", lower[:20000])
    counts = {each: sum(word in set(known.split()) for word in found) for each, known in _WORDS.items()}
    for each, letters in _LETTERS.items():
        counts[each] += sum(lower[:20000].count(letter) for letter in letters)
    best = max(counts, key=lambda each: counts[each])
    others = max(count for each, count in counts.items() if each != best)
    if counts[best] == 0 or counts[best] < 1.3 * others:
        return ""
    return best


def script(text: str) -> str:
    """Return 'latin', 'cyrillic' or 'other' for the script of most letters, or '' where none has 70 %."""
    latin = len(re.findall(r"[A-Za-zÀ-ɏ]", text))
    cyrillic = len(re.findall(r"[Ѐ-ӿ]", text))
    letters = sum(each.isalpha() for each in text)
    for name, count in (("latin", latin), ("cyrillic", cyrillic), ("other", letters - latin - cyrillic)):
        if letters and count / letters >= 0.7:
            return name
    return ""


def day(text: str) -> date | None:
    """Return the first date written in the text, day before month, or None."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            found = match.groupdict()
            month = int(found["m"]) if found.get("m") else _month(found["name"])
            try:
                return date(int(found["y"]), month, int(found["d"]))
            except ValueError:
                continue
    return None


def only_a_day(line: str) -> bool:
    """Return whether the line is a date with at most a few words or a time of day beside it."""
    return len(line) <= 60 and day(line) is not None and len(re.findall(r"[^\W\d_]{2,}", line)) <= 5


def _month(name: str) -> int:
    return next(at for at, names in enumerate(_MONTHS, 1) if name.lower() in names.split("|"))
