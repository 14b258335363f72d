"""What an upgrade of the content did, in lines for the operator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from knowledge.upgrade.folder import NEW_VERSION, Upgrade
from knowledge.upgrade.plan import Outcome

_FOLLOWED: Final = (Outcome.ADDED, Outcome.UPDATED, Outcome.REMOVED)


def describe(upgrade: Upgrade, content: Path) -> Iterator[str]:
    """Yield what happened, then what waits for a person and where; nothing where nothing happened."""
    counts = [(outcome, len(upgrade.parts(outcome))) for outcome in (*_FOLLOWED, Outcome.KEPT)]
    if any(count for outcome, count in counts if outcome is not Outcome.KEPT):
        yield "content: " + ", ".join(f"{count} {outcome}" for outcome, count in counts if count)
    for part in upgrade.parts(Outcome.REMOVED):
        yield f"removed: {part}, which the new version has no more"
    for part in upgrade.parts(Outcome.MERGED):
        yield f"merged: {part} was edited here and changed by the new version in other lines; it has both now"
    for part in upgrade.parts(Outcome.CONFLICT):
        if part not in upgrade.waiting:
            yield f"kept: {part} was edited here and is no longer in the new version"
    for part in upgrade.waiting:
        yield (
            f"compare: {part} was edited here and changed by the new version; yours is in use, the new "
            f"text is {content / NEW_VERSION / part}: take over what you want, then delete it there"
        )
