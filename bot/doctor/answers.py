"""Content, published version and encoder: whether answers can be found."""

from __future__ import annotations

import math
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from bot.checking import check_content
from bot.doctor.finding import Finding
from index.decision import Costs
from index.encoders import Encoder, load_encoder
from index.errors import IndexingError
from index.snapshot import is_current, load
from knowledge.errors import ContentError
from knowledge.model import Library
from knowledge.problems import Severity

_SLOW_MS: Final = 500


def look_at_content(folder: Path, today: date) -> tuple[Finding, Library | None]:
    """Return what 'hotline check' finds, in short, and the content if it is without errors."""
    try:
        reading, problems = check_content(folder, today)
    except ContentError as error:
        lines = str(error).splitlines()
        return Finding("content", "warning", f"{folder}: {lines[0]}", "hotline check"), None
    errors = [each for each in problems if each.severity is Severity.ERROR]
    if errors:
        return Finding(
            "content", "warning", f"{len(errors)} errors, the first: {errors[0]}", "hotline check"
        ), None
    return Finding("content", "good", f"{len(reading.library.topics)} topics, no errors"), reading.library


def look_at_encoder(name: str) -> tuple[Finding, Encoder | None]:
    """Return whether the encoder loads and answers, and the encoder if it does."""
    repair = "HOTLINE_ENCODER=bundled, or install the program again"
    try:
        encoder = load_encoder(name)
        encoder.questions(["салом"])
        begun = time.perf_counter()
        vector = encoder.questions(["Музди маро намедиҳанд"])[0]
        taken = 1000 * (time.perf_counter() - begun)
    except IndexingError as error:
        return Finding("encoder", "bad", str(error), repair), None
    except Exception as error:  # noqa: BLE001 - a library's own error; the doctor must go on
        return Finding("encoder", "bad", f"it fails ({type(error).__name__})", repair), None
    length = float((vector @ vector) ** 0.5)
    if not math.isclose(length, 1, abs_tol=0.01):
        return Finding("encoder", "bad", f"gives vectors of length {length:.2f}, not 1", repair), None
    what = f"{encoder.spec.name}, {taken:.0f} ms a question"
    if taken > _SLOW_MS:
        return Finding("encoder", "warning", what, "give the bot more of the processor"), encoder
    return Finding("encoder", "good", what), encoder


def look_at_snapshot(folder: Path, encoder: Encoder | None, library: Library | None, costs: Costs) -> Finding:
    """Return whether the live version is whole, fits the encoder, and is of the content as it is now."""
    try:
        snapshot = load(folder, None if encoder is None else encoder.spec)
        age = datetime.now(UTC) - snapshot.created
        what = f"{snapshot.id}, {age.days} days old"
        if encoder and library and not is_current(folder, library, encoder.spec, costs):
            what += "; the content was changed since"
            return Finding("published version", "warning", what, "hotline build")
    except IndexingError as error:
        return Finding("published version", "bad", str(error), "hotline build")
    return Finding("published version", "good", what)
