"""Which moment it is, for the store."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SharedClock:
    """The clock of those who share a server, or else of this machine.

    Two machines whose clocks differ by more than a lease would answer everything twice, and one that jumps
    would end every lease. So it is read at the server once a minute, and goes on steadily in between.
    """

    def __init__(self, moment: datetime | None) -> None:
        self.set(moment)

    def set(self, moment: datetime | None) -> None:
        """Set it to this moment of the server; None where there is no server."""
        self._read = None if moment is None else (moment, time.monotonic())

    def __call__(self) -> datetime:
        """Return this moment."""
        if self._read is None:
            return datetime.now(UTC)
        moment, at = self._read
        return moment + timedelta(seconds=time.monotonic() - at)
