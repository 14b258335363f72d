"""The spellings in which a rival gets the texts: as they were typed, or with the help of ours."""

from __future__ import annotations

from typing import Final, Literal

from index.language import detect, script
from index.spelling import fold, mend_look_alikes, tidy, to_cyrillic

Form = Literal["as typed", "folded", "turned back"]

EXPLAINED: Final[dict[Form, str]] = {
    "as typed": "as typed",
    "folded": "our folding",
    "turned back": "our Latin turned back",
}


def in_form(form: Form, text: str) -> str:
    """Return the text in this form.

    folded: for rivals that compare letters. turned back: chat Latin in Cyrillic, for rivals with an encoder
    that was not taught ours: folding takes letters from it that it knows.
    """
    match form:
        case "as typed":
            return text
        case "folded":
            return fold(text)
        case "turned back":
            return _turned_back(mend_look_alikes(tidy(text)))


def _turned_back(text: str) -> str:
    if script(text) != "latin":
        return text
    match detect(text):
        case "tg" | "ru" as convention:
            return to_cyrillic(text, convention)
        case _:
            return text
