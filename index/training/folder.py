"""The layout of a sentence-transformers folder: the small files around weights and tokenizer."""

import json
from pathlib import Path
from typing import Any

PROMPTS = {"query": "query: ", "passage": "passage: "}
"""What E5 was trained with: https://huggingface.co/intfloat/multilingual-e5-small, "FAQ"."""
LONGEST = 512
"""Tokens that the model reads, its two marks included."""

_MODULES = (
    ("", "sentence_transformers.models.Transformer"),
    ("1_Pooling", "sentence_transformers.models.Pooling"),
    ("2_Normalize", "sentence_transformers.models.Normalize"),
)


def write_folder(folder: Path, config: dict[str, Any], tokenizer: dict[str, Any]) -> None:
    """Write everything but the weights; the folder is made where it is missing.

    config: what transformers calls `config.json`; tokenizer: the value of `tokenizer.json`.
    """
    for path, _ in _MODULES:
        (folder / path).mkdir(parents=True, exist_ok=True)
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": kind}
        for number, (path, kind) in enumerate(_MODULES)
    ]
    pooling = {"word_embedding_dimension": config["hidden_size"], "pooling_mode_mean_tokens": True}
    marks = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
    }
    write_json(folder / "modules.json", modules)
    write_json(folder / "config.json", config)
    write_json(folder / "1_Pooling" / "config.json", pooling)
    write_json(folder / "2_Normalize" / "config.json", {})
    write_json(
        folder / "sentence_bert_config.json",
        # Sentence vectors are means over tokens; BERT's own pooling layer is neither trained nor kept.
        {"max_seq_length": LONGEST, "do_lower_case": False, "model_args": {"add_pooling_layer": False}},
    )
    write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    write_json(folder / "special_tokens_map.json", marks)
    write_json(
        folder / "tokenizer_config.json",
        {
            **marks,
            # The general class reads tokenizer.json as it stands; the model's own would build it anew.
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": LONGEST,
            "model_input_names": ["input_ids", "attention_mask"],
        },
    )
    compact = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(compact, encoding="utf-8")


def write_json(path: Path, value: object) -> None:
    """Write the value as people read it, with a newline at the end."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Return the value in a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
