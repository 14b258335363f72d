"""Moments as the clock of the staff shows them. What is kept and compared stays in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.phrases import Voice


@dataclass(frozen=True, slots=True)
class StaffClock:
    """One zone, in one language."""

    zone: ZoneInfo
    voice: Voice
    now: datetime

    @property
    def name(self) -> str:
        """What the zone is called, and how far it is from UTC at this moment: 'Asia/Dushanbe, UTC+05:00'."""
        return f"{self.zone.key}, UTC{self.now.astimezone(self.zone).isoformat()[-6:]}"

    def day(self, moment: datetime) -> str:
        """Return '2026-11-26', as the language writes it."""
        return self.voice.date(moment.astimezone(self.zone).date())

    def time(self, moment: datetime) -> str:
        """Return '14:30'."""
        return f"{moment.astimezone(self.zone):%H:%M}"

    def text(self, moment: datetime) -> str:
        """Return '2026-11-26 14:30', for a place where no element may stand."""
        return f"{self.day(moment)} {self.time(moment)}"

    def shown(self, moment: datetime) -> Markup:
        """Return the same as an element that also holds the moment in UTC."""
        utc = moment.astimezone(UTC).isoformat(timespec="seconds")
        return Markup('<time datetime="{}">{}</time>').format(utc, self.text(moment))
