"""How long a conversation with a person stays, as the store keeps it and the bot says it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

CLOSED_STAYS: Final = timedelta(days=30)
"""After its end."""
SILENT_STAYS: Final = timedelta(days=90)
"""An open one, after its last line."""
