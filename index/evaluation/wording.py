"""How figures are named and written for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from index.evaluation.report import Figure

EXPLAINED: Final[Mapping[str, tuple[str, str]]] = {
    "right_first": ("Right topic first", "of questions that we have an answer to"),
    "offered": ("Right topic sent or shown", "among the topics of a choice, or the article itself"),
    "at_once": ("Answered at once", "an article came without asking back"),
    "found_wrong": ("Wrong article sent", "of questions that we have an answer to"),
    "refused": ("Refused", "although we have an answer"),
    "not_ours_answered": ("Not ours, but answered", "an article where nothing of ours fits"),
    "not_ours_choice": ("Not ours, but a choice shown", "“do you mean…” where nothing of ours fits"),
    "urgent_recognised": ("Danger recognised", "of urgent messages: the numbers came first"),
    "urgent_false_alarm": ("False alarm", "of messages without danger"),
    "language": ("Language recognised", "so the reply is in the language of the question"),
    "follow_up": ("Follow-up right", "conversations, by their last message"),
    "follow_up_by_topic": ("Follow-up right, topic kept", "the same, when only the last topic is known"),
    "spoilt_by_topic": ("Spoilt by the topic kept", "of questions right alone, after another topic"),
    "right_section_found": ("Right section sent", "of labelled questions answered with an article"),
    "right_section_in_topic": ("Right section in the topic", "of labelled questions, the topic being given"),
}
"""By figure: its name for people, and what it is a share of."""

GROUPS: Final[Sequence[tuple[str, str]]] = (
    ("By style", ""),
    ("By language", "language:"),
    ("By kind", "kind:"),
    ("By topic", "topic:"),
)
"""Title, and the prefix of a group in the name of a figure."""

CALIBRATED: Final[Mapping[str, str]] = {
    "first": "right topic first",
    "in_three": "among three",
    "found": "answered at once",
    "found_wrong": "wrong article sent",
    "choice": "asked back",
    "not_ours_found": "not ours, but answered",
    "not_ours_choice": "not ours, but a choice shown",
}


def cent(share: float | None) -> str:
    """Return a share, 0 to 1, in per cent to a tenth; a dash where there is none."""
    return "–" if share is None else f"{share * 100:.1f}\u00a0%"


def interval(figure: Figure) -> str:
    """Return the interval of a figure in per cent."""
    return f"{figure.low * 100:.1f} – {figure.high * 100:.1f}\u00a0%"
