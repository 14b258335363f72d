"""Recordings for tests, made by a real encoder."""

from __future__ import annotations

import io

import numpy as np
import soundfile  # type: ignore[import-untyped]  # comes without types


def sound(
    seconds: float = 1,
    form: str = "OGG",
    subtype: str | None = "OPUS",
    channels: int = 1,
    pitch: float = 220,
    rate: int = 48_000,
) -> bytes:
    """Return one steady tone."""
    time = np.arange(int(rate * seconds)) / rate
    tone = (0.3 * np.sin(2 * np.pi * pitch * time)).astype("float32")
    file = io.BytesIO()
    soundfile.write(file, np.tile(tone[:, None], channels), rate, format=form, subtype=subtype)
    return file.getvalue()


def pitch_of(content: bytes) -> float:
    """Return the loudest frequency of a sound, in hertz; 0 of silence."""
    samples, rate = soundfile.read(io.BytesIO(content), always_2d=True)
    loudness = np.abs(np.fft.rfft(samples.mean(axis=1)))
    return float(loudness.argmax() * rate / len(samples)) if loudness.max() > 1 else 0.0
