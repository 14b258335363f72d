"""Middle step: the trimmed float model learns what migrants ask, in every spelling.

Cross entropy over the topics and "not ours", a contrastive loss against the vectors of earlier batches, so
that neighbours are of one topic whatever a regression makes of them, and pairs of texts that say the same.
So that it stays a general encoder, plain sentences, however they are typed, are to keep the vector that the
untaught model gives them when they are typed well (distillation, as in https://arxiv.org/abs/2004.09813).
Numbers: docs/decisions/0011-teaching.md
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.passages import Passage
from index.training.material import Material, maybe_variant, pairs, sentences, variant

if TYPE_CHECKING:
    import torch
    from torch import Tensor

Say = Callable[[str], None]

SEED: Final = 20261126
EPOCHS: Final = 3
LONGEST: Final = 64
"""Tokens of a message that are looked at while teaching."""
_LONGEST_OF_PAIRS: Final = 48
_TOKENS: Final = 1_800
"""Tokens of a batch, padding included."""
_PAIRS: Final = 14
"""Pairs of a batch; each is held against all others of its batch."""
_SENTENCES: Final = 28
"""Sentences of a batch that are to keep their vectors."""
_EVERY: Final = 5
"""Steps from one batch of pairs to the next, and from one batch of sentences to the next."""
_QUEUE: Final = 2_048
_RATE, _RATE_OF_HEAD = 1.5e-4, 2e-3
_WARMING_UP: Final = 0.08
_SCALE: Final = 16.0
_TEMPERATURE: Final = 0.1
_TEMPERATURE_OF_PAIRS: Final = 0.05
SHARE: Final = 0.5
"""Of the taught weights in the mixture with those before: what was taught, and still a general encoder."""
_WEIGHTS: Final = {"contrast": 0.3, "pairs": 1.0, "urgent": 0.3, "keeping": 10.0}


@dataclass(frozen=True, slots=True)
class Lesson:
    """How the teaching went."""

    messages: int
    steps: int
    seconds: float
    loss: float
    """Mean cross entropy over the last tenth of the steps."""


def teach(
    base: Path, out: Path, material: Material, say: Say, *, epochs: int = EPOCHS, seed: int = SEED
) -> Lesson:
    """Write a taught copy of a float sentence-transformers folder, mixed with the untaught weights.

    The same seed gives the same model on one machine.

    base: as `trim` leaves it. epochs: 0 leaves the copy untaught. Word vectors stay as they are: trained ones
    gained nothing and would forget the words that no message holds.
    """
    import torch
    from safetensors.torch import load_file, save_file

    shutil.copytree(base, out, dirs_exist_ok=True)
    if not epochs:
        return Lesson(0, 0, 0.0, math.nan)
    torch.manual_seed(seed)
    chance = Random(seed)  # noqa: S311 - draws spellings, keeps no secret
    pupil = _Pupil(base, len(material.targets))
    plain = sentences(material)
    begun, losses = time.monotonic(), []
    batches = list(_batches(pupil, material, epochs, chance))
    optimiser, schedule = _optimiser(pupil, len(batches))
    for number, batch in enumerate(batches, start=1):
        loss = pupil.loss(batch)
        if number % _EVERY == 0:
            loss = loss + _WEIGHTS["pairs"] * pupil.loss_of_pairs(_draw_pairs(material, chance))
        elif number % _EVERY == 2:
            some = chance.sample(plain, min(_SENTENCES, len(plain)))
            loss = loss + _WEIGHTS["keeping"] * pupil.loss_of_keeping(some, chance)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(pupil.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(pupil.last)
        if number % 20 == 0 or number == len(batches):
            spent = time.monotonic() - begun
            say(f"teach: {number}/{len(batches)}, loss {np.mean(losses[-20:]):.3f}, {spent / 60:.1f} min")
    before = load_file(base / "model.safetensors")
    weights = {
        name: torch.lerp(before[name], value, SHARE).contiguous()
        for name, value in pupil.model.state_dict().items()
    }
    save_file(weights, out / "model.safetensors", {"format": "pt"})
    last = max(1, len(losses) // 10)
    return Lesson(
        len(material.messages), len(batches), time.monotonic() - begun, float(np.mean(losses[-last:]))
    )


@dataclass(frozen=True, slots=True)
class _Batch:
    tokens: list[list[int]]
    targets: list[tuple[int, ...]]
    urgent: list[bool]


class _Pupil:
    """The model with the heads that it is taught by, which are thrown away afterwards."""

    def __init__(self, folder: Path, targets: int) -> None:
        import torch
        from tokenizers import Tokenizer
        from transformers import AutoModel

        self.before: Any = AutoModel.from_pretrained(folder, add_pooling_layer=False)
        self.before.eval()
        self.model: Any = AutoModel.from_pretrained(folder, add_pooling_layer=False)
        self.model.train()
        self.model.embeddings.word_embeddings.weight.requires_grad = False
        width = self.model.config.hidden_size
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.no_padding()
        self.padding: int = self.model.config.pad_token_id
        self.topics = torch.nn.Parameter(torch.randn(targets, width) / math.sqrt(width))
        self.urgent = torch.nn.Linear(width, 1)
        self.queue = torch.zeros(0, width)
        self.queued = torch.zeros(0, dtype=torch.int64)
        self.last = 0.0

    def heads(self) -> list[torch.nn.Parameter]:
        return [self.topics, *self.urgent.parameters()]

    def body(self) -> list[torch.nn.Parameter]:
        return [each for each in self.model.parameters() if each.requires_grad]

    def parameters(self) -> list[torch.nn.Parameter]:
        return [*self.body(), *self.heads()]

    def tokens(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text).ids
        return ids

    def vectors(self, tokens: Sequence[list[int]], model: Any = None) -> Tensor:
        """Return unit rows by the model that is being taught, or by another one."""
        import torch

        longest = max(map(len, tokens))
        ids = torch.full((len(tokens), longest), self.padding)
        for row, each in enumerate(tokens):
            ids[row, : len(each)] = torch.tensor(each)
        mask = torch.arange(longest)[None, :] < torch.tensor([len(each) for each in tokens])[:, None]
        hidden = (model or self.model)(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        kept = mask[:, :, None].float()
        return torch.nn.functional.normalize((hidden * kept).sum(1) / kept.sum(1), dim=1)

    def loss(self, batch: _Batch) -> Tensor:
        import torch
        from torch.nn import functional

        vectors = self.vectors(batch.tokens)
        wanted = torch.zeros(len(batch.targets), len(self.topics))
        for row, targets in enumerate(batch.targets):
            # The first topic is the best answer; the others are right too.
            for place, target in enumerate(targets):
                wanted[row, target] = 1.0 if place == 0 else 0.5
        wanted = wanted / wanted.sum(1, keepdim=True)
        logits = _SCALE * vectors @ functional.normalize(self.topics, dim=1).T
        loss = functional.cross_entropy(logits, wanted, label_smoothing=0.03)
        self.last = float(loss.detach())
        urgent = torch.tensor(batch.urgent).float()
        danger = functional.binary_cross_entropy_with_logits(self.urgent(vectors)[:, 0] * 4, urgent)
        first = torch.tensor([targets[0] for targets in batch.targets])
        contrast = self._contrast(vectors, first)
        return loss + _WEIGHTS["urgent"] * danger + _WEIGHTS["contrast"] * contrast

    def _contrast(self, vectors: Tensor, labels: Tensor) -> Tensor:
        import torch

        queue, queued = self.queue, self.queued
        self.queue = torch.cat([vectors.detach(), queue])[:_QUEUE]
        self.queued = torch.cat([labels, queued])[:_QUEUE]
        if len(queue) < _QUEUE // 2:
            return vectors.new_zeros(())
        like = (labels[:, None] == queued[None, :]).float()
        logs = torch.log_softmax(vectors @ queue.T / _TEMPERATURE, dim=1)
        return -((logs * like).sum(1) / like.sum(1).clamp(min=1)).mean()

    def loss_of_pairs(self, both: Sequence[tuple[str, str]]) -> Tensor:
        import torch

        ones = self.vectors([self.tokens(one)[:_LONGEST_OF_PAIRS] for one, _ in both])
        others = self.vectors([self.tokens(other)[:_LONGEST_OF_PAIRS] for _, other in both])
        likeness = ones @ others.T / _TEMPERATURE_OF_PAIRS
        right = torch.arange(len(both))
        entropy = torch.nn.functional.cross_entropy
        return (entropy(likeness, right) + entropy(likeness.T, right)) / 2

    def loss_of_keeping(self, plain: Sequence[Passage], chance: Random) -> Tensor:
        """Return the mean squared distance, 0 to 4, of sentences to their untaught vectors, as written."""
        import torch

        prompts = [chance.choice(("query: ", "passage: ")) for _ in plain]

        def tokens(texts: Iterable[str]) -> list[list[int]]:
            both = zip(prompts, texts, strict=True)
            return [self.tokens(prompt + text)[:_LONGEST_OF_PAIRS] for prompt, text in both]

        with torch.no_grad():
            wanted = self.vectors(tokens(each.text for each in plain), self.before)
        typed = self.vectors(tokens(maybe_variant(each, chance) for each in plain))
        return ((typed - wanted) ** 2).sum(1).mean()


def _optimiser(pupil: _Pupil, steps: int) -> tuple[torch.optim.Optimizer, Any]:
    import torch

    optimiser = torch.optim.AdamW(
        [{"params": pupil.body(), "lr": _RATE}, {"params": pupil.heads(), "lr": _RATE_OF_HEAD}],
        weight_decay=0.01,
    )
    warm = max(1, int(steps * _WARMING_UP))

    def factor(step: int) -> float:
        return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, factor)


def _batches(pupil: _Pupil, material: Material, epochs: int, chance: Random) -> Iterator[_Batch]:
    for _ in range(epochs):
        tokens = [pupil.tokens(f"query: {variant(each, chance)}") for each in material.messages]
        # Like lengths share a batch, so that little is spent on padding; not always the same ones.
        order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]) + chance.random() * 6)
        rows: list[list[int]] = [[]]
        longest = 0
        for row in order:
            longest = max(longest, len(tokens[row]))
            if rows[-1] and longest * (len(rows[-1]) + 1) > _TOKENS:
                rows.append([])
                longest = len(tokens[row])
            rows[-1].append(row)
        chance.shuffle(rows)
        for members in rows:
            yield _Batch(
                [tokens[row] for row in members],
                [material.targets_of(material.messages[row]) for row in members],
                [material.messages[row].kind == "urgent" for row in members],
            )


def _draw_pairs(material: Material, chance: Random) -> list[tuple[str, str]]:
    every = list(pairs(material, chance))
    return chance.sample(every, min(_PAIRS, len(every)))
