"""Log lines for the operator: one JSON object a line, facts in fields, never what a citizen wrote."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OURS = ("bot.", "desk.", "index.", "knowledge.")
_TALKATIVE = ("httpx", "httpcore", "telegram", "apscheduler", "asyncio", "alembic")
"""Libraries that log addresses with the token, or whole updates, below WARNING."""


class JsonLines(logging.Formatter):
    """Writes time, level, event and the extra fields; an exception only by its type."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage() if record.name.startswith(_OURS) else "library.warned",
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logs(stream: TextIO = sys.stdout, level: int = logging.INFO) -> None:
    """Send this program's events to the stream as JSON lines, and of libraries only warnings.

    A library's message is left out altogether, since it may hold a text, an address or a token.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
