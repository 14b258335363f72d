"""What a reviewed page becomes: a publication of a topic, in one language, that nobody has approved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from desk.importing.review import Part, Review
from knowledge.changes.revalidate import made, replaced
from knowledge.check.articles import articles
from knowledge.check.references import references
from knowledge.errors import ContentError
from knowledge.load import Reading
from knowledge.model import LANGUAGES, Article, Library, Page, Publication, Source
from knowledge.problems import Problem, Severity

Problems = dict[str, str]
"""Field to the key of the sentence that stands beside it."""
SOURCE: Final = "publication"
_REVIEW_AFTER: Final = timedelta(days=90)
_LONGEST_NAME: Final = 28
_LATIN: Final = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    **{"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"},
    **{"ғ": "gh", "ӣ": "i", "қ": "q", "ӯ": "u", "ҳ": "h", "ҷ": "j", "ъ": "", "ь": "", "ʻ": "", "’": ""},
}
_WRONG_SOURCE: Final = {
    "title": "import-wrong-source-title",
    "url": "import-wrong-source-url",
    "date": "import-wrong-source-date",
}
_SAID: Final = {
    "too-long": "import-too-long",
    "markdown": "import-markdown",
    "unknown-reference": "import-unknown-contact",
}


def publication(review: Review, library: Library, today: date) -> tuple[Publication | None, Problems]:
    """Return the publication, or None and what is wrong with it, as 'hotline check' sees it too."""
    if problems := incomplete(review, library):
        return None, problems
    source = source_of(review)
    made_of = made(
        Publication,
        id=(name := _name(review, library, today)),
        topic=review.topic,
        page=_page(review, f"ministry/{name}", source, today),
    )
    problems = _checked(made_of, library, review)
    return (None, problems) if problems else (made_of, {})


def source_of(review: Review) -> Source:
    """Return the page that was read as a source. Raises ContentError, one line per part that is wrong."""
    return made(
        Source, title=review.source_title, url=review.source_url or None, date=review.source_date or None
    )


def incomplete(review: Review, library: Library) -> Problems:
    """Return what a person must still say, whatever the page becomes."""
    problems = _missing(review, library)
    try:
        source_of(review)
    except ContentError as error:
        wrong = (line.partition(":")[0] for line in str(error).splitlines())
        problems |= {f"source-{each}": _WRONG_SOURCE[each] for each in wrong}
    headings = ((f"heading-{n}", each.heading) for n, each in enumerate(review.parts, 1))
    return problems | {name: "import-no-heading" for name, heading in headings if not heading}


def _missing(review: Review, library: Library) -> Problems:
    problems: Problems = {}
    if not review.title:
        problems["title"] = "import-no-title"
    if review.language not in LANGUAGES:
        problems["language"] = "import-no-language"
    if review.topic not in library.topic_by_id:
        problems["topic"] = "import-no-topic"
    if not review.parts:
        problems["text-1"] = "import-no-text"
    return problems


def _page(review: Review, path: str, source: Source, today: date) -> Page:
    ids = [f"part-{n}" for n in range(1, len(review.parts) + 1)]
    article = made(
        Article,
        language=review.language,
        title=review.title,
        updated=today,
        set_aside=review.pieces,
        sections=[
            {"id": name, "heading": each.heading, "text": each.text}
            for name, each in zip(ids, review.parts, strict=True)
        ],
    )
    return made(
        Page,
        path=path,
        source_language=article.language,
        review_by=today + _REVIEW_AFTER,
        sources={SOURCE: source},
        sections=[{"id": name, "sources": [SOURCE]} for name in ids],
        articles={article.language: article},
    )


def _checked(publication: Publication, library: Library, review: Review) -> Problems:
    # Rules that parse Markdown see this page alone; the others cost next to nothing.
    topic = library.topic_by_id[publication.topic]
    reading = Reading(replaced(library, topics=[topic], publications=[publication]), {}, [])
    found = [each for each in (*articles(reading), *references(reading)) if _is_ours(each, publication)]
    if not found:
        return {}
    beside = {n: _alone(part, publication, library) for n, part in enumerate(review.parts, 1)}
    told = {f"text-{n}": _SAID.get(rule, "import-refused") for n, rule in beside.items() if rule}
    return told or {"text-1": "import-refused"}


def _alone(part: Part, publication: Publication, library: Library) -> str | None:
    page = publication.page
    article = page.articles[page.source_language]
    one = replaced(article, sections=[{"id": "part-1", "heading": part.heading, "text": part.text}])
    only = replaced(page, sections=page.sections[:1], articles={article.language: one})
    alone = replaced(library, topics=[], publications=[replaced(publication, page=only)])
    found = (each for each in articles(Reading(alone, {}, [])) if _is_ours(each, publication))
    return next((each.rule for each in found), None)


def _is_ours(problem: Problem, publication: Publication) -> bool:
    return problem.severity is Severity.ERROR and problem.path.startswith(f"{publication.page.path}/")


def _name(review: Review, library: Library, today: date) -> str:
    letters = "".join(_LATIN.get(each, each) for each in review.title.lower())
    words = "-".join(re.findall(r"[a-z0-9]+", letters)) or "page"
    name = words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME + 1].rpartition("-")[0]
    base = f"{today.isoformat()}-{name or words[:_LONGEST_NAME]}"
    taken: Mapping[str, object] = library.page_by_id
    numbered = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(each for each in numbered if each not in taken)
