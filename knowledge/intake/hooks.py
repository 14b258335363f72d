"""Ways to make a reader act: addresses, handles, prices, telephone numbers and shouting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.-])[\w-]{1,60}(?:\.[\w-]{1,60}){0,6}?\.(?:com|net|org|info|biz|xyz|top|club|shop|site|online|bet|casino|win|pro|me|ru|tj|uz|io|co|us|link|click|store|live|vip)\b(?:/\S*)?",
    re.I,
)
_OFFICIAL_HOST = re.compile(
    r"(^|\.)(gov(\.[a-z]{2,3})?|tj|gosuslugi\.ru|mvd\.ru|mid\.ru|kremlin\.ru|edu|int|un\.org|iom\.int|nalog\.ru|sfr\.ru|mos\.ru|mc\.mos\.ru)$"
)
_HANDLE = re.compile(
    r"(?<![\w.])@\w{4,}|(?<![\w.])[\w.]{1,60}@(?![\w.]*\.(?:tj|gov|ru)\b)[\w-]+\.[\w.]+|\bt\.me/\w+|\bwa\.me/\w+|whats\s?app|ватсап|вотсап|вацап|viber|вайбер",
    re.I,
)
_PRICE = re.compile(
    r"[$€£]\s?\d|\d\s?[$€£]|\d[\d\s.,]{0,20}(?:usd|eur|руб|р\.|₽|тыс|сомон|рубл|so[mʻ’']m)|\d+\s?%", re.I
)
_PHONE = re.compile(r"\+?\d[\d\s()\-]{8,30}\d")
_SHOUT = re.compile(r"[!¡]|[\U0001f300-\U0001faff\u2600-\u27bf]|>>|»»|→|===")


def foreign_addresses(text: str, links: Iterable[str], host: str) -> list[str]:
    """Return the web addresses in a text and its links, but no official ones and none of the page's host."""
    return [each for each in (*_ADDRESS.findall(text), *links) if not _innocent(each, host)]


def has_handle(text: str) -> bool:
    """Return whether the text names a messenger, an account or a private mail address."""
    return bool(_HANDLE.search(text))


def hooks(text: str, *, addresses: bool) -> float:
    """Return the weight, 0 to 1.5, of all that asks the reader to act."""
    shouts = len(_SHOUT.findall(text))
    return min(
        0.6 * addresses
        + 0.5 * bool(_HANDLE.search(text))
        + 0.4 * bool(_PRICE.search(text))
        + 0.3 * bool(_PHONE.search(text))
        + 0.2 * min(shouts, 3),
        1.5,
    )


def _innocent(address: str, host: str) -> bool:
    name = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return not name or name == host or bool(_OFFICIAL_HOST.search(name))
