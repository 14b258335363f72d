"""The same message as others would have typed it: what is measured besides the spelling of the questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from index.evaluate import Golden
from index.training.spelling_variants import decomposed, latin, letterless, look_alikes, stretched, typos
from knowledge.model import LANGUAGES, Language

SEED: Final = 20261126


@dataclass(frozen=True, slots=True)
class Damage:
    """One way in which others type."""

    name: str
    spoil: Callable[[str, Random], str]
    languages: tuple[Language, ...] = LANGUAGES
    """Those that are typed so."""

    def spoilt(self, texts: Sequence[str]) -> list[str]:
        """Return these texts as they are typed so, drawn by a fixed seed."""
        chance = Random(SEED)  # noqa: S311  # no secret
        return [self.spoil(text, chance) for text in texts]

    def changed(self, golden: Sequence[Golden]) -> tuple[Golden, ...]:
        """Return the questions that are typed otherwise so, as they then are."""
        asked = [each for each in golden if each.lang in self.languages]
        texts = self.spoilt([each.text for each in asked])
        pairs = zip(asked, texts, strict=True)
        return tuple(each.model_copy(update={"text": text}) for each, text in pairs if text != each.text)


CLEAN: Final = Damage("clean", lambda text, chance: text)
LETTERLESS: Final = Damage("without special letters", lambda text, chance: letterless(text), ("tg",))
TYPOS: Final = Damage("typos", typos)
LATIN: Final = Damage("chat Latin", latin, ("tg", "ru"))
LATIN_WITH_TYPOS: Final = Damage(
    "chat Latin with typos", lambda text, chance: typos(latin(text, chance), chance), ("tg", "ru")
)
LOOK_ALIKES: Final = Damage("look-alike letters", look_alikes)
STRETCHED: Final = Damage("stretched letters", stretched)
DECOMPOSED: Final = Damage("letters and their signs apart", lambda text, chance: decomposed(text))
