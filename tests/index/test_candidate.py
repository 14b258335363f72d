"""A version beside the live one: built, published as it is, dropped, and killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.candidate import (
    as_it_would_answer,
    build_candidate,
    candidate_id,
    drop_candidate,
    place_of_candidate,
    publish_candidate,
    remove_leftovers,
)
from index.nearest import nearest_passages
from index.passages import passages
from index.search import rank
from index.shelf import locked, read_manifest
from index.snapshot import SnapshotError, build, live_id, load
from knowledge.changes.revalidate import replaced
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import example, library, page, small_library, topic

ENCODER = WordEncoder()
CHANGED = small_library("Пенсия теперь с шестидесяти лет.")


@pytest.fixture(name="live")
def _live(tmp_path: Path) -> str:
    return build(small_library(), ENCODER, tmp_path).snapshot_id


def _files(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir()}


def test_a_candidate_changes_nothing_that_is_live(tmp_path: Path, live: str) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())

    report = build_candidate(CHANGED, ENCODER, tmp_path)

    assert live_id(tmp_path) == live
    assert sorted(path.name for path in tmp_path.iterdir()) == [".candidate", *before]
    assert candidate_id(tmp_path) == report.snapshot_id
    assert load(place_of_candidate(tmp_path), ENCODER.spec).library == CHANGED


def test_a_candidate_takes_what_is_unchanged_from_the_live_version(tmp_path: Path, live: str) -> None:
    encoder = WordEncoder()

    report = build_candidate(CHANGED, encoder, tmp_path)

    assert encoder.asked == ["pension. age. Пенсия теперь с шестидесяти лет."]
    assert not report.learned
    assert read_manifest(place_of_candidate(tmp_path) / report.snapshot_id)["parent"] == live


def test_what_is_live_already_is_no_candidate(tmp_path: Path, live: str) -> None:
    report = build_candidate(small_library(), ENCODER, tmp_path)

    assert (report.unchanged, report.snapshot_id) == (True, live)
    assert candidate_id(tmp_path) is None


def test_a_candidate_is_published_file_by_file_as_it_was_built(tmp_path: Path, live: str) -> None:
    candidate = build_candidate(CHANGED, ENCODER, tmp_path).snapshot_id
    tried = _files(place_of_candidate(tmp_path) / candidate)

    publish_candidate(tmp_path, candidate, live)

    assert live_id(tmp_path) == candidate
    assert _files(tmp_path / candidate) == tried
    assert candidate_id(tmp_path) is None
    assert load(tmp_path, ENCODER.spec).library == CHANGED


def test_the_first_version_can_be_a_candidate(tmp_path: Path) -> None:
    candidate = build_candidate(small_library(), ENCODER, tmp_path).snapshot_id

    publish_candidate(tmp_path, candidate, None)

    assert load(tmp_path, ENCODER.spec).id == candidate


def test_a_candidate_is_not_published_over_a_version_that_it_was_not_compared_with(
    tmp_path: Path, live: str
) -> None:
    candidate = build_candidate(CHANGED, ENCODER, tmp_path).snapshot_id
    other = build(small_library("Другое"), ENCODER, tmp_path).snapshot_id

    with pytest.raises(SnapshotError, match="another version"):
        publish_candidate(tmp_path, candidate, live)

    assert live_id(tmp_path) == other


def test_a_candidate_that_was_replaced_is_not_published(tmp_path: Path, live: str) -> None:
    first = build_candidate(CHANGED, ENCODER, tmp_path).snapshot_id
    build_candidate(small_library("Другое"), ENCODER, tmp_path)

    with pytest.raises(SnapshotError, match="no candidate"):
        publish_candidate(tmp_path, first, live)

    assert live_id(tmp_path) == live


def test_a_candidate_that_was_changed_on_the_disk_is_not_published(tmp_path: Path, live: str) -> None:
    candidate = build_candidate(CHANGED, ENCODER, tmp_path).snapshot_id
    (place_of_candidate(tmp_path) / candidate / "library.json").write_text("{}")

    with pytest.raises(SnapshotError, match=r"library\.json is not as it was written"):
        publish_candidate(tmp_path, candidate, live)

    assert live_id(tmp_path) == live
    assert not list(tmp_path.glob(".building-*"))


def test_a_dropped_candidate_is_gone(tmp_path: Path, live: str) -> None:
    build_candidate(CHANGED, ENCODER, tmp_path)

    drop_candidate(tmp_path)

    assert candidate_id(tmp_path) is None
    assert [path.name for path in place_of_candidate(tmp_path).iterdir()] == [".lock"]
    assert live_id(tmp_path) == live


def test_a_build_at_work_is_waited_for_by_nobody(tmp_path: Path, live: str) -> None:
    with locked(place_of_candidate(tmp_path)), pytest.raises(SnapshotError, match="at work"):
        build_candidate(CHANGED, ENCODER, tmp_path)


def test_leftovers_are_removed_and_a_candidate_that_can_be_published_stays(tmp_path: Path, live: str) -> None:
    candidate = build_candidate(CHANGED, ENCODER, tmp_path).snapshot_id
    (place_of_candidate(tmp_path) / ".building-20260101T000000000Z-00000000").mkdir()

    remove_leftovers(tmp_path)

    assert candidate_id(tmp_path) == candidate
    assert not list(place_of_candidate(tmp_path).glob(".building-*"))


def test_what_a_killed_publishing_left_of_its_candidate_is_removed(tmp_path: Path, live: str) -> None:
    candidate = build_candidate(CHANGED, ENCODER, tmp_path).snapshot_id
    kept = _files(place_of_candidate(tmp_path) / candidate)
    publish_candidate(tmp_path, candidate, live)
    (place_of_candidate(tmp_path) / candidate).mkdir()
    for name, content in kept.items():
        (place_of_candidate(tmp_path) / candidate / name).write_bytes(content)
    (place_of_candidate(tmp_path) / "live").write_text(candidate)

    remove_leftovers(tmp_path)

    assert candidate_id(tmp_path) is None
    assert load(tmp_path, ENCODER.spec).id == candidate


PUBLISHER = """
import sys
from pathlib import Path
from index.candidate import build_candidate, publish_candidate
from index.shelf import live_id
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import small_library

folder, number = Path(sys.argv[1]), int(sys.argv[2])
while True:
    before = live_id(folder)
    report = build_candidate(small_library(f"Вариант {number}"), WordEncoder(), folder)
    publish_candidate(folder, report.snapshot_id, before, keep=3)
    print(report.snapshot_id, flush=True)
    number += 1
"""


@pytest.mark.slow
def test_killing_it_at_any_moment_leaves_a_whole_version_live(tmp_path: Path, live: str) -> None:
    last = live
    random = np.random.default_rng(1)

    for attempt in range(10):
        publisher = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(tmp_path), str(1000 * attempt)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert publisher.stdout is not None
        first = publisher.stdout.readline().strip()  # imports are done
        time.sleep(float(random.uniform(0, 0.1)))
        publisher.send_signal(signal.SIGKILL)
        finished = [first, *publisher.stdout.read().split()]
        publisher.wait()
        publisher.stdout.close()

        got = load(tmp_path, ENCODER.spec)

        assert got.id >= finished[-1]
        assert first > last
        last = got.id
    remove_leftovers(tmp_path)
    place = place_of_candidate(tmp_path)
    assert not list(place.glob(".building-*"))
    assert [path.name for path in place.iterdir() if path.is_dir()] in ([], [candidate_id(tmp_path)])


# -- not published, and in memory only


def test_a_version_in_memory_answers_like_the_published_one(tmp_path: Path, live: str) -> None:
    learned = load(tmp_path, ENCODER.spec).learned

    unpublished = as_it_would_answer(CHANGED, ENCODER, tmp_path, learned)
    build(CHANGED, ENCODER, tmp_path)
    published = load(tmp_path, ENCODER.spec)

    for question in ("пенсия с шестидесяти", "сколько стоит патент", "погода"):
        assert rank(question, unpublished, ENCODER) == rank(question, published, ENCODER)


def test_a_version_in_memory_writes_nothing(tmp_path: Path, live: str) -> None:
    before = sorted(tmp_path.rglob("*"))

    as_it_would_answer(CHANGED, ENCODER, tmp_path, load(tmp_path, ENCODER.spec).learned)

    assert sorted(tmp_path.rglob("*")) == before


def _many(*topics: str) -> list[str]:
    return [f"{name} вопрос номер {n} про {name}" for name in topics for n in range(110)]


def test_what_was_learned_of_a_topic_that_is_gone_is_not_used(tmp_path: Path) -> None:
    topics = [
        topic(name, page(f"topics/{name}", {"a": name}, [example(text) for text in _many(name)]))
        for name in ("patent", "pension", "school")
    ]
    whole = library(topics, not_ours=[example("какая завтра погода")])
    build(whole, ENCODER, tmp_path)
    learned = load(tmp_path, ENCODER.spec).learned
    assert {"patent", "pension", "school"} < set(learned.lexical.classes)

    without = as_it_would_answer(replaced(whole, topics=topics[:2]), ENCODER, tmp_path, learned)

    found = rank("pension вопрос номер 7 про school", without, ENCODER)
    assert found.topics[0].topic_id == "pension"
    assert "school" not in {each.topic_id for each in found.topics}
    assert found.sections("pension")[0].section_id == "a"


def test_a_message_that_was_added_is_near_before_it_is_learned(tmp_path: Path, live: str) -> None:
    old = small_library()
    pension = old.topic_by_id["pension"]
    asked = example("сколько ждать бабушке денег")
    with_it = replaced(pension, page=replaced(pension.page, examples=[*pension.page.examples, asked]))
    changed = replaced(old, topics=[with_it if each.id == "pension" else each for each in old.topics])

    version = as_it_would_answer(changed, ENCODER, tmp_path, load(tmp_path, ENCODER.spec).learned)
    near = nearest_passages(rank(asked.text, version, ENCODER), passages(changed))

    assert near[0].passage.text == asked.text
    assert near[0].similarity == pytest.approx(1, abs=0.01)


# -- nearest passages


def test_nearest_passages_are_messages_then_sections_each_nearest_first(tmp_path: Path, live: str) -> None:
    snapshot = load(tmp_path, ENCODER.spec)

    near = nearest_passages(rank("сколько стоит патент", snapshot, ENCODER), passages(snapshot.library), 3, 2)

    assert near[0].passage.text == "сколько стоит патент"
    assert (near[0].passage.topic_id, near[0].passage.section_id) == ("patent-get", "price")
    assert [each.passage.kind == "section" for each in near] == [False, False, False, True, True]
    for part in (near[:3], near[3:]):
        assert [each.similarity for each in part] == sorted((each.similarity for each in part), reverse=True)
