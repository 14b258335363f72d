"""`python -m desk.publishing.worker ORDER`: prepares a candidate in a process of its own.

Learning takes a processor for seconds and memory that should be given back afterwards. Progress is told as
lines of JSON. It ends with whoever started it: that is told by the end of standard input.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from bot.candidate import prepare
from bot.errors import BotError
from desk.publishing.record import Record, write_record
from index.candidate import place_of_candidate
from index.decision import Costs
from index.encoders import load_encoder
from index.errors import IndexingError
from index.shelf import AtWorkError, locked
from knowledge.errors import ContentError

_POLITE: Final = 10
"""Steps of priority below those who answer citizens."""
_WORK: Final = "work"


class Order(BaseModel):
    """What to prepare, for whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Path
    snapshots: Path
    encoder: str
    cost_wrong: float
    cost_refusal: float
    cost_choice: float
    today: date
    by: str
    at: datetime


def main() -> None:
    """Prepare what the first argument says, and tell what became of it."""
    order = Order.model_validate_json(sys.argv[1])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(_POLITE)
    try:
        with locked(place_of_candidate(order.snapshots) / _WORK):
            _prepare(order)
    except AtWorkError:
        _tell(failed="at-work", reason="")
    except (ContentError, IndexingError, BotError) as error:
        _tell(failed="failed", reason=str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for a word
        _tell(failed="failed", reason=type(error).__name__)
    else:
        _tell(ended=True)


def _prepare(order: Order) -> None:
    costs = Costs(order.cost_wrong, order.cost_refusal, order.cost_choice)
    encoder = load_encoder(order.encoder)
    prepared = prepare(order.content, order.snapshots, encoder, costs, order.today, _progress)
    write_record(order.snapshots, Record(by=order.by, at=order.at, prepared=prepared))


def _progress(step: str, done: int, total: int) -> None:
    _tell(step=step, done=done, total=total)


def _tell(**values: object) -> None:
    print(json.dumps(values), flush=True)


def _end_with_parent() -> None:
    # Not by sys.stdin: Python cannot end in order while a thread holds its lock.
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
