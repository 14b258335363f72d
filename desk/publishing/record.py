"""What came of the last preparing: a file beside the candidate, so that every desk of the machine sees it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.candidate import Prepared
from index.candidate import candidate_id, place_of_candidate
from index.errors import IndexingError

_NAME: Final = "prepared.json"


class Record(BaseModel):
    """Who had it prepared, when, and what came of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    by: str
    at: datetime
    prepared: Prepared


def write_record(snapshots: Path, record: Record) -> None:
    """Put the record in place of the one before, in one step."""
    place = place_of_candidate(snapshots)
    place.mkdir(parents=True, exist_ok=True)
    waiting = place / f"{_NAME}.new"
    waiting.write_text(record.model_dump_json(), encoding="utf-8")
    waiting.replace(place / _NAME)


def read_record(snapshots: Path) -> Record | None:
    """Return the record; None if there is none, or if the candidate that it is about is gone."""
    try:
        raw = (place_of_candidate(snapshots) / _NAME).read_bytes()
        record = Record.model_validate_json(raw)
        there = candidate_id(snapshots)
    except (OSError, ValidationError, IndexingError):  # of another version of the program, for instance
        return None
    candidate = record.prepared.candidate
    return record if candidate is None or candidate == there else None


def forget_record(snapshots: Path) -> None:
    """Remove the record, if there is one."""
    (place_of_candidate(snapshots) / _NAME).unlink(missing_ok=True)
