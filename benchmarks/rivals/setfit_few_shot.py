"""SetFit: the untaught encoder tuned on pairs of messages, and a logistic regression over its vectors."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.rivals.rival import Ask, Guess, Labelled, Rival, Task, of_classes

MESSAGES: Final = 64
"""Of each class, that pairs are made of; a method for few examples, and pairs grow with the square."""
STEPS: Final = 600
"""Of 16 pairs: what two cores do in a quarter of an hour."""


def learn(task: Task, folder: Path) -> None:
    """Tune the encoder on some messages, then fit the head on all texts."""
    os.environ["TQDM_DISABLE"] = "1"
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer
    from setfit import SetFitModel, Trainer, TrainingArguments
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    from index.training.restore import restore

    weights = folder / "untaught"
    restore(task.untaught, weights)
    body = SentenceTransformer(str(weights), device="cpu")
    body.max_seq_length = 128
    texts = task.texts()
    model = SetFitModel(body, LogisticRegression(max_iter=1000))
    some = Dataset.from_dict(_columns(_few(texts)))
    arguments = TrainingArguments(
        output_dir=str(folder / "checkpoints"),
        batch_size=16,
        max_steps=STEPS,
        num_epochs=1,
        save_strategy="no",
        report_to="none",
        seed=20261126,
        show_progress_bar=False,
    )
    trainer = Trainer(model=model, args=arguments, train_dataset=some)
    columns = _columns(_few(texts))
    trainer.train_embeddings(columns["text"], columns["label"], args=arguments)
    every = _columns(texts)
    trainer.train_classifier(every["text"], every["label"], args=arguments)
    model.save_pretrained(str(folder / "model"))


def load(task: Task, folder: Path) -> Ask:
    """Return what classifies."""
    os.environ["TQDM_DISABLE"] = "1"
    from setfit import SetFitModel

    model = SetFitModel.from_pretrained(str(folder / "model"), device="cpu")
    classes = [str(each) for each in model.model_head.classes_]

    def ask(question: str) -> Guess:
        found = model.predict_proba([question], as_numpy=True, show_progress_bar=False)[0]
        return of_classes(classes, found.tolist())

    return ask


def _few(texts: list[Labelled]) -> list[Labelled]:
    by_topic: dict[str, list[Labelled]] = defaultdict(list)
    for each in texts:
        by_topic[each.topic].append(each)
    chance = Random(20261126)  # noqa: S311  # a sample, no secret
    return [each for own in by_topic.values() for each in chance.sample(own, min(MESSAGES, len(own)))]


def _columns(texts: list[Labelled]) -> dict[str, list[str]]:
    return {"text": [each.text for each in texts], "label": [each.topic for each in texts]}


RIVAL: Final = Rival("SetFit (e5)", "setfit", ("turned back",), learn, load)
