"""Taking out of a message what tells who wrote it, before anything of it is kept.

Careful on both sides: what could be a person's number or name goes, what a question is about (sums, days,
dates, laws, short numbers) stays. What is taken out leaves a word in brackets, so that a reader of the
report understands the sentence. It is no proof of anonymity: a name that nothing announces stays.
"""

from __future__ import annotations

import re
from typing import Final

from bot.masking.names import mask_names
from bot.masking.numbers import mask_numbers

_LINK: Final = re.compile(
    r"(?:\b(?:https?|tg)://|\bwww\.|\b(?:[\w-]{1,63}\.){1,5}(?:com|ru|su|tj|uz|kg|kz|org|net|me|рф)/)\S*[^\s.,;:!?)»”\"']",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[\w.+-]{0,63}\w\s?@\s?(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}")
_ACCOUNT: Final = re.compile(r"@[A-Za-z]\w{2,31}")
_CAPITAL: Final = r"[A-ZА-ЯЁҒӢҚӮҲҶЎ][\w«»-]{0,40}"
_HOUSE: Final = (
    r"(?:д\.|дом|хонаи|house|№)?\s*\d{1,4}[а-яa-z]?\b"
    r"(?:[\s,]*(?:кв|корп|стр|к|хуҷраи|apt)\b\.?\s*\d{1,4}\b)*"
    r"(?!\s*(?:дн|час|мес|год|лет|рӯз|руз|сол|моҳ|тыс|руб|ҳазор|кун|day|hour|year))"
)
_ADDRESS: Final = re.compile(
    rf"(?:\b(?:ул|просп|пр|пер|наб)\.|\b(?:улиц\w|проспект|пр-т|переулок|шоссе|бульвар|кӯчаи|кучаи|kuchai)\b)"
    rf"\s*(?:{_CAPITAL}[\s,.]+){{1,3}}{_HOUSE}"
    rf"|\b(?:{_CAPITAL}\s+){{1,2}}(?:ko.?chasi|кўчаси|street)[\s,.]+{_HOUSE}"
)


def mask(text: str) -> str:
    """Return the text without personal numbers, e-mails, links, accounts, addresses and names.

    Any string works; masking twice changes nothing; a text without such things comes back as it was.
    """
    while (masked := _mask_once(text)) != text:  # what was taken out may have hidden its neighbour
        text = masked
    return text


def _mask_once(text: str) -> str:
    text = _LINK.sub("[link]", text)
    text = _EMAIL.sub("[email]", text)
    text = _ACCOUNT.sub("[account]", text)
    text = mask_numbers(text)
    text = _ADDRESS.sub("[address]", text)
    return mask_names(text)
