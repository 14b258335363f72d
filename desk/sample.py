"""Made-up people, questions and counts, so that somebody who tries the desk has something to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.store import Store, open_store
from bot.store.threads import CitizenLine
from bot.turn import Feedback, Reason
from desk import staffing
from desk.codes import new_key
from desk.passwords import Passwords, new_password
from desk.roles import Role, needs_codes
from knowledge.model import Language

MEMBERS: Final[dict[str, Role]] = {"editor": "editor", "publisher": "publisher"}


@dataclass(frozen=True, slots=True)
class Question:
    """A message that got no good answer, and on how many days."""

    text: str
    language: Language
    script: str
    outcome: str
    topics: tuple[str, ...]
    days: int


QUESTIONS: Final = (
    Question(
        "Посылка домой сколько идёт?",
        "ru",
        "cyrillic",
        "unknown",
        ("money-transfers", "return-home"),
        6,
    ),
    Question("За сколько дойдёт посылка домой", "ru", "cyrillic", "unknown", ("money-transfers",), 3),
    Question(
        "Посилка ба хона чанд рӯз меравад?",
        "tg",
        "cyrillic",
        "unknown",
        ("return-home", "money-transfers"),
        4,
    ),
    Question(
        "posilka ba khona chand ruz meravad", "tg", "latin", "unknown", ("return-home", "money-transfers"), 2
    ),
    Question("Прививки для садика какие нужны", "ru", "cyrillic", "choice", ("children-school",), 5),
    Question("Bogʻchaga qanday emlash kerak?", "uz", "latin", "unknown", ("children-school",), 2),
    Question(
        "Ба боғча кадом эмкунӣ лозим аст?",
        "tg",
        "cyrillic",
        "choice",
        ("children-school", "civil-status-documents"),
        3,
    ),
    Question("Сим-карту на паспорт не продают", "ru", "cyrillic", "choice", ("apps-amina-ruid",), 4),
    Question("Can I buy a SIM card with my passport?", "en", "latin", "choice", ("apps-amina-ruid",), 1),
    Question("Хонаи иҷора бе қоғаз хатарнок аст?", "tg", "cyrillic", "unknown", ("scams",), 2),
)
OPINIONS: Final[tuple[tuple[str, str, Language, Reason, int], ...]] = (
    ("patent-get", "fee", "tg", "unclear", 5),
    ("registration-arrival", "term", "ru", "wrong", 3),
)
"""Topic, section, language, why it did not help, how often."""
CONVERSATION: Final = (
    "Салом! Соҳибхона маро ба қайд нагузошт, рӯзи 12-ум аст. Чӣ кор кунам?",
    "Корфармо мегӯяд, ки худат рав.",
)
"""What somebody writes to a person."""
ANNOUNCEMENT: Final[dict[Language, str]] = {
    "tg": "Аз 1 декабр сафорат рӯзи шанбе кор намекунад.",
    "ru": "С 1 декабря посольство по субботам не работает.",
    "uz": "1-dekabrdan elchixona shanba kunlari ishlamaydi.",
    "en": "From 1 December the embassy is closed on Saturdays.",
}
"""A draft, which another person has to approve."""
_CHAT: Final = 1
COUNTS: Final = (
    ("found tg own-letters", 41),
    ("found tg plain", 63),
    ("found tg latin", 17),
    ("found ru plain", 58),
    ("found uz latin", 9),
    ("choice tg plain", 21),
    ("choice ru plain", 14),
    ("unknown tg plain", 8),
    ("unknown ru plain", 6),
    ("urgent tg plain", 3),
)
"""Of a day."""
DAYS: Final = 28
"""How far back they reach."""


@dataclass(frozen=True, slots=True)
class SampleMember:
    """Somebody who may sign in."""

    name: str
    role: Role
    password: str
    code_key: str | None
    """Base32; None where the role needs no codes."""


async def fill(database_url: str, *, now: Callable[[], datetime]) -> Sequence[SampleMember]:
    """Fill an empty database with all of this, and return who may sign in. Raises StoreError."""
    moment = now().astimezone(UTC)
    at = [moment]
    store = await open_store(database_url, clock=lambda: at[0])
    try:
        for question in QUESTIONS:
            for number in range(question.days):
                at[0] = moment - timedelta(days=number * DAYS // question.days)
                await _ask(store, question)
        at[0] = moment
        for topic, section, language, reason, times in OPINIONS:
            for _ in range(times):
                await store.add_feedback(Feedback(topic, section, reason, language))
        for number in range(DAYS):
            day = moment.date() - timedelta(days=number)
            await asyncio.gather(
                *(store.count(day, "question", key, times + number % 7) for key, times in COUNTS)
            )
        await _talk(store)
        passwords = Passwords()
        return [await _enlist(store, passwords, name, role) for name, role in MEMBERS.items()]
    finally:
        await store.close()


async def _talk(store: Store) -> None:
    await store.begin_thread(_CHAT, "tg", "registration-arrival")
    lines = [CitizenLine(number, text) for number, text in enumerate(CONVERSATION, 1)]
    await store.write_lines(_CHAT, lines)
    drafted = await store.draft_announcement(by="editor")
    kept = await store.announcement(drafted)
    assert kept is not None
    await store.save_announcement(drafted, ANNOUNCEMENT, None, version=kept.version, by="editor")


async def _ask(store: Store, question: Question) -> None:
    await store.add_question(
        question.text,
        language=question.language,
        outcome=question.outcome,
        script=question.script,
        topics=question.topics,
    )


async def _enlist(store: Store, passwords: Passwords, name: str, role: Role) -> SampleMember:
    password, key = new_password(), new_key() if needs_codes(role) else None
    await staffing.add(store, passwords, name, role, staffing.AT_A_TERMINAL)
    await store.choose_password(name, await passwords.digest(password), keeping="")
    if key is not None:
        await store.set_up_codes(name, key, 0)
    return SampleMember(name, role, password, key)
