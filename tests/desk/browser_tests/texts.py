"""Texts in which something costs something, so that it can be corrected; few enough to be built at once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests import small_content

FEES: Final = {
    "tg": "Барои ҳуҷҷат {fee} рубл супоред",
    "ru": "За бумагу заплатите {fee} рублей",
    "uz": "Hujjat uchun {fee} rubl toʻlang",
    "en": "Pay {fee} roubles for the paper",
}
"""A sentence of both sections of the topic `registration`, by language."""
OLD_FEE, NEW_FEE = "500", "750"
SLIP: Final = "Где взять отрывной талон?"
"""About registration, in words of the street: taken for something else until somebody teaches it."""
_NOT_OURS: Final = (
    "Где взять талон к врачу?",
    "Где взять талон в поликлинику?",
    "Где взять посадочный талон?",
    "Где взять талон на обед?",
    "где взять талон на техосмотр",
    "Где купить билет на футбол?",
    "Как перевернуть видео в телефоне?",
    "Сколько стоит килограмм лука?",
    "Где посмотреть расписание автобусов?",
)
"""Enough to refuse SLIP by far (.03, of .25 that a choice takes); taught, it is offered by far (.7)."""


def write_texts(folder: Path) -> Path:
    """Write them into the folder, and return it."""
    files = small_content.files()
    for language, sentence in FEES.items():
        path = f"topics/registration/{language}.md"
        files[path] = files[path].replace("15 ", f"{sentence.format(fee=OLD_FEE)}. 15 ")
    # The last of its groups is in Russian.
    files["not-ours.txt"] += "".join(f"{each}\n" for each in _NOT_OURS)
    return small_content.write(folder, files)
