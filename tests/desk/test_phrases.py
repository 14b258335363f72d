"""The desk's sentences: each of them in each language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.candidate import STEPS
from bot.checking import STALE
from desk.drafting.labels import KINDS
from desk.drafting.problems import RULES
from desk.pages.article import RESULTS
from desk.pages.publish import FIGURES
from desk.pages.today import _TOPICS_FILTER, OUTCOMES
from desk.pages.topics import STATES
from desk.phrases import FOLDER, LANGUAGES
from desk.roles import ROLES
from knowledge.difference import Part
from knowledge.model import LANGUAGES as MESSAGE_LANGUAGES

DESK = FOLDER.parent
MADE = {
    *(f"outcome-{each}" for each in OUTCOMES),
    *(f"state-{each}" for each in STATES),
    *(f"role-{each}" for each in ROLES),
    *(f"language-{each}" for each in LANGUAGES),
    *(f"waiting-{each}" for each in STALE),
    *(f"try-step-{each}" for each in ("opening", "encoding")),
    *(f"try-side-{each}" for each in ("live", "changed")),
    *(f"try-nothing-{each}" for each in ("unpublished", "unchanged", "broken")),
    *(f"message-language-{each}" for each in MESSAGE_LANGUAGES),
    *(f"publish-topic-{each}" for each in ("new", "gone")),
    *(f"publish-part-{each.replace('_', '-')}" for each in get_args(Part)),
    *(f"publish-outcome-{each}" for each in ("refused", "unchanged", "ready")),
    *(f"publish-{each}" for each in ("stopped", "at-work", "failed")),
    *(f"step-{each}" for each in STEPS),
    *(f"article-done-{each}" for each in RESULTS),
    *(f"field-{each}" for each in KINDS),
    *(f"problem-{each}" for each in RULES | {"other"}),
    *(f"figure-{each.replace('_', '-')}" for each in FIGURES),
    *(f"waiting-show-{each}" for each in _TOPICS_FILTER.values()),
}
"""Keys that are put together while the program runs."""


def _phrases(language: str) -> dict[str, set[str]]:
    """Return the names of the values in each sentence, by its key."""
    text = (FOLDER / f"{language}.ftl").read_text(encoding="utf-8")
    found = re.findall(r"^([a-z][a-z0-9-]*) = (.*)$", text, flags=re.MULTILINE)
    assert len(found) == len({key for key, _ in found}), "a key stands twice"
    return {key: set(re.findall(r"\{ \$(\w+) \}", sentence)) for key, sentence in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sentences_with_the_same_values(language: str) -> None:
    assert _phrases(language) == _phrases("en")


def _words_of_the_program() -> set[str]:
    sources = [*DESK.rglob("*.py"), *Path(DESK / "templates").glob("*.html")]
    sources += [DESK.parent / "bot/store" / name for name in ("staff.py", "sessions.py", "announcements.py")]
    text = "\n".join(each.read_text(encoding="utf-8") for each in sources)
    words = set(re.findall(r"""["']([a-z][a-z0-9.-]*)["']""", text))
    columns = {f"column-{each}" for each in words}
    return {each.replace(".", "-") for each in words} | columns | MADE


def test_every_sentence_is_said_somewhere() -> None:
    assert set(_phrases("en")) <= _words_of_the_program() | {"undated"}


def test_every_sentence_that_is_said_is_there() -> None:
    templates = "\n".join(each.read_text(encoding="utf-8") for each in (DESK / "templates").glob("*.html"))
    code = "\n".join(each.read_text(encoding="utf-8") for each in (DESK / "pages").glob("*.py"))
    said = set(re.findall(r"""say\(["']([a-z0-9-]+)["'][,)]""", templates + code))
    audited = "\n".join(
        (DESK.parent / "bot/store" / f"{each}.py").read_text()
        for each in ("staff", "sessions", "announcements")
    )
    said |= {each.replace(".", "-") for each in re.findall(r'"((?:staff|announcement)\.[a-z-]+)"', audited)}

    assert said
    assert said | MADE <= set(_phrases("en"))
