"""What is kept as a recording: OGG/Opus that decodes from beginning to end, short enough for a telephone.

A WAV becomes that first.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk.sound import MOST_BYTES, MOST_SECONDS, MOST_WAV_BYTES, RATE, SoundError, as_opus, check_sound
from tests.desk.sounds import pitch_of, sound


@cache
def _second() -> bytes:
    return sound(1)


def _refused(content: bytes, look: Callable[[bytes], object] = check_sound) -> str:
    with pytest.raises(SoundError) as refused:
        look(content)
    return refused.value.phrase


def _wav(seconds: float = 1, subtype: str = "PCM_16", rate: int = RATE, channels: int = 1) -> bytes:
    return sound(seconds, "WAV", subtype, channels, rate=rate)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seconds", [0.5, 3, MOST_SECONDS])
def test_the_length_of_a_recording_is_read(seconds: float, channels: int) -> None:
    content = sound(seconds, channels=channels)
    assert len(content) <= MOST_BYTES or _refused(content) == "files-too-large"

    if len(content) <= MOST_BYTES:
        assert check_sound(content) == pytest.approx(seconds, abs=0.1)


def test_a_recording_longer_than_three_minutes_is_refused() -> None:
    assert _refused(sound(MOST_SECONDS + 1)) == "recording-too-long"


def test_a_recording_longer_than_two_megabytes_is_refused() -> None:
    assert _refused(_second() + bytes(MOST_BYTES)) == "files-too-large"


@pytest.mark.parametrize(
    ("form", "subtype"), [("OGG", "VORBIS"), ("WAV", "PCM_16"), ("FLAC", "PCM_16"), ("MP3", None)]
)
def test_a_sound_of_another_kind_is_refused(form: str, subtype: str | None) -> None:
    assert _refused(sound(1, form, subtype)) == "recording-other-kind"


def test_a_sound_of_many_channels_is_refused() -> None:
    assert _refused(sound(1, channels=3)) == "recording-other-kind"


@pytest.mark.parametrize("content", [b"", b"OggS", b"OggS" + bytes(500), b"<svg/>", bytes(10_000)])
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    assert _refused(content) == "recording-other-kind"


def test_a_file_with_something_behind_its_end_is_refused() -> None:
    assert _refused(_second() + b"<script>") == "recording-damaged"


@given(st.integers(0, 7), st.data())
def test_a_single_wrong_bit_anywhere_is_found(bit: int, data: st.DataObject) -> None:
    content = bytearray(_second())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << bit

    assert _refused(bytes(content)) in ("recording-damaged", "recording-other-kind", "recording-too-long")


@given(st.data())
def test_a_page_that_is_missing_in_the_middle_is_found(data: st.DataObject) -> None:
    content = sound(3)
    begins = [at for at in range(len(content)) if content.startswith(b"OggS", at)]
    n = data.draw(st.integers(2, len(begins) - 2))

    assert _refused(content[: begins[n]] + content[begins[n + 1] :]) == "recording-damaged"


@given(st.binary(max_size=3_000))
@example(b"OggS\0\2")
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    assert _refused(content)
    assert _refused(_second()[:200] + content)
    assert _refused(b"RIFF" + content, as_opus)


@pytest.mark.parametrize(
    ("subtype", "rate", "channels"),
    [("PCM_16", RATE, 1), ("PCM_16", 44_100, 2), ("PCM_24", 48_000, 1), ("PCM_16", 8_000, 1)],
)
def test_a_wav_becomes_opus_of_the_same_sound(subtype: str, rate: int, channels: int) -> None:
    opus = as_opus(_wav(2, subtype, rate, channels))

    assert check_sound(opus) == pytest.approx(2, abs=0.05)
    assert pitch_of(opus) == pytest.approx(220, abs=2)


def test_the_longest_wav_of_the_recorder_is_taken_and_becomes_a_small_file() -> None:
    opus = as_opus(_wav(MOST_SECONDS))

    assert check_sound(opus) == MOST_SECONDS
    assert len(opus) < MOST_BYTES


def test_what_is_no_wav_comes_back_as_it_is() -> None:
    assert as_opus(_second()) == _second()


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        (_wav(MOST_SECONDS + 1, rate=8_000), "recording-too-long"),
        (_wav() + bytes(MOST_WAV_BYTES), "files-too-large"),
        (_wav(subtype="FLOAT"), "recording-other-kind"),
        (_wav(channels=3), "recording-other-kind"),
        (_wav(rate=12_345), "recording-other-kind"),
        (_wav()[:-1], "recording-damaged"),
        (_wav(0), "recording-damaged"),
    ],
    ids=["too long", "too large", "float", "three channels", "odd rate", "cut off", "empty"],
)
def test_a_wav_that_is_no_good_recording_is_refused(content: bytes, phrase: str) -> None:
    assert _refused(content, as_opus) == phrase
