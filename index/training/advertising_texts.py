"""The texts that advertising is learned from: written examples, and sentences of the articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from index.training.texts import CONTENT
from knowledge.intake.sentences import pieces
from knowledge.intake.text_page import read_text
from knowledge.load import load
from knowledge.model import LANGUAGES, Language

TEXTS: Final = Path(__file__).with_name("advertising")
_PLACEHOLDER: Final = re.compile(r"\{contact:[^}]*\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of which it is known what it is."""

    text: str
    advertising: bool
    kind: str
    """What it sells or is about; the title's id for a sentence of an article."""
    language: Language
    of_an_article: bool = False


def read_pieces(folder: Path = TEXTS) -> Iterator[Piece]:
    """Yield the pieces of `advertising-*.txt` and `honest-*.txt`: '# kind' lines, then one piece a line."""
    for language in LANGUAGES:
        for name in ("advertising", "honest"):
            kind = ""
            for line in (folder / f"{name}-{language}.txt").read_text(encoding="utf-8").splitlines():
                if line.startswith("# "):
                    kind = line[2:].strip()
                elif line.strip():
                    yield Piece(line.strip(), name == "advertising", kind, language)


def article_pieces(content: Path = CONTENT) -> Iterator[Piece]:
    """Yield the sentences and list items of the topics' articles, in their order."""
    for topic in load(content).topics:
        for language, article in topic.page.articles.items():
            for section in article.sections:
                page = read_text(_PLACEHOLDER.sub("", section.text))
                for block in (section.heading, page.title, *(each.plain for each in page.blocks)):
                    for text, _ in pieces(block):
                        if len(text.strip()) > 3:
                            yield Piece(text.strip(), False, topic.id, language, of_an_article=True)


def whole_articles(found: Sequence[Piece], seed: int) -> list[Piece]:
    """Return the pieces of a quarter of the articles, chosen by the seed: whole runs, as pages have them."""
    rng = np.random.default_rng(seed)
    kinds = sorted({(each.kind, each.language) for each in found})
    chosen = {kinds[at] for at in rng.permutation(len(kinds))[: len(kinds) // 4]}
    return [each for each in found if (each.kind, each.language) in chosen]
