"""Saving a change into the editors' folder, beside others who do the same."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desk.content_folder import Change, ContentFolder
from desk.history import BY_HAND, Conflict, Saved, start_history
from knowledge.changes.libraries import with_example
from knowledge.changes.revalidate import replaced
from knowledge.errors import ContentError
from knowledge.model import Example, Library
from tests import small_content

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = date(2026, 11, 26)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = small_content.write(tmp_path / "content")
    start_history(folder, lambda: NOW)
    return folder


def _asking(text: str) -> Change:
    """Return the change that adds this message to the wages."""

    def change(library: Library) -> Library:
        topics = [
            replaced(
                topic,
                page=replaced(
                    topic.page,
                    examples=with_example(topic.page.examples, Example(text=text, language="ru")),
                ),
            )
            if topic.id == "wages"
            else topic
            for topic in library.topics
        ]
        return replaced(library, topics=topics)

    return change


async def _examples(folder: ContentFolder) -> list[str]:
    library = (await folder.now(DAY)).library
    return [each.text for each in library.topic_by_id["wages"].page.examples]


async def test_a_change_is_one_version_with_its_author(folder: Path) -> None:
    desk = ContentFolder(folder, lambda: NOW)

    saved = await desk.save(_asking("где деньги"), author="firuza", message="example added: wages")

    assert isinstance(saved, Saved)
    newest, *_ = desk.history.log()
    assert (newest.author, newest.message) == ("firuza", "example added: wages")
    assert "где деньги" in await _examples(desk)


async def test_changes_of_several_desks_at_once_all_stay(folder: Path) -> None:
    desks = [ContentFolder(folder, lambda: NOW) for _ in range(3)]
    texts = [f"где деньги {n}" for n in range(9)]

    await asyncio.gather(
        *(desks[n % 3].save(_asking(text), author="firuza", message="m") for n, text in enumerate(texts))
    )

    assert set(texts) <= set(await _examples(desks[0]))
    assert len(desks[0].history.log()) == 1 + len(texts)


async def test_what_somebody_edited_by_hand_meanwhile_stays(folder: Path) -> None:
    desk = ContentFolder(folder, lambda: NOW)
    await desk.now(DAY)
    file = folder / "topics/wages/ru.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Зарплата", "Оплата труда"), encoding="utf-8")

    await desk.save(_asking("где деньги"), author="firuza", message="m")

    assert "Оплата труда" in file.read_text(encoding="utf-8")
    assert [each.author for each in desk.history.log()][:2] == ["firuza", BY_HAND]


async def test_a_file_that_changed_since_the_editor_opened_it_is_a_conflict_and_stays(folder: Path) -> None:
    desk = ContentFolder(folder, lambda: NOW)
    [path] = [str(each.relative_to(folder)) for each in (folder / "topics/wages").glob("examples*")]
    opened = {path: desk.history.file_version(path)}
    await desk.save(_asking("где деньги"), author="firuza", message="m")

    result = await desk.save(_asking("я жду"), author="rustam", message="m", started_from=opened)

    assert isinstance(result, Conflict)
    assert [each.path for each in result.clashes] == [path]
    assert "я жду" not in await _examples(desk)


async def test_a_change_that_cannot_be_changes_nothing(folder: Path) -> None:
    desk = ContentFolder(folder, lambda: NOW)
    await desk.save(_asking("где деньги"), author="firuza", message="m")

    with pytest.raises(ContentError, match="stands there already"):
        await desk.save(_asking("где деньги"), author="rustam", message="m")

    assert len(desk.history.log()) == 2
