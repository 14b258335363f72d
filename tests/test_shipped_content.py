"""The content that is shipped: clean, whole, and answering."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Choice, Found, Urgent
from bot.checking import check_content
from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.markup import to_plain
from bot.measuring import measure
from bot.question import Question
from bot.turn import Known
from index.encoders import Encoder
from index.evaluate import load_golden
from index.passages import passages
from knowledge.coverage import coverage
from knowledge.load import SHIPPED_CONTENT, Reading, load
from knowledge.model import LANGUAGES
from knowledge.problems import Problem, Severity

GOLDEN = sorted((SHIPPED_CONTENT / "golden").glob("*.jsonl"))
ADVERTISING = ("erectile", "viagra", "gummies", "keto gummies", "cbd", "penis", "weight loss pills")
"""Words that stand in the intruders' part of the ministry's page, and nowhere in its report."""


@pytest.fixture(scope="module", name="checked")
def _checked() -> tuple[Reading, list[Problem]]:
    return check_content(SHIPPED_CONTENT, date(2026, 11, 26))


def test_the_shipped_content_is_clean(checked: tuple[Reading, list[Problem]]) -> None:
    assert [str(each) for each in checked[1] if each.severity is Severity.ERROR] == []


def test_no_figure_differs_between_the_languages_of_a_topic(checked: tuple[Reading, list[Problem]]) -> None:
    assert [str(each) for each in checked[1] if each.rule == "contradiction"] == []


def test_every_topic_is_there_in_four_languages(checked: tuple[Reading, list[Problem]]) -> None:
    topics = checked[0].library.topics

    assert len(topics) == 36
    assert all(set(topic.page.articles) == set(LANGUAGES) for topic in topics)


def test_every_section_has_example_questions_in_each_language(checked: tuple[Reading, list[Problem]]) -> None:
    lacking = [
        f"{topic.page.path}#{section.id} {language}"
        for topic in checked[0].library.topics
        for section in topic.page.sections
        for language in LANGUAGES
        if sum(each.kind == section.id and each.language == language for each in topic.page.examples) < 4
    ]

    assert lacking == []


def test_nothing_shipped_claims_a_check_or_an_approval_that_nobody_made(
    checked: tuple[Reading, list[Problem]],
) -> None:
    library = checked[0].library

    assert all(page.checked is None for _, page in library.pages())
    assert all(article.reviewed is None for _, page in library.pages() for article in page.articles.values())
    assert all(contact.checked is None for contact in library.contacts)


def test_no_passage_holds_a_word_of_the_intruders_advertising() -> None:
    texts = " ".join(passage.text.casefold() for passage in passages(load(SHIPPED_CONTENT)))

    assert [word for word in ADVERTISING if re.search(rf"\b{word}\b", texts)] == []


def test_golden_questions_are_no_passages() -> None:
    golden = {text for each in load_golden(GOLDEN) for text in (each.text, *each.turns)} - {""}

    assert len(golden) > 617
    assert golden.isdisjoint(passage.text for passage in passages(load(SHIPPED_CONTENT)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        "what was agreed about amnesty at the presidents' talks in the Kremlin?",
        "о чём договорились президенты по миграции?",
        "Дар музокироти президентҳо дар бораи муҳоҷират чӣ гуфта шуд?",
    ],
)
def test_the_ministrys_report_is_found_by_questions_about_it(
    question: str, shipped_conversation: Conversation
) -> None:
    answered = shipped_conversation.hear(Question(question), Known()).answer

    assert isinstance(answered, Found | Choice)
    assert "ministry-cooperation" in [topic.id for topic in answered.topics]


@pytest.mark.slow
def test_a_report_of_talks_says_that_it_is_no_rule_and_what_holds_today(
    shipped_conversation: Conversation,
) -> None:
    turn = shipped_conversation.press("page:2026-11-24-top-level-talks#migration", Known("en"))

    assert turn.reply is not None
    text = to_plain(turn.reply.text)

    assert "amnesty" in text
    assert "What was only discussed at talks is not a rule yet." in text
    assert "What holds today" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "message",
    [
        "Маро полис дошт, ҳозир дар шуъба нишастаам",
        "maro politsiya doshtay, hozir dar otdel",
        "меня сейчас держат в отделе полиции",
        "Meni politsiya ushlab ketdi, hozir boʻlimdaman",
        "the police have arrested me, I am at the station now",
    ],
)
def test_somebody_held_by_the_police_gets_a_number_first(
    message: str, shipped_conversation: Conversation
) -> None:
    turn = shipped_conversation.hear(Question(message), Known())

    assert isinstance(turn.answer, Urgent)
    assert turn.reply is not None
    assert turn.reply.contacts[0].confirmed


def test_the_coverage_page_is_not_stale(checked: tuple[Reading, list[Problem]]) -> None:
    page = (Path(__file__).parent.parent / "docs/coverage.md").read_text(encoding="utf-8")

    named = re.search(r"^As of (\d{4}-\d\d-\d\d)\b", page, re.MULTILINE)

    assert named is not None
    made = coverage(checked[0].library, date.fromisoformat(named[1]))
    assert page == made, "run: hotline coverage > docs/coverage.md"


def test_paths_of_pages_are_folders_that_exist(checked: tuple[Reading, list[Problem]]) -> None:
    assert all((Path(SHIPPED_CONTENT) / page.path).is_dir() for _, page in checked[0].library.pages())


@pytest.mark.slow
def test_the_shipped_content_holds_its_floors_on_the_golden_questions(
    shipped_snapshots: Path, encoder: Encoder
) -> None:
    assert measure(Hotline(shipped_snapshots, encoder), SHIPPED_CONTENT)
