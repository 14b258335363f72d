"""Numbers that belong to a person, in whatever spacing, told from sums, dates and law numbers.

Seven digits or more are somebody's number (the shortest phone numbers have seven), unless they read as money,
dates, years or hours. Fewer are taken for one only where the word before them says so.
Lengths: passports TJ a letter and 7 to 9 digits, RU 4 + 6; INN 10 or 12; PINFL 14; a patent 2 + 10; cards 13
to 19 (ISO/IEC 7812); phones 7 to 15 (E.164).
"""

from __future__ import annotations

import re
from typing import Final

_FEWEST: Final = 7
_FEWEST_ANNOUNCED: Final = 5
_DASH: Final = "\\-\u2010-\u2015\u2212"
_UNSEEN: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0f\u20e3"
"""Soft hyphens, joiners, marks of direction, and what makes a digit a key."""
_BETWEEN: Final = rf"[\s.()/_·•{_DASH}{_UNSEEN}]{{0,6}}"
_SPAN: Final = re.compile(
    # A passport's letters: glued to the digits, or capitals before them.
    r"(?P<letters>(?<![^\W_])(?:[^\W\d_]{1,2}|[A-ZА-Я]{1,2}\s?(?:№\s?)?))?"
    rf"(?P<number>\+?\(?\d(?:{_BETWEEN}\d)*[\ufe0f\u20e3]*)"
)
_LOOK: Final = 40
"""Characters before and after a number that are looked at."""

# -- what stays

_YEAR: Final = r"(?:19|20)\d\d"
_DAY_AND_MONTH: Final = r"(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])"
_DATE: Final = rf"{_DAY_AND_MONTH}[./-](?:{_YEAR}|\d\d)|{_YEAR}[./-](?:0?[1-9]|1[0-2])[./-](?:[0-2]?\d|3[01])"
_HOUR: Final = r"(?:[01]?\d|2[0-4])\.[0-5]\d"
_MOMENT: Final = rf"(?:{_DATE}|{_YEAR}|{_HOUR})"
_MOMENTS: Final = re.compile(rf"{_MOMENT}(?:[/{_DASH}]{_MOMENT})?")
_MONEY: Final = re.compile(
    r"\s*(?:тыс|т\.|млн|млрд|руб|р\b|₽|сом|сум|сўм|so.?m|сомон|долл|usd|eur|евро|\$|€|rub|roub|тенге|"
    r"[хҳ][ао]зор|[hx]a?zor|минг|ming\b|ми[лн]|mi[ln]|thous|процент|фоиз|foiz|%)",
    re.IGNORECASE,
)
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[\s.]\d{3})+|\d+")
_IN_THOUSANDS: Final = re.compile(r"\d{1,2}[\s.]")
_RANGE: Final = re.compile(rf"\s*[{_DASH}]\s*")
_LONGEST_AMOUNT: Final = 9
_ROUND: Final = 1000

# -- what is said before a number

_FILLER: Final = r"\w*[\s:№#.=-]*(?:(?:номер|nomer|ра[қк]ам|raqam|seri|сери|number|no)\w*[\s:№#.=-]*)?$"
_ANNOUNCED: Final = {
    kind: re.compile(words + _FILLER, re.IGNORECASE)
    for kind, words in {
        "passport": r"(?:па[сш]+порт|pas+port|шиноснома|shinosnoma|загран)",
        "inn": r"\b(?:инн|inn|stir|стир|рма)",
        "pinfl": r"(?:пинфл|pinfl|jshshir|жшшир)",
        "patent": r"(?:патент|patent)",
        "card": r"\b(?:карт|корт|kart|card)",
        "phone": r"(?:\bтел|\btel|phone|what.?sap|в[ао]т.?сап|\bимо|\bimo|номер|nomer|number|ра[қк]ам|raqam)",
    }.items()
}


def mask_numbers(text: str) -> str:
    """Return the text with personal numbers replaced by what they seem to be, '[phone]' for instance."""
    return _SPAN.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    letters, number = found["letters"] or "", found["number"]
    digits = "".join(str(int(each)) for each in number if each.isdecimal())
    before = found.string[max(0, found.start() - _LOOK) : found.start()]
    after = found.string[found.end() : found.end() + _LOOK]
    if len(digits) < _FEWEST_ANNOUNCED:
        return found[0]
    announced = _announced(before)
    if len(digits) < _FEWEST:
        return f"[{announced}]" if announced in ("passport", "phone") else found[0]
    glued = letters and not letters[-1].isspace()
    if not glued and not number.startswith("+") and _everyday(number, after):
        return found[0]
    if letters and number.isdecimal() and len(digits) <= _LONGEST_AMOUNT:
        return "[passport]"
    opening = "(" if number.startswith("(") and ")" not in number else ""
    return f"{letters}{opening}[{announced or _seeming(number, digits)}]"


def _everyday(number: str, after: str) -> bool:
    return _of_moments(number) or _of_amounts(number, after)


def _of_moments(number: str) -> bool:
    # Dates, years and hours, and at most one short number beside them: "12.05.2026 10", "2021 120".
    others = [piece for piece in number.split() if not _MOMENTS.fullmatch(piece)]
    digits = sum(each.isdecimal() for piece in others for each in piece)
    return len(others) < len(number.split()) and digits < _FEWEST_ANNOUNCED


def _of_amounts(number: str, after: str) -> bool:
    parts = _RANGE.split(number)
    amounts = [re.sub(r"\D", "", part) for part in parts if _AMOUNT.fullmatch(part)]
    if len(parts) > 2 or len(amounts) < len(parts) or max(map(len, amounts)) > _LONGEST_AMOUNT:
        return False
    is_round = all(int(each) % _ROUND == 0 for each in amounts)
    if _MONEY.match(after):
        return is_round or max(map(len, amounts)) <= _FEWEST
    # Without a word for money: 1 500 000, 15000-20000; but no phone number that ends in zeros.
    return is_round and all(
        len(amount) < _FEWEST or _IN_THOUSANDS.match(part)
        for amount, part in zip(amounts, parts, strict=True)
    )


def _announced(before: str) -> str | None:
    return next((kind for kind, words in _ANNOUNCED.items() if words.search(before)), None)


def _seeming(number: str, digits: str) -> str:
    length = len(digits)
    if number.startswith("+"):
        return "phone"
    if length == 16 or (13 <= length <= 19 and length != 14 and _passes_luhn(digits)):
        return "card"
    if length == 14:
        return "pinfl"
    if (length == 10 and digits[0] != "9") or (length == 12 and digits[:3] not in ("992", "998", "996")):
        return "document"
    return "phone" if length <= 12 else "number"


def _passes_luhn(digits: str) -> bool:
    doubled = (2 * int(each) for each in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 * (n > 9) for n in doubled)) % 10 == 0
