"""When something needs a person: what is seen of a running bot becomes lines for the operator's chat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

AlertKind = Literal[
    "not-answering", "answering-again", "disk-low", "publishing-failed", "refusals-doubled", "past-review"
]

ONCE_AN: Final = timedelta(hours=1)
"""No kind is said more often."""
LOW_DISK_BYTES: Final = 1_000_000_000
"""A snapshot being built, a backup and the database's log need some hundred million."""
_TROUBLE_LASTS: Final = timedelta(minutes=3)
"""What passes sooner needs nobody."""
_FAILURES: Final = 3
"""Messages in a row that got only an apology; one odd message may be sent twice."""
_FEWEST_ASKED, _FEWEST_REFUSED, _FEWEST_BEFORE = 20, 10, 50
"""Questions of today, refusals of today, questions of the days before: below that a share says nothing."""
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Refusals:
    """Questions that got no answer, of all."""

    refused: int
    asked: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where nobody asked."""
        return self.refused / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """What one look at the running bot shows."""

    at: datetime
    """In UTC."""
    reachable: bool
    """Whether the last request reached Telegram."""
    waiting: int
    """Messages that wait for a reply."""
    replies: int
    """Replies since the start of the program, apologies included."""
    failures: int
    """Apologies since the start of the program."""
    free_bytes: int
    """On the disk with the snapshots."""
    failed_builds: int = 0
    """Of today."""
    today: Refusals = Refusals(0, 0)
    before: Refusals = Refusals(0, 0)
    """Of the seven days before today."""
    past_review: tuple[str, ...] = ()
    """Pages whose day of review has passed."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One line for the operator's chat: the phrase 'alert-' and its kind."""

    kind: AlertKind
    day: date
    mark: str
    """With the day: what is said only once, by whichever process sees it first, and after a restart too."""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """No citizen gets an answer, as far as can be seen."""

    since: datetime
    failures: int = 0
    said: bool = False


@dataclass(frozen=True, slots=True)
class AlertState:
    """What is remembered from look to look."""

    last: Observation | None = None
    trouble: Trouble | None = None
    said: Mapping[AlertKind, datetime] = field(default_factory=dict)


def decide(state: AlertState, seen: Observation) -> tuple[AlertState, tuple[Alert, ...]]:
    """Return what is remembered, and what is to be said now; of each kind at most one line an hour."""
    trouble = _trouble(state, seen)
    alerts = [
        each
        for each in (*_of_answering(state.trouble, trouble, seen), *_of_the_rest(seen))
        if each.kind not in state.said or seen.at - state.said[each.kind] >= ONCE_AN
    ]
    kinds = {each.kind for each in alerts}
    if trouble is not None and "not-answering" in kinds:
        trouble = replace(trouble, said=True)
    said = {**state.said, **dict.fromkeys(kinds, seen.at)}
    return AlertState(seen, trouble, said), tuple(alerts)


def _trouble(state: AlertState, seen: Observation) -> Trouble | None:
    before = state.last
    if before is None:
        return None
    failures = seen.failures - before.failures
    answered = seen.replies - before.replies > failures
    stuck = before.waiting > 0 and seen.waiting > 0 and seen.replies == before.replies
    if answered:
        return None
    if not seen.reachable or failures or stuck:
        known = state.trouble or Trouble(before.at)
        return replace(known, failures=known.failures + failures)
    # Where nobody writes, nothing tells that failing is over.
    return state.trouble if state.trouble is not None and state.trouble.failures else None


def _of_answering(before: Trouble | None, now: Trouble | None, seen: Observation) -> Iterator[Alert]:
    if now is not None:
        lasting = seen.at - now.since >= _TROUBLE_LASTS
        enough = now.failures == 0 or now.failures >= _FAILURES or not seen.reachable
        if lasting and enough:
            values = {"since": _clock(now.since), "waiting": str(seen.waiting)}
            yield _once_an_hour("not-answering", seen, values)
    elif before is not None and before.said:
        values = {"since": _clock(before.since), "until": _clock(seen.at)}
        yield _once_an_hour("answering-again", seen, values)


def _of_the_rest(seen: Observation) -> Iterator[Alert]:
    today = seen.at.date()
    if seen.free_bytes < LOW_DISK_BYTES:
        yield Alert("disk-low", today, "disk-low", {"free": str(seen.free_bytes // 1_000_000)})
    if seen.failed_builds:
        mark = f"publishing-failed {seen.failed_builds}"
        yield Alert(
            "publishing-failed", today, mark, {"times": str(seen.failed_builds), "command": "hotline build"}
        )
    if _doubled(seen.before, seen.today):
        values = {
            "today": _cent(seen.today),
            "before": _cent(seen.before),
            "command": "hotline questions --days 1",
        }
        yield Alert("refusals-doubled", today, "refusals-doubled", values)
    if seen.past_review:
        monday = today - timedelta(days=today.weekday())  # a reminder each week is enough
        named = ", ".join(seen.past_review[:_NAMED]) + (" …" if len(seen.past_review) > _NAMED else "")
        values = {"count": str(len(seen.past_review)), "pages": named, "command": "hotline check --stale"}
        yield Alert("past-review", monday, "past-review", values)


def _doubled(before: Refusals, today: Refusals) -> bool:
    enough = (
        today.asked >= _FEWEST_ASKED and today.refused >= _FEWEST_REFUSED and before.asked >= _FEWEST_BEFORE
    )
    return enough and today.share >= 2 * before.share


def _once_an_hour(kind: AlertKind, seen: Observation, values: Mapping[str, str]) -> Alert:
    return Alert(kind, seen.at.date(), f"{kind} {seen.at.hour}", values)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M} UTC"


def _cent(of: Refusals) -> str:
    return f"{of.share:.0%}".replace("%", "\N{NO-BREAK SPACE}%")
