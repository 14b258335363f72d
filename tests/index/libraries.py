"""Small libraries made in code, for tests of the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from knowledge.model import (
    Article,
    Category,
    Example,
    Language,
    Library,
    Page,
    Patterns,
    Publication,
    Section,
    SectionFacts,
    SetAside,
    Source,
    Texts,
    Topic,
    UrgentRule,
)

DAY = date(2026, 11, 26)
SAME = Texts(tg="x", ru="x", uz="x", en="x")


def page(
    path: str,
    sections: Mapping[str, str] | None = None,
    examples: Sequence[Example] = (),
    languages: Sequence[Language] = ("ru",),
    set_aside: str | None = None,
) -> Page:
    """A page whose articles all have the same sections, by id."""
    found = sections or {}
    aside = (SetAside(text=set_aside, reason="advertising"),) if set_aside else ()
    articles = {
        language: Article(
            language=language,
            title=path.rpartition("/")[2],
            updated=DAY,
            set_aside=aside,
            sections=tuple(Section(id=name, heading=name, text=text) for name, text in found.items()),
        )
        for language in languages
    }
    return Page(
        path=path,
        source_language="ru",
        review_by=DAY,
        sources={"s": Source(title="s", url=None)},
        sections=tuple(SectionFacts(id=name, sources=("s",)) for name in found),
        articles=articles,
        examples=tuple(examples),
    )


def example(
    text: str, language: Language = "ru", kind: str | None = None, also: Sequence[str] = ()
) -> Example:
    """A message as people write it."""
    return Example(text=text, language=language, kind=kind, also=tuple(also))


def topic(name: str, own: Page) -> Topic:
    """A topic with this page."""
    return Topic(id=name, category="all", contacts=("line",), page=own)


def rule(
    name: str, topic_id: str, patterns: Sequence[str], counter_examples: Sequence[str] = ()
) -> UrgentRule:
    """An urgent rule with patterns in Russian."""
    return UrgentRule(
        id=name,
        topic=topic_id,
        contacts=("line",),
        script=SAME,
        patterns=Patterns(ru=tuple(patterns)),
        counter_examples=tuple(counter_examples),
    )


def library(
    topics: Sequence[Topic],
    *,
    not_ours: Sequence[Example] = (),
    publications: Sequence[Publication] = (),
    rules: Sequence[UrgentRule] = (),
    urgent_examples: Sequence[Example] = (),
    calibration: Mapping[str, Sequence[Example]] | None = None,
) -> Library:
    """A library of these topics."""
    return Library(
        categories=(Category(id="all", title=SAME),),
        topics=tuple(topics),
        publications=tuple(publications),
        contacts=(),
        urgent_rules=tuple(rules),
        urgent_examples=tuple(urgent_examples),
        not_ours=tuple(not_ours),
        calibration={name: tuple(messages) for name, messages in (calibration or {}).items()},
    )


def small_library(pension_text: str = "Пенсия назначается по стажу.") -> Library:
    """Two topics with articles and messages, and what is not ours."""
    patent = page(
        "topics/patent-get",
        {
            "papers": "Для патента нужны паспорт, полис и медосмотр.",
            "price": "Патент стоит денег каждый месяц.",
        },
        [example("как получить патент", kind="papers"), example("сколько стоит патент", kind="price")],
        languages=("ru", "tg"),
    )
    pension = page("topics/pension", {"age": pension_text}, [example("когда дадут пенсию")])
    return library(
        [topic("patent-get", patent), topic("pension", pension)],
        not_ours=[example("какая завтра погода"), example("кто выиграл матч")],
    )
