"""Publishing from the desk: prepared in a process of its own, looked at, published, taken back."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from httpx import Response

from bot.candidate import STEPS, Prepared
from bot.store import Store
from desk.at_work import at_work
from desk.desk import Desk, open_desk
from desk.options import DeskOptions
from desk.passwords import Passwords
from desk.publishing.deciding import back_to, publish
from desk.publishing.preparing import Failed, Preparing, Working
from desk.publishing.record import Record, read_record, write_record
from index.candidate import build_candidate, candidate_id, place_of_candidate
from index.encoders import Encoder
from index.recordings import sound_of
from index.shelf import live_id, locked, read_manifest
from index.snapshot import build, load
from knowledge.load import load as load_content
from tests.desk.browser import Browser, elements, text_of
from tests.desk.conftest import CountingHasher, Enter
from tests.desk.publishing import correct, send, write_golden
from tests.desk.sounds import sound
from tests.recorded import record
from tests.stores import BEGIN, Clock

pytestmark = pytest.mark.slow


@pytest.fixture(name="address")
def _address(tmp_path: Path) -> str:
    """One database is enough here; sharing has a test of its own."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(name="snapshots")
def _snapshots(small_snapshots: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_snapshots, tmp_path / "snapshots"))


@pytest.fixture(name="options")
def _options(snapshots: Path, encoder: Encoder) -> DeskOptions:
    return DeskOptions(snapshots=snapshots, loaded=lambda: encoder)


@pytest.fixture(name="desk")
async def _desk(
    store: Store, clock: Clock, hasher: CountingHasher, content: Path, options: DeskOptions
) -> AsyncIterator[Desk]:
    desk = open_desk(store, content, clock=clock, passwords=Passwords(hasher), options=options)
    async with at_work(desk):
        yield desk


async def _do(browser: Browser, what: str, **fields: str) -> Response:
    return await send(browser, "/publish/change", do=what, **fields)


async def _prepared(desk: Desk, browser: Browser) -> Response:
    """Prepare, and return the page that shows what came of it."""
    assert (await _do(browser, "prepare")).status_code == 303
    await asyncio.wait_for(desk.preparing.wait(), 60)
    return await browser.get("/publish")


def _candidate(page: Response) -> str:
    return str(elements(page, "//form[.//button[@value='publish']]/input[@name='version']/@value")[0])


# -- what would change


async def test_it_shows_which_topics_and_how_many_examples_would_change(enter: Enter, content: Path) -> None:
    correct(content)
    with (content / "topics/registration/examples.txt").open("a", encoding="utf-8") as file:
        file.write("## ru\nнадо ли вставать на учет\n")
    correct(content, "most_asked: [registration]", "most_asked: [wages]", "categories.yaml")

    page = await (await enter("editor")).get("/publish")

    said = {" ".join(each.text_content().split()) for each in elements(page, "//section[1]//li")}
    assert said == {"Wages: texts: ru;", "Registration: examples added: 1;", "The menu"}


async def test_without_a_change_it_says_so_and_nothing_is_built(
    desk: Desk, enter: Enter, snapshots: Path
) -> None:
    publisher = await enter("publisher")
    assert "Everything that is saved is published." in text_of(await publisher.get("/publish"))

    page = await _prepared(desk, publisher)

    assert "nothing to publish" in text_of(page)
    assert candidate_id(snapshots) is None


# -- prepare


async def test_what_was_tried_is_what_is_published_the_same_snapshot(
    desk: Desk, enter: Enter, content: Path, snapshots: Path, store: Store
) -> None:
    before, publisher = live_id(snapshots), await enter("publisher")
    correct(content)

    page = await _prepared(desk, publisher)
    tried = candidate_id(snapshots)
    assert tried == _candidate(page)
    digests = read_manifest(place_of_candidate(snapshots) / tried)["files"]
    assert live_id(snapshots) == before
    correct(content, "3 лет", "4 лет")  # saved later: not what was tried
    done = await _do(publisher, "publish", version=tried)

    assert done.status_code == 303
    assert live_id(snapshots) == tried
    assert read_manifest(snapshots / tried)["files"] == digests
    assert "3 лет" in str(load(snapshots, None).library.topic_by_id["wages"])
    assert [each.who for each in await store.audited_about(["version.published"], [tried])] == ["publisher"]
    page = await publisher.get("/publish")
    assert text_of(page, "//tr[.//strong]/td[1]").startswith("publisher")
    assert "Wages: texts: ru;" in text_of(page)


async def test_a_recording_is_a_change_like_others_and_published_with_the_version(
    desk: Desk, enter: Enter, content: Path, snapshots: Path
) -> None:
    publisher, voice = await enter("publisher"), sound(1)
    record(content, voice)

    page = await _prepared(desk, publisher)
    assert [" ".join(each.text_content().split()) for each in elements(page, "//section[1]//li")] == [
        "Wages: recordings;"
    ]
    await _do(publisher, "publish", version=_candidate(page))

    snapshot = load(snapshots, None)
    published = snapshot.library.topic_by_id["wages"].page
    assert snapshot.sounds is not None
    assert sound_of(snapshot.sounds, published, published.recordings[0]).read() == voice
    assert "Everything that is saved is published." in text_of(await publisher.get("/publish"))


async def test_errors_in_the_texts_are_listed_with_links_and_nothing_is_built(
    desk: Desk, enter: Enter, content: Path, snapshots: Path
) -> None:
    correct(content, "contacts: [embassy]", "contacts: [embasy]", "topics/wages/topic.yaml")

    page = await _prepared(desk, await enter("publisher"))

    assert "the texts have errors" in text_of(page)
    assert "'embasy' is not in contacts.yaml" in text_of(page, "//ul[@class='problems']")
    assert elements(page, "//ul[@class='problems']//a/@href")
    assert candidate_id(snapshots) is None


async def test_golden_questions_that_get_better_or_worse_are_named(
    desk: Desk, enter: Enter, content: Path
) -> None:
    write_golden(
        content, {"бригада сидит без зарплаты": "wages", "кому показать миграционную карту": "registration"}
    )
    correct(content)
    with (content / "topics/registration/examples.txt").open("a", encoding="utf-8") as file:
        file.write("## ru\nмиграционную карту показать кому\n")

    page = await _prepared(desk, await enter("publisher"))

    prepared = (await asyncio.to_thread(read_record, desk.options.snapshots)).prepared  # type: ignore[union-attr]
    assert prepared.questions == 2
    [changed] = prepared.changed
    assert (changed.id, changed.style, changed.topics, changed.better) == (
        "g1",
        "ru",
        ("registration",),
        True,
    )
    row = text_of(page, "//table[@aria-labelledby='better']/tbody/tr")
    assert "кому показать миграционную карту" in row
    assert "g1 · ru" in row
    assert not elements(page, "//table[@aria-labelledby='worse']")


@pytest.mark.parametrize("ticked", [False, True])
async def test_a_version_below_a_floor_is_not_published_without_the_tick(
    ticked: bool, desk: Desk, enter: Enter, content: Path, snapshots: Path, store: Store
) -> None:
    write_golden(content, {"погода на выходные": "wages"}, "at_once: {at_least: 0.9}\n")
    correct(content)
    before, publisher = live_id(snapshots), await enter("publisher")
    page = await _prepared(desk, publisher)
    assert "answered at once: 0.0 % < 90.0 %" in text_of(page, "//div[@role='alert']").replace("\xa0", " ")
    candidate = _candidate(page)

    done = await _do(publisher, "publish", version=candidate, **({"below": "yes"} if ticked else {}))

    if ticked:
        assert (done.status_code, live_id(snapshots)) == (303, candidate)
        assert await store.audited_about(["version.published-below"], [candidate])
    else:
        assert (done.status_code, live_id(snapshots)) == (409, before)
        assert "Tick the box" in text_of(done, "//p[@role='alert']")
        assert _candidate(done) == candidate


async def test_a_discarded_version_is_gone(desk: Desk, enter: Enter, content: Path, snapshots: Path) -> None:
    correct(content)
    publisher, before = await enter("publisher"), live_id(snapshots)
    candidate = _candidate(await _prepared(desk, publisher))

    await _do(publisher, "discard", version=candidate)
    late = await _do(publisher, "publish", version=candidate)

    assert candidate_id(snapshots) is None
    assert (late.status_code, live_id(snapshots)) == (409, before)


async def test_what_is_ready_is_seen_by_others_and_after_a_restart(
    desk: Desk, enter: Enter, content: Path, store: Store, options: DeskOptions
) -> None:
    correct(content)
    candidate = _candidate(await _prepared(desk, await enter("publisher", "firuza")))

    other = await (await enter("publisher", "rustam")).get("/publish")
    async with at_work(open_desk(store, content, options=options)):
        after = await asyncio.to_thread(read_record, options.snapshots)

    assert _candidate(other) == candidate
    assert "firuza: a version is ready" in text_of(other)
    assert after is not None
    assert after.prepared.candidate == candidate


async def test_a_version_published_meanwhile_is_not_overwritten(
    desk: Desk, enter: Enter, content: Path, snapshots: Path, encoder: Encoder
) -> None:
    correct(content)
    publisher = await enter("publisher")
    candidate = _candidate(await _prepared(desk, publisher))
    correct(content, "3 лет", "4 лет")
    meanwhile = (await asyncio.to_thread(build, load_content(content), encoder, snapshots)).snapshot_id

    done = await _do(publisher, "publish", version=candidate)

    assert (done.status_code, live_id(snapshots)) == (409, meanwhile)
    assert "Another version was published" in text_of(await publisher.get("/publish"))


# -- one at a time, stopped, killed


async def test_a_second_one_is_not_begun_while_one_is_at_work(
    desk: Desk, enter: Enter, content: Path, store: Store
) -> None:
    correct(content)
    firuza, rustam = await enter("publisher", "firuza"), await enter("publisher", "rustam")

    await _do(firuza, "prepare")
    await _do(rustam, "prepare")
    seen = await rustam.get("/publish")
    await asyncio.wait_for(desk.preparing.wait(), 60)

    assert [each.who for each in await store.audited_about(["candidate.begun"], [""])] == ["firuza"]
    assert "Begun by firuza." in text_of(seen)
    assert elements(seen, "//progress/@aria-label")
    assert elements(seen, "//a[@href='/publish']")


async def test_a_desk_beside_it_does_not_prepare_at_the_same_time(
    content: Path, options: DeskOptions, snapshots: Path
) -> None:
    correct(content)
    preparing = Preparing(content, options)

    with locked(place_of_candidate(snapshots) / "work"):
        preparing.start("firuza", BEGIN)
        await asyncio.wait_for(preparing.wait(), 60)

    assert preparing.state == Failed("firuza", "at-work")


async def _worker(desk: Desk) -> psutil.Process:
    for _ in range(200):
        process = desk.preparing._process
        if process is not None:
            return psutil.Process(process.pid)
        await asyncio.sleep(0.02)
    raise TimeoutError


async def test_stopped_in_the_middle_the_old_version_stays_live_and_nothing_is_left(
    desk: Desk, enter: Enter, content: Path, snapshots: Path
) -> None:
    correct(content)
    before, publisher = live_id(snapshots), await enter("publisher")
    await _do(publisher, "prepare")
    worker = await _worker(desk)

    await _do(publisher, "stop")
    page = await publisher.get("/publish")

    assert not worker.is_running()
    assert "It was stopped." in text_of(page, "//div[@role='alert']")
    assert (live_id(snapshots), candidate_id(snapshots)) == (before, None)
    assert "a version is ready" in text_of(await _prepared(desk, publisher))


@pytest.mark.parametrize("step", STEPS)
async def test_killed_in_the_middle_the_old_version_stays_live(
    step: str, desk: Desk, content: Path, snapshots: Path
) -> None:
    write_golden(content, {"бригада сидит без зарплаты": "wages", "погода на выходные": "registration"})
    correct(content)
    before = live_id(snapshots)
    desk.preparing.start("firuza", desk.clock())

    async for state in desk.preparing.changes(60):
        worker = desk.preparing._process
        if isinstance(state, Working) and worker is not None:
            reached = STEPS.index(state.step) >= STEPS.index(step)
            if reached and worker.poll() is None:
                os.kill(worker.pid, signal.SIGKILL)
    await desk.preparing.wait()

    assert live_id(snapshots) == before
    assert load(snapshots, None).id == before
    assert not list(place_of_candidate(snapshots).glob(".building-*"))
    desk.preparing.start("firuza", desk.clock())
    await asyncio.wait_for(desk.preparing.wait(), 60)
    assert desk.preparing.state is None
    record = await asyncio.to_thread(read_record, snapshots)
    assert record is not None
    assert record.prepared.outcome == "ready"


async def test_it_ends_with_the_desk_that_began_it(desk: Desk, content: Path) -> None:
    correct(content)
    desk.preparing.start("firuza", desk.clock())
    worker = await _worker(desk)
    stdin = desk.preparing._process.stdin  # type: ignore[union-attr]
    assert stdin is not None

    stdin.close()  # as it is when the desk is killed
    await asyncio.wait_for(desk.preparing.wait(), 20)

    assert not worker.is_running()
    assert isinstance(desk.preparing.state, Failed)


async def test_leftovers_of_a_killed_candidate_are_removed_at_the_next_start(
    content: Path, store: Store, options: DeskOptions, snapshots: Path
) -> None:
    leftover = place_of_candidate(snapshots) / ".building-20260101T000000000Z-00000000"
    leftover.mkdir(parents=True)

    async with at_work(open_desk(store, content, options=options)):
        pass

    assert not leftover.exists()


async def test_a_record_of_another_version_of_the_program_is_none(snapshots: Path) -> None:
    write_record(snapshots, Record(by="firuza", at=BEGIN, prepared=Prepared(outcome="unchanged")))
    file = place_of_candidate(snapshots) / "prepared.json"
    assert read_record(snapshots) is not None

    file.write_text(file.read_text().replace("unchanged", "of tomorrow"))

    assert read_record(snapshots) is None


# -- progress


async def test_progress_arrives_as_events_until_it_has_ended(desk: Desk, enter: Enter, content: Path) -> None:
    correct(content)
    editor = await enter("editor")
    desk.preparing.start("firuza", desk.clock())

    told: list[tuple[str, dict[str, object]]] = []
    async with editor.client.stream("GET", "/publish/progress", timeout=60) as stream:
        name = ""
        async for line in stream.aiter_lines():
            kind, _, value = line.partition(": ")
            if kind == "event":
                name = value
            elif kind == "data":
                told.append((name, json.loads(value)))

    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    assert told[-1] == ("ended", {})
    percents = [each["percent"] for name, each in told if name == "progress"]
    assert percents
    assert percents == sorted(percents)  # type: ignore[type-var]
    assert str(told[0][1]["text"]).startswith("The texts are being checked")


async def test_where_nothing_is_at_work_the_events_end_at_once(enter: Enter) -> None:
    answer = await (await enter("editor")).get("/publish/progress")

    assert answer.text == "event: ended\ndata: {}\n\n"


async def test_while_it_is_at_work_the_page_names_the_script_that_listens(
    desk: Desk, enter: Enter, content: Path
) -> None:
    correct(content)
    editor = await enter("editor")
    desk.preparing.start("firuza", desk.clock())

    page = await editor.get("/publish")

    [script] = [str(each) for each in elements(page, "//main//script/@src")]
    assert (await editor.get(script)).headers["content-type"].startswith("text/javascript")
    assert elements(page, "//@data-progress") == ["/publish/progress"]


# -- roles and versions


async def test_an_editor_sees_it_without_buttons(enter: Enter, content: Path) -> None:
    correct(content)
    editor = await enter("editor")

    page = await editor.get("/publish")
    refused = await _do(editor, "prepare")

    assert not elements(page, "//main//form")
    assert refused.status_code == 403


async def test_go_back_makes_the_version_before_live(
    desk: Desk, enter: Enter, content: Path, snapshots: Path, store: Store
) -> None:
    first, publisher = live_id(snapshots), await enter("publisher")
    correct(content)
    await _do(publisher, "publish", version=_candidate(await _prepared(desk, publisher)))
    page = await publisher.get("/publish")
    before = str(elements(page, "//form[input[@value='back']]/input[@name='version']/@value")[0])

    done = await _do(publisher, "back", version=before)
    again = await _do(publisher, "back", version=before)

    assert (before, done.status_code, live_id(snapshots)) == (first, 303, first)
    assert await store.audited_about(["version.went-back"], [before])
    assert again.status_code == 409
    page = await publisher.get("/publish")
    assert not elements(page, "//form[input[@value='back']]")
    assert len(elements(page, "//table[@aria-labelledby='versions']/tbody/tr")) == 2


async def test_the_first_version_can_be_published_from_the_desk(
    desk: Desk, enter: Enter, snapshots: Path
) -> None:
    shutil.rmtree(snapshots)
    publisher = await enter("publisher")

    page = await _prepared(desk, publisher)
    done = await _do(publisher, "publish", version=_candidate(page))

    assert (done.status_code, live_id(snapshots)) == (303, _candidate(page))


async def _live(folder: Path, snapshot_id: str) -> None:
    for _ in range(600):
        if live_id(folder) == snapshot_id:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def test_what_is_published_here_reaches_the_machines_that_share_the_database(
    address: str, store: Store, clock: Clock, content: Path, snapshots: Path, encoder: Encoder, tmp_path: Path
) -> None:
    here = DeskOptions(snapshots=snapshots, loaded=lambda: encoder, is_shared=True)
    there = DeskOptions(snapshots=tmp_path / "there", loaded=lambda: encoder, is_shared=True)
    correct(content)
    desk, other = open_desk(store, content, options=here), open_desk(store, content, options=there)
    report = await asyncio.to_thread(build_candidate, load_content(content), encoder, snapshots)
    prepared = Prepared(outcome="ready", candidate=report.snapshot_id, instead_of=live_id(snapshots))
    write_record(snapshots, Record(by="firuza", at=BEGIN, prepared=prepared))

    (tmp_path / "there").mkdir()
    async with at_work(other):
        await publish(store, desk.options, encoder.spec, report.snapshot_id, "firuza", below_floor=False)
        await _live(tmp_path / "there", report.snapshot_id)
    parent = str(read_manifest(snapshots / report.snapshot_id)["parent"])
    await back_to(store, desk.options, parent, "firuza")

    published = await store.published()
    assert published is not None
    assert published.snapshot == live_id(snapshots) == parent
