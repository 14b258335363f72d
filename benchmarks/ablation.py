"""What each part of the search is worth: it is switched off, all else stays: `python -m benchmarks.ablation`.

Everything is learned and weighed anew each time; vectors are kept on disk between runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
import numpy as np

from benchmarks.content import shipped
from benchmarks.damages import CLEAN, DECOMPOSED, LATIN, LETTERLESS, LOOK_ALIKES, STRETCHED, TYPOS, Damage
from benchmarks.golden import Ranked, answers, lost, ranked, single_questions
from benchmarks.parts import NOTHING_SHIPPED, PARTS, Part
from benchmarks.vectors import encoder_of, remembering
from index.decision import Costs
from index.encoders import BUNDLED, Encoder
from index.evaluate import Answered, Golden, evaluate
from index.evaluation.pairs import Pair
from index.snapshot import build, load
from knowledge.model import Library

WHOLE: Final = Part("**everything**")
DAMAGES: Final = (CLEAN, LATIN, LETTERLESS, TYPOS, LOOK_ALIKES, STRETCHED, DECOMPOSED)
"""The ways of typing in which the questions are asked; clean is as they stand."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the golden questions with one part switched off."""

    part: str
    ranked: Ranked
    at_once: float
    wrong: float
    """Of questions that we have an answer to, like `at_once`."""
    not_ours_answered: float
    cost: float
    """Of a question, in refusals, at the thresholds that this build found."""
    spelt: Mapping[str, Spelt]
    """By the name of the damage."""


@dataclass(frozen=True, slots=True)
class Spelt:
    """What came of the golden questions in one way of typing: of those that it changes."""

    first: tuple[bool, ...]
    """Of each that we have an answer to: whether the right topic stood first."""
    costs: tuple[float, ...]
    """Of each."""


@click.command()
@click.option("--only", multiple=True, type=click.Choice([part.name for part in PARTS]))
@click.option("--share", default=1.0, show_default=True, help="Of the example messages, 0 to 1.")
@click.option("--encoder", default=BUNDLED, show_default=True, help="bundled, or a folder of a model.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(only: tuple[str, ...], share: float, encoder: str, file: Path | None) -> None:
    """Print what is lost without each part, as tables in Markdown."""
    library, golden = shipped(share), single_questions()
    chosen = [WHOLE, *(part for part in PARTS if not only or part.name in only)]
    outcomes = []
    with remembering(encoder_of(encoder)) as kept:
        for part in chosen:
            click.echo(f"{part.name}…", err=True)
            outcomes.append(without(part, library, kept, golden))
    click.echo(table(outcomes))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = [asdict(each) | {"first_lost": fallen(outcomes[0], each)} for each in outcomes]
        whole = {"day": date.today().isoformat(), "share": share, "encoder": encoder, "rows": rows}
        file.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def without(part: Part, library: Library, encoder: Encoder, golden: Sequence[Golden]) -> Outcome:
    """Build and ask with this part switched off."""
    with part.off(), NOTHING_SHIPPED.off(), TemporaryDirectory() as name:
        # Shipped vectors are of texts in the form that all parts together give them. A folder of its own:
        # a build takes what it can from the one before.
        build(part.content(library), encoder, Path(name))
        snapshot = load(Path(name), encoder.spec)
        return outcome(part.name, golden, partial(answers, snapshot=snapshot, encoder=encoder))


def outcome(
    name: str, golden: Sequence[Golden], ask: Callable[[Sequence[Golden]], list[Answered]]
) -> Outcome:
    """Return what comes of the questions, asked as they stand and as others would have typed them."""
    answered = ask(golden)
    report, spelt = evaluate(golden, answered), {CLEAN.name: _spelt(golden, answered)}
    for damage in DAMAGES[1:]:
        changed = damage.changed(golden)
        spelt[damage.name] = _spelt(changed, ask(changed))
    return Outcome(
        name,
        ranked(golden, answered),
        report.figures["at_once"].value,
        report.figures["found_wrong"].value,
        report.figures["not_ours_answered"].value,
        report.cost,
        spelt,
    )


def _spelt(golden: Sequence[Golden], answered: Sequence[Answered]) -> Spelt:
    pairs = [Pair(question, got) for question, got in zip(golden, answered, strict=True)]
    return Spelt(
        tuple(pair.first for pair in pairs if pair.golden.topics),
        tuple(pair.cost(Costs()) for pair in pairs),
    )


def fallen(whole: Outcome, other: Outcome, damage: Damage = CLEAN) -> tuple[float, float, float]:
    """Return what "right topic first" loses without the part, with its 95 % interval."""
    return lost(whole.spelt[damage.name].first, other.spelt[damage.name].first)


def dearer(whole: Outcome, other: Outcome, damage: Damage = CLEAN) -> tuple[float, float, float]:
    """Return what a question costs more without the part, with its 95 % interval."""
    return lost(other.spelt[damage.name].costs, whole.spelt[damage.name].costs)


def gains(whole: Outcome, other: Outcome) -> list[str]:
    """Return where a part is missed beyond chance: what is lost or costs more, and in which way of typing."""
    found = []
    for damage in DAMAGES:
        for of, what in ((fallen, ""), (dearer, "cost ")):
            value, least, _ = of(whole, other, damage)
            if least > 0:
                found.append(f"{damage.name}: {what}{value:.3f}")
    return found


def table(outcomes: Sequence[Outcome]) -> str:
    """Return tables in Markdown: the questions as they stand, everything first, then what is missed most; as
    others would have typed them; and where each part is missed beyond chance.
    """
    whole, *others = outcomes
    others.sort(key=lambda each: each.ranked.first.value)
    return "\n".join(
        [
            f"{date.today().isoformat()}, {len(whole.spelt[CLEAN.name].costs)} golden questions",
            "",
            "| without | right topic first | lost | among three | at once | wrong | not ours answered "
            "| ours from not ours (AUROC) | cost of a question | dearer |",
            "|---|---|---|---|---|---|---|---|---|---|",
            _line(whole, "", ""),
            *(_line(each, *map(_signed, (fallen(whole, each), dearer(whole, each)))) for each in others),
            "",
            f"| right topic first | {' | '.join(whole.spelt)} |",
            "|---" * (len(whole.spelt) + 1) + "|",
            f"| questions | {' | '.join(str(len(each.first)) for each in whole.spelt.values())} |",
            f"| share | {' | '.join(f'{np.mean(each.first):.3f}' for each in whole.spelt.values())} |",
            "",
            "| without | lost of right topic first, or dearer, beyond chance |",
            "|---|---|",
            *(f"| {each.part} | {', '.join(gains(whole, each)) or 'nothing'} |" for each in others),
        ]
    )


def _signed(difference: tuple[float, float, float]) -> str:
    value, low, high = difference
    return f"{value:+.3f} ({low:+.3f} to {high:+.3f})"


def _line(each: Outcome, fell: str, paid: str) -> str:
    cells = [
        each.part,
        f"{each.ranked.first.value:.3f}",
        fell,
        f"{each.ranked.three.value:.3f}",
        f"{each.at_once:.3f}",
        f"{each.wrong:.3f}",
        f"{each.not_ours_answered:.3f}",
        f"{each.ranked.auroc:.3f}",
        f"{each.cost:.3f}",
        paid,
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
