"""The model card: what the bundled folder says about itself."""

from dataclasses import dataclass
from pathlib import Path

from index.training.measure import Likeness, size_bytes
from index.training.teach import SHARE, Lesson


@dataclass(frozen=True, slots=True)
class Facts:
    """What the card tells of one making."""

    origin: str
    pieces_before: int
    pieces_after: int
    added: list[str]
    same_pieces: float
    """Share of the texts that are cut into the same pieces as by the base, 0 to 1."""
    likeness: Likeness
    """Of the exported model to the float one."""
    lesson: Lesson


def write_card(folder: Path, facts: Facts) -> None:
    """Write README.md into a bundled folder."""
    (folder / "README.md").write_text(
        _CARD.format(
            origin=facts.origin,
            before=facts.pieces_before,
            after=facts.pieces_after,
            added=" ".join(facts.added) or "nothing",
            megabytes=size_bytes(folder) / 1e6,
            mean=facts.likeness.mean,
            least=facts.likeness.least,
            texts=facts.likeness.texts,
            same=facts.same_pieces,
            taught=facts.lesson.messages,
            steps=facts.lesson.steps,
            share=SHARE,
        ),
        encoding="utf-8",
    )


_CARD = """---
license: mit
language: [tg, ru, uz, en]
base_model: intfloat/multilingual-e5-small
pipeline_tag: sentence-similarity
tags: [sentence-transformers, onnx, int8]
---

# The hotline's sentence encoder

A small copy of multilingual-e5-small for questions in Tajik, Russian, Uzbek and English. It turns a sentence
into 384 numbers; sentences with like meaning lie near each other. It answers nothing by itself.

**Origin.** {origin}. Licence: MIT, as the base
([model card](https://huggingface.co/intfloat/multilingual-e5-small),
[report](https://arxiv.org/abs/2402.05672)).

**What was kept.** All twelve layers, and {after:,} of {before:,} pieces of the vocabulary: everything
Cyrillic, everything that occurs in the hotline's own texts and in their Latin and letterless spellings,
ASCII pieces up to three letters, digits, signs (emoji too), and the likeliest of the longer ASCII words.
Added: {added}; each starts from the vector of the plain letter it looks like.

**How it was made.** `python -m index.training` (extra `sentence-transformers`): base, trim, teach, export.
Taught on {taught:,} example messages of the hotline in {steps:,} steps (topics and "not ours", a contrastive
loss, the same section in two languages, messages with their sections; plain sentences, however typed,
keep the vector that the untaught model gives them as they are written).
The weights are {share:.0%} taught, the rest untaught: `docs/decisions/0011-teaching.md`. They are int8, seven
bits of the eight, one scale a column; mean pooling and unit length are inside the graph, output
`sentence_embedding`: `docs/decisions/0002-encoder.md`.

**Numbers.** {megabytes:.1f} MB in all. Cosine to the float model: mean {mean:.4f}, least {least:.4f},
over {texts} texts. {same:.1%} of these texts are cut into the same pieces as by the base.
Speed: `python -m index.training.measure`.

**Use.** Prompts: `query: ` before a question, `passage: ` before what is searched. Encode each text alone:
int8 takes its scales from all that is computed together, so padded batches change vectors.
`python -m index.training.restore FOLDER` makes a float sentence-transformers folder of it.

**Limits.** Other scripts than Cyrillic and Latin are mostly unknown to it, and languages other than the four
are cut into short pieces. A topic that it was not taught fares little better than with the untaught model.
It reads the first 512 tokens. What the base learned from the web, prejudice included, is still in it.
"""
