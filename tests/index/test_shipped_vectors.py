"""The vectors that come with the program, so that a first build need not encode what everybody has."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from index.centring import Vectors
from index.encoders import EncoderSpec, load_encoder
from index.passages import calibration, passages
from index.reuse import Reusable
from index.shipped_vectors import read_shipped_vectors, write_shipped_vectors
from index.snapshot import FORMAT, build
from knowledge.load import SHIPPED_CONTENT, load
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import small_library

SPEC = EncoderSpec("words", "1", 16)
REPAIR = "run 'python -m index.training.vectors'"


def some(count: int) -> tuple[list[str], Vectors]:
    vectors = np.random.default_rng(3).normal(size=(count, SPEC.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [hashlib.sha256(bytes([number])).hexdigest() for number in range(count)], vectors


@pytest.mark.parametrize("count", [0, 1, 40])
def test_vectors_come_back_by_their_digest_as_unit_rows_near_to_what_they_were(
    tmp_path: Path, count: int
) -> None:
    digests, vectors = some(count)
    write_shipped_vectors(digests, vectors, SPEC, tmp_path / "vectors.npz")

    known = read_shipped_vectors(SPEC, tmp_path / "vectors.npz")
    found = known.vectors

    assert list(known.rows) == digests
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert np.all((found * vectors).sum(axis=1) > 0.9999)


def test_written_again_they_are_the_same(tmp_path: Path) -> None:
    digests, vectors = some(40)
    write_shipped_vectors(digests, vectors, SPEC, tmp_path / "first.npz")
    once = read_shipped_vectors(SPEC, tmp_path / "first.npz").vectors

    write_shipped_vectors(digests, once, SPEC, tmp_path / "second.npz")

    assert np.array_equal(read_shipped_vectors(SPEC, tmp_path / "second.npz").vectors, once)


def test_those_of_another_encoder_and_of_a_missing_or_damaged_file_are_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    write_shipped_vectors(*some(3), SPEC, file)
    whole = file.read_bytes()

    assert read_shipped_vectors(EncoderSpec("words", "2", 16), file).rows == {}
    for damaged in (b"", b"no archive", whole[: len(whole) // 2]):
        file.write_bytes(damaged)
        known = read_shipped_vectors(SPEC, file)
        assert (known.rows, known.vectors.shape) == ({}, (0, 16))
    file.unlink()
    assert read_shipped_vectors(SPEC, file).rows == {}


def test_what_is_live_of_the_same_encoder_goes_before_what_is_shipped(tmp_path: Path) -> None:
    encoder = load_encoder("bundled")
    shipped, own = (
        read_shipped_vectors(encoder.spec).rows,
        {each.digest for each in passages(small_library())},
    )

    build(small_library(), WordEncoder(), tmp_path)
    assert Reusable(tmp_path, encoder.spec, FORMAT).known.rows == shipped

    build(small_library(), encoder, tmp_path)
    assert Reusable(tmp_path, encoder.spec, FORMAT).known.rows.keys() == own


def test_the_shipped_ones_are_of_the_bundled_encoder_and_of_most_of_the_shipped_content() -> None:
    library, encoder = load(SHIPPED_CONTENT), load_encoder("bundled")
    shipped = read_shipped_vectors(encoder.spec)
    assert shipped.rows, f"index/vectors.npz is not of the bundled encoder; {REPAIR}"
    texts = {each.digest: each for each in (*passages(library), *calibration(library))}

    known = [each for digest, each in texts.items() if digest in shipped.rows]

    assert len(known) >= 0.9 * len(texts), f"{len(known)} of {len(texts)} texts have a vector; {REPAIR}"
    for asked, encode in ((True, encoder.questions), (False, encoder.passages)):
        of_kind = [each for each in known if each.asked is asked]
        sample = of_kind[:: len(of_kind) // 20]
        found = shipped.vectors[[shipped.rows[each.digest] for each in sample]]
        cosines = (found * encode([each.encoded for each in sample])).sum(axis=1)
        # With VNNI it is rounded otherwise than without, down to .992: docs/decisions/0002-encoder.md
        assert np.all(cosines > 0.98), cosines
