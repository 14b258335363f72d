"""Real things that several tests share: the encoder, published snapshots, a hotline."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.settings import FOR_TESTS
from index.encoders import Encoder, load_encoder
from index.snapshot import Snapshot, build, load
from knowledge.load import SHIPPED_CONTENT
from knowledge.load import load as load_content
from tests import small_content

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HOTLINE_")]:
        if name not in FOR_TESTS:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", name="encoder")
def _encoder() -> Encoder:
    return load_encoder("bundled")


@pytest.fixture(scope="session", name="small_snapshots")
def _small_snapshots(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the small content is published."""
    folder = tmp_path_factory.mktemp("small")
    build(load_content(small_content.write(folder / "content")), encoder, folder / "snapshots")
    return folder / "snapshots"


@pytest.fixture(scope="session", name="small_snapshot")
def _small_snapshot(small_snapshots: Path, encoder: Encoder) -> Snapshot:
    return load(small_snapshots, encoder.spec)


@pytest.fixture(name="small_conversation")
def _small_conversation(small_snapshots: Path, encoder: Encoder) -> Conversation:
    return Conversation(Hotline(small_snapshots, encoder, now=lambda: NOW))


@pytest.fixture(scope="session", name="shipped_snapshots")
def _shipped_snapshots(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the shipped content is published; built once a run, in about a minute."""
    folder = tmp_path_factory.mktemp("shipped") / "snapshots"
    build(load_content(SHIPPED_CONTENT), encoder, folder)
    return folder


@pytest.fixture(name="shipped_conversation")
def _shipped_conversation(shipped_snapshots: Path, encoder: Encoder) -> Conversation:
    return Conversation(Hotline(shipped_snapshots, encoder, now=lambda: NOW))
