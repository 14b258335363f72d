from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.encoders import EncoderSpec
from index.passages import passages
from index.shelf import locked, read_manifest
from index.snapshot import (
    EXACT_UP_TO,
    SnapshotError,
    build,
    dense_index,
    exact_index,
    live_id,
    load,
    load_library,
    read_index,
    rollback,
)
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import small_library

ENCODER = WordEncoder()
TEXTS = 8
"""Different ones in the small library; two sections are the same in both languages."""


def test_a_built_snapshot_comes_back_as_it_was(tmp_path: Path) -> None:
    report = build(small_library(), ENCODER, tmp_path)

    got = load(tmp_path, ENCODER.spec)

    assert got.library == small_library()
    assert got.id == report.snapshot_id == live_id(tmp_path)
    assert got.messages.size + len(got.section_vectors) == report.passages == len(passages(small_library()))
    assert got.rows.targets == ("patent-get", "pension", "not-ours")


def test_the_manifest_says_what_is_inside(tmp_path: Path) -> None:
    report = build(small_library(), ENCODER, tmp_path)

    manifest = read_manifest(tmp_path / report.snapshot_id)

    assert manifest["encoder"] == {"name": "words", "revision": "1", "dimension": 64}
    assert manifest["counts"] == {"topics": 2, "example": 3, "not-ours": 2, "section": 5}
    assert manifest["parent"] is None
    assert set(manifest["files"]) == {
        "library.json",
        "vectors.npy",
        "digests.txt",
        "messages.faiss",
        "sections.faiss",
        "rows.npz",
        "learned.npz",
        "calibration.json",
    }


def test_only_what_changed_is_encoded_again(tmp_path: Path) -> None:
    build(small_library(), ENCODER, tmp_path)
    encoder = WordEncoder()

    report = build(small_library("Пенсия теперь с шестидесяти лет."), encoder, tmp_path)

    assert encoder.asked == ["pension. age. Пенсия теперь с шестидесяти лет."]
    assert (report.encoded, report.learned, report.unchanged) == (1, False, False)


def test_an_incremental_build_gives_the_same_vectors_as_a_new_one(tmp_path: Path) -> None:
    changed = small_library("Пенсия теперь с шестидесяти лет.")
    build(small_library(), ENCODER, tmp_path / "old")
    build(changed, ENCODER, tmp_path / "old")
    build(changed, ENCODER, tmp_path / "new")

    reused, fresh = load(tmp_path / "old", None), load(tmp_path / "new", None)

    assert np.array_equal(reused.messages.every(), fresh.messages.every())
    assert np.array_equal(reused.section_vectors, fresh.section_vectors)


@pytest.mark.parametrize("name", ["messages.faiss", "learned.npz", "calibration.json"])
def test_a_corrected_article_leaves_what_messages_taught_as_it_is_and_each_version_its_own_copy(
    tmp_path: Path, name: str
) -> None:
    first = tmp_path / build(small_library(), ENCODER, tmp_path).snapshot_id
    second = (
        tmp_path / build(small_library("Пенсия теперь с шестидесяти лет."), ENCODER, tmp_path).snapshot_id
    )

    assert (first / name).read_bytes() == (second / name).read_bytes()
    (second / name).write_bytes(b"")
    assert rollback(tmp_path) == first.name
    assert load(tmp_path, ENCODER.spec).id == first.name


def test_nothing_is_published_when_nothing_changed(tmp_path: Path) -> None:
    first = build(small_library(), ENCODER, tmp_path)

    second = build(small_library(), ENCODER, tmp_path)

    assert second.unchanged
    assert second.snapshot_id == first.snapshot_id


def test_another_encoder_encodes_everything_again(tmp_path: Path) -> None:
    build(small_library(), ENCODER, tmp_path)

    report = build(small_library(), WordEncoder(revision="2"), tmp_path)

    assert report.encoded == TEXTS


def test_progress_reaches_the_end_of_every_step(tmp_path: Path) -> None:
    seen: dict[str, tuple[int, int]] = {}

    build(
        small_library(),
        ENCODER,
        tmp_path,
        progress=lambda step, done, total: seen.update({step: (done, total)}),
    )

    assert seen["encoding"] == (TEXTS, TEXTS)
    assert seen["publishing"] == (1, 1)


def test_rollback_goes_one_back_each_time_until_there_is_none(tmp_path: Path) -> None:
    ids = [build(small_library(f"Вариант {number}"), ENCODER, tmp_path).snapshot_id for number in range(3)]

    assert rollback(tmp_path) == ids[1]
    assert load(tmp_path, None).id == ids[1]
    assert rollback(tmp_path) == ids[0]
    with pytest.raises(SnapshotError, match="no snapshot before"):
        rollback(tmp_path)
    assert live_id(tmp_path) == ids[0]


def test_only_the_last_snapshots_stay(tmp_path: Path) -> None:
    ids = [build(small_library(f"Вариант {n}"), ENCODER, tmp_path, keep=2).snapshot_id for n in range(4)]

    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == sorted(ids[-2:])


def test_without_a_snapshot_the_error_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"nothing is published in .*; run 'hotline build'"):
        load(tmp_path, None)


def test_the_snapshot_of_another_encoder_is_refused_with_both_names(tmp_path: Path) -> None:
    build(small_library(), ENCODER, tmp_path)

    with pytest.raises(SnapshotError, match=r"built with encoder 'words' .* uses 'e5' .*run 'hotline build'"):
        load(tmp_path, EncoderSpec("e5", "9", 384))


@pytest.mark.parametrize(
    "name",
    ["library.json", "messages.faiss", "sections.faiss", "learned.npz", "rows.npz", "calibration.json"],
)
def test_a_changed_or_missing_file_is_named(tmp_path: Path, name: str) -> None:
    place = tmp_path / build(small_library(), ENCODER, tmp_path).snapshot_id
    content = bytearray((place / name).read_bytes())
    content[len(content) // 2] ^= 1

    (place / name).write_bytes(content)
    with pytest.raises(
        SnapshotError, match=rf"damaged: {name} is not as it was written; run 'hotline build'"
    ):
        load(tmp_path, None)
    (place / name).unlink()
    with pytest.raises(SnapshotError, match=rf"damaged: {name} is missing"):
        load(tmp_path, None)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: str) -> None:
    place = tmp_path / build(small_library(), ENCODER, tmp_path).snapshot_id
    (place / "manifest.json").write_text(content)

    with pytest.raises(SnapshotError, match=r"is damaged: manifest\.json"):
        load(tmp_path, None)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"../elsewhere"])
def test_a_damaged_live_file_is_named(tmp_path: Path, content: bytes) -> None:
    build(small_library(), ENCODER, tmp_path)
    (tmp_path / "live").write_bytes(content)

    with pytest.raises(SnapshotError, match=r"live .*run 'hotline build'"):
        load(tmp_path, None)


def test_the_content_alone_is_that_of_the_live_snapshot_and_refused_where_the_whole_is(
    tmp_path: Path,
) -> None:
    with pytest.raises(SnapshotError, match="nothing is published"):
        load_library(tmp_path)
    report = build(small_library(), ENCODER, tmp_path)

    assert load_library(tmp_path) == (report.snapshot_id, load(tmp_path, None).library)
    (tmp_path / report.snapshot_id / "sections.faiss").unlink()
    with pytest.raises(SnapshotError, match=r"damaged: sections\.faiss is missing"):
        load_library(tmp_path)


def test_building_replaces_a_snapshot_that_another_program_wrote_with_other_fields(tmp_path: Path) -> None:
    first = build(small_library(), ENCODER, tmp_path).snapshot_id
    file, manifest = tmp_path / first / "calibration.json", tmp_path / first / "manifest.json"
    file.write_text("{}", encoding="utf-8")
    sealed = json.loads(manifest.read_bytes())
    sealed["files"][file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(sealed), encoding="utf-8")
    with pytest.raises(SnapshotError, match="run 'hotline build'"):
        load(tmp_path, ENCODER.spec)

    report = build(small_library(), ENCODER, tmp_path)

    assert report.encoded == TEXTS
    assert load(tmp_path, ENCODER.spec).id == report.snapshot_id != first


def test_building_repairs_a_damaged_snapshot(tmp_path: Path) -> None:
    place = tmp_path / build(small_library(), ENCODER, tmp_path).snapshot_id
    (place / "vectors.npy").write_bytes(b"")

    report = build(small_library(), ENCODER, tmp_path)

    assert report.encoded == TEXTS
    assert load(tmp_path, None).id == report.snapshot_id


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(SnapshotError, match="another build is at work"):
        build(small_library(), ENCODER, tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SnapshotError, match="can't be written"):
        build(small_library(), ENCODER, tmp_path / "file" / "snapshots")


def test_leftovers_of_a_killed_build_are_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".building-20260101T000000000Z-00000000").mkdir()

    build(small_library(), ENCODER, tmp_path)

    assert not list(tmp_path.glob(".building-*"))


BUILDER = """
import sys
from pathlib import Path
from index.snapshot import build
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import small_library

number = int(sys.argv[2])
while True:
    report = build(small_library(f"Вариант {number}"), WordEncoder(), Path(sys.argv[1]), keep=3)
    print(report.snapshot_id, flush=True)
    number += 1
"""


@pytest.mark.slow
def test_killing_a_build_at_any_moment_leaves_a_whole_snapshot_live(tmp_path: Path) -> None:
    last = build(small_library(), ENCODER, tmp_path).snapshot_id
    random = np.random.default_rng(1)

    for attempt in range(30):
        builder = subprocess.Popen(
            [sys.executable, "-c", BUILDER, str(tmp_path), str(1000 * attempt)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert builder.stdout is not None
        first = builder.stdout.readline().strip()  # imports are done: from here on it only builds
        time.sleep(float(random.uniform(0, 0.06)))
        builder.send_signal(signal.SIGKILL)
        finished = [first, *builder.stdout.read().split()]
        builder.wait()
        builder.stdout.close()

        got = load(tmp_path, ENCODER.spec)

        # A killed build may have switched without having said so, but never falls behind what was said.
        assert first > last
        assert got.id >= finished[-1]
        last = got.id
    build(small_library("Вариант последний"), ENCODER, tmp_path, keep=1)
    assert not list(tmp_path.glob(".building-*"))


def test_equal_similarities_keep_row_order() -> None:
    index = dense_index(np.array([[1, 0], [0, 1], [1, 0], [1, 0]], dtype=np.float32))

    rows, cosines = index.nearest(np.array([1, 0], dtype=np.float32), 4)

    assert rows.tolist() == [0, 2, 3, 1]
    assert cosines.tolist() == [1, 1, 1, 0]


def test_more_neighbours_than_rows_gives_all_rows() -> None:
    index = dense_index(np.eye(2, dtype=np.float32))

    rows, _ = index.nearest(np.array([0, 1], dtype=np.float32), 100)

    assert rows.tolist() == [1, 0]


def test_an_empty_index_has_no_neighbours() -> None:
    rows, cosines = dense_index(np.zeros((0, 2), np.float32)).nearest(np.array([1, 0], np.float32), 3)

    assert rows.tolist() == cosines.tolist() == []


def test_a_question_of_another_width_is_refused_with_both_numbers() -> None:
    index = dense_index(np.eye(2, dtype=np.float32))

    with pytest.raises(ValueError, match=r"\(3,\).*\(2,\)"):
        index.nearest(np.zeros(3, dtype=np.float32), 1)
    with pytest.raises(ValueError, match="k is 0"):
        index.nearest(np.zeros(2, dtype=np.float32), 0)


@settings(max_examples=30)
@given(arrays(np.float32, st.tuples(st.integers(1, 12), st.just(8)), elements=st.floats(-1, 1, width=32)))
def test_an_index_comes_back_from_its_file_and_compares_all_rows(
    tmp_path_factory: pytest.TempPathFactory, vectors: np.ndarray
) -> None:
    path = tmp_path_factory.mktemp("index") / "messages.faiss"
    dense_index(vectors).write(path)

    rows, cosines = read_index(path).nearest(vectors[0], len(vectors))

    assert sorted(rows.tolist()) == list(range(len(vectors)))
    assert np.allclose(cosines, vectors[rows] @ vectors[0], atol=0.01)
    assert np.all(np.diff(cosines) <= 0)


def test_an_index_in_cells_finds_its_own_rows_and_an_exact_one_all_of_them() -> None:
    vectors = np.random.default_rng(5).normal(size=(EXACT_UP_TO + 1, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    in_cells, exact = dense_index(vectors), exact_index(vectors)

    assert in_cells.size == exact.size == EXACT_UP_TO + 1
    assert all(in_cells.nearest(vectors[row], 1)[0].tolist() == [row] for row in range(0, len(vectors), 97))
    assert np.allclose(in_cells.every(), vectors, atol=0.001)
    assert len(in_cells.nearest(vectors[0], len(vectors))[0]) < len(vectors)
    assert len(exact.nearest(vectors[0], len(vectors))[0]) == len(vectors)
