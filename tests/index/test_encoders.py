"""One contract for both encoders, and what each promises beyond it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from index.encoders import (
    BUNDLED_FOLDER,
    BundledEncoder,
    Encoder,
    EncoderError,
    SentenceTransformerEncoder,
    load_encoder,
)

QUESTIONS = [
    "Паспортам гум шуд, чӣ кор кунам?",
    "Ҳуҷҷатҳо барои бақайдгирӣ кадомҳоянд?",
    "pasportam gum shud chi kor kunam",
    "Корфармо музди меҳнатро намедиҳад.",
    "Где продлить регистрацию?",
    "не платят зарплату третий месяц",
    "Сколько стоит патент в Москве?",
    "Ish haqimni bermayapti, kimga murojaat qilaman?",
    "Паспортимни йўқотиб қўйдим",
    "How do I extend my registration?",
    "My employer keeps my passport.",
    "Погода завтра хорошая?",
]
HARD = {
    "empty": "",
    "spaces": " \n\t ",
    "NUL": "паспорт\0гум шуд",
    "emoji": "😀🇹🇯👍🏽",
    "lone surrogate": "паспорт \ud83d гум",
    "right to left": "گذرنامه‌ام گم شد",
    "10,000 characters": "паспорт " * 1_250,
    "one word of 10,000 characters": "ғ" * 10_000,
    "a million characters": "паспорт " * 125_000,
}
NEAR = {"bundled": 0.0, "sentence-transformers": 1e-5}
"""How far two vectors of one text may lie apart: float batches round differently, single int8 texts never."""


@pytest.fixture(scope="session")
def float_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if os.environ.get("HOTLINE_REQUIRE_EXTRA") != "1":
        pytest.importorskip("sentence_transformers", reason="needs the extra sentence-transformers")
    from index.training.restore import restore

    folder = tmp_path_factory.mktemp("float") / "multilingual-e5-small-restored"
    restore(BUNDLED_FOLDER, folder)
    yield folder
    shutil.rmtree(folder)  # 120 MB that pytest would keep for three runs


@pytest.fixture(scope="session")
def bundled() -> BundledEncoder:
    return BundledEncoder()


@pytest.fixture(scope="session")
def whole(float_folder: Path) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(str(float_folder), device="cpu")


@pytest.fixture(params=["bundled", pytest.param("sentence-transformers", marks=pytest.mark.extra)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def encoder(kind: str, request: pytest.FixtureRequest) -> Encoder:
    found: Encoder = request.getfixturevalue("bundled" if kind == "bundled" else "whole")
    return found


def test_rows_are_unit_float32_one_a_text(encoder: Encoder) -> None:
    for encode in (encoder.questions, encoder.passages):
        got = encode(QUESTIONS)

        assert got.dtype == np.float32
        assert got.shape == (len(QUESTIONS), encoder.spec.dimension)
        assert np.linalg.norm(got, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.passages([]).shape == (0, encoder.spec.dimension)


def test_rows_keep_the_order_of_the_texts(encoder: Encoder, kind: str) -> None:
    forward = encoder.passages(QUESTIONS)

    backward = encoder.passages(QUESTIONS[::-1])

    assert np.abs(backward[::-1] - forward).max() <= NEAR[kind]


def test_a_text_gets_the_same_vector_whatever_stands_beside_it(encoder: Encoder, kind: str) -> None:
    texts = [*QUESTIONS, *HARD.values()]

    together = encoder.questions(texts)

    alone = np.vstack([encoder.questions([text]) for text in texts])
    assert np.abs(together - alone).max() <= NEAR[kind]


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_any_string_is_a_text(encoder: Encoder, text: str) -> None:
    got = encoder.questions([text])

    assert np.linalg.norm(got) == pytest.approx(1, abs=1e-5)


def test_questions_and_passages_are_prompted_differently(encoder: Encoder) -> None:
    question, passage = encoder.questions(["Где патент?"])[0], encoder.passages(["Где патент?"])[0]

    assert 0.8 < float(question @ passage) < 0.999


def test_like_meaning_is_nearer_than_unlike_meaning(encoder: Encoder) -> None:
    question = encoder.questions(["Потерял паспорт, что делать?"])[0]

    lost, wages = encoder.passages(["Паспортам гум шуд, чӣ кор кунам?", "Музди маош чӣ қадар аст?"])

    assert question @ lost > question @ wages


def test_threads_do_not_disturb_each_other(encoder: Encoder, kind: str) -> None:
    alone = encoder.questions(QUESTIONS)

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: encoder.questions(QUESTIONS), range(8)))

    assert max(np.abs(vectors - alone).max() for vectors in got) <= NEAR[kind]


def test_progress_counts_every_text_once(encoder: Encoder) -> None:
    steps: list[int] = []

    encoder.passages(QUESTIONS, steps.append)

    assert sum(steps) == len(QUESTIONS)


def test_encoding_stops_when_its_progress_is_stopped(encoder: Encoder) -> None:
    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.passages(QUESTIONS * 5, stop)


@pytest.mark.extra
def test_both_encoders_agree_on_the_same_texts(
    bundled: BundledEncoder, whole: SentenceTransformerEncoder
) -> None:
    cosines = (bundled.questions(QUESTIONS) * whole.questions(QUESTIONS)).sum(axis=1)

    print(
        f"bundled against sentence-transformers: cosine mean {cosines.mean():.4f}, least {cosines.min():.4f}"
    )
    assert cosines.mean() >= 0.97


@pytest.mark.parametrize("letter", "ғӣқӯҳҷўҒӢҚӮҲҶЎ")
def test_every_tajik_and_uzbek_letter_is_a_known_piece(letter: str) -> None:
    tokenizer = Tokenizer.from_file(str(BUNDLED_FOLDER / "tokenizer.json"))

    got = tokenizer.encode(f"а{letter}а {letter}").ids

    assert tokenizer.token_to_id("<unk>") not in got


def test_the_revision_changes_with_the_model(tmp_path: Path, bundled: BundledEncoder) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(BUNDLED_FOLDER, folder)
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    got = BundledEncoder(folder).spec

    assert got.revision != bundled.spec.revision
    assert load_encoder("bundled").spec == bundled.spec


@pytest.mark.parametrize("damage", ["no folder", "no tokenizer", "half a model"])
def test_a_damaged_folder_is_named_with_its_repair(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "encoder"
    if damage != "no folder":
        shutil.copytree(BUNDLED_FOLDER, folder)
    if damage == "no tokenizer":
        (folder / "tokenizer.json").unlink()
    if damage == "half a model":
        os.truncate(folder / "onnx" / "model_qint8.onnx", 1_000_000)

    with pytest.raises(
        EncoderError, match=r"encoder: .* missing or damaged .*; .*'python -m index.training'"
    ):
        BundledEncoder(folder)


def test_the_bundled_encoder_needs_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from index.encoders import load_encoder\n"
        "load_encoder('bundled').questions(['паспорт'])\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )

    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert got.stdout.strip() == "[]"


def test_a_missing_extra_is_one_sentence_with_the_command() -> None:
    code = (
        "import sys; sys.modules['sentence_transformers'] = None\n"
        "from index.encoders import EncoderError, load_encoder\n"
        "try: load_encoder('some/model')\n"
        "except EncoderError as error: print(error)"
    )

    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert got.stdout.strip() == (
        "encoder 'some/model' needs the extra 'sentence-transformers'; "
        "run \"pip install 'tajik-hotline[sentence-transformers]'\""
    )


@pytest.mark.extra
def test_a_folder_that_is_no_model_is_named(tmp_path: Path, float_folder: Path) -> None:
    with pytest.raises(EncoderError, match=rf"encoder '{tmp_path}' cannot be loaded .*HOTLINE_ENCODER"):
        load_encoder(str(tmp_path))


@pytest.mark.extra
@pytest.mark.parametrize(
    ("name", "own", "expected"),
    [
        ("multilingual-e5-base", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("some-other-model", {"query": "", "document": ""}, ("", "")),
        ("some-other-model", {"query": "Q: ", "document": "D: "}, ("Q: ", "D: ")),
        ("e5-large-instruct", {}, ("", "")),
    ],
)
def test_prompts_are_the_model_s_own_or_e5_s_by_name(
    float_folder: Path, tmp_path: Path, name: str, own: dict[str, str], expected: tuple[str, str]
) -> None:
    from index.training.folder import write_json

    folder = tmp_path / name
    folder.mkdir()
    for path in float_folder.iterdir():
        (folder / path.name).symlink_to(path)
    settings = folder / "config_sentence_transformers.json"
    settings.unlink()
    write_json(settings, {"prompts": own})

    got = SentenceTransformerEncoder(str(folder), device="cpu")

    assert got.prompts == expected


def test_the_bundled_encoder_reports_to_nobody_and_leaves_nothing_behind(tmp_path: Path) -> None:
    # Without the variables of continuous integration, under which onnxruntime reports nothing anyway.
    asked = "from index.encoders import load_encoder; load_encoder('bundled').questions(['салом'])"
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}

    subprocess.run([sys.executable, "-c", asked], env=environment, check=True)

    assert list(tmp_path.rglob("*")) == []
