"""What the desk is told of the installation around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.hotline import Hotline
from desk.figures import Figures
from index.decision import Costs
from index.encoders import Encoder


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """Plain values of the settings."""

    snapshots: Path = Path("var/snapshots")
    """Where published versions are kept."""
    encoder: str = "bundled"
    """As index.encoders.load_encoder takes it."""
    costs: Costs = field(default_factory=Costs)
    """What mistakes cost a citizen, which the thresholds follow from."""
    is_shared: bool = False
    """Whether other machines answer from the version that is published in the database."""
    loaded: Callable[[], Encoder] | None = None
    """Gives the encoder where somebody has loaded it already."""
    hotline: Hotline | None = None
    """What the bot answers from where it is the same program: then nothing stands in memory twice."""
    figures: Figures = field(default_factory=Figures)
    """Counts what happens."""
    intake_allow_private: bool = False
    """Whether a page may be taken in from an address inside a private network."""
    time_zone: str = "Asia/Dushanbe"
    """By whose clock times are shown."""
