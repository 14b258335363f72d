"""Second step: a model with fewer pieces, from a float folder to a float folder."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from index.training.folder import PROMPTS, read_json, write_folder
from index.training.pieces import Choice, choose
from index.training.texts import spellings

log = logging.getLogger(__name__)

WORDS = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What the step did."""

    before: int
    after: int
    added: list[str]


def trim(base: Path, out: Path, texts: Iterable[str], size: int) -> Trimmed:
    """Write the model of folder `base` into folder `out` with about `size` pieces; see `pieces.choose`.

    texts: lines of the four languages; their other spellings are made here.
    """
    from safetensors.numpy import load_file, save_file

    tokenizer = read_json(base / "tokenizer.json")
    config = read_json(base / "config.json")
    weights = {
        name: values
        for name, values in load_file(base / "model.safetensors").items()
        if name.endswith((".weight", ".bias")) and not name.startswith("pooler.")
    }
    pieces = [(piece, score) for piece, score in tokenizer["model"]["vocab"]]
    special = {token["content"] for token in tokenizer["added_tokens"]}
    choice = choose(pieces, special, _seen(base, [*PROMPTS.values(), *texts]), size)
    write_folder(out, {**config, "vocab_size": len(choice.pieces)}, trimmed_tokenizer(tokenizer, choice))
    save_file({**weights, WORDS: weights[WORDS][choice.rows]}, out / "model.safetensors", {"format": "pt"})
    return Trimmed(before=len(pieces), after=len(choice.pieces), added=choice.added)


def trimmed_tokenizer(tokenizer: dict[str, Any], choice: Choice) -> dict[str, Any]:
    """Return the value of tokenizer.json with the chosen vocabulary and all ids moved to their new places."""
    place = {piece: number for number, (piece, _) in enumerate(choice.pieces)}
    template = tokenizer["post_processor"]
    marks = {
        name: {**mark, "ids": [place[token] for token in mark["tokens"]]}
        for name, mark in template["special_tokens"].items()
    }
    return {
        **tokenizer,
        "added_tokens": [{**token, "id": place[token["content"]]} for token in tokenizer["added_tokens"]],
        "post_processor": {**template, "special_tokens": marks},
        "model": {
            **tokenizer["model"],
            "unk_id": place["<unk>"],
            # Five places are more than the base's scores are good for, and half the size of the file.
            "vocab": [[piece, round(score, 5)] for piece, score in choice.pieces],
        },
    }


def _seen(base: Path, texts: Iterable[str]) -> set[int]:
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    seen: set[int] = set()
    for line in texts:
        for encoded in tokenizer.encode_batch(list(spellings(line)), add_special_tokens=False):
            seen.update(np.unique(encoded.ids).tolist())
    return seen
