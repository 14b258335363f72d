"""Recordings for tests, made by a real encoder."""

from __future__ import annotations

import io

import numpy as np
import soundfile  # type: ignore[import-untyped]  # comes without types


def sound(
    seconds: float = 1, form: str = "OGG", subtype: str | None = "OPUS", channels: int = 1, pitch: float = 220
) -> bytes:
    """Return one steady tone."""
    time = np.arange(int(48_000 * seconds)) / 48_000
    tone = (0.3 * np.sin(2 * np.pi * pitch * time)).astype("float32")
    file = io.BytesIO()
    soundfile.write(file, np.tile(tone[:, None], channels), 48_000, format=form, subtype=subtype)
    return file.getvalue()
