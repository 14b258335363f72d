"""What was learned, as files of a snapshot and back: arrays and JSON, nothing that runs when it is read."""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

import numpy as np

from index.aspects import Aspect
from index.centring import Centres
from index.danger import Danger
from index.decision import Thresholds
from index.language import LanguageWeights
from index.learning import Learned
from index.lexical import LexicalModel, Postings
from index.mixture import Mixture
from index.regression import DenseHead

ARRAYS: Final = "learned.npz"
CALIBRATION: Final = "calibration.json"
LEARNED: Final = (ARRAYS, CALIBRATION)
"""All that `write_learned` writes."""


def write_learned(learned: Learned, folder: Path) -> None:
    """Write what was learned into two files of this folder."""
    arrays: dict[str, Any] = {
        "means": learned.centres.means,
        "row_of_bucket": learned.lexical.row_of_bucket,
        "idf": learned.lexical.idf,
        "lexical_weights": learned.lexical.weights,
        "lexical_bias": learned.lexical.bias,
        "message_starts": learned.lexical.messages.starts,
        "message_texts": learned.lexical.messages.texts,
        "message_lengths": learned.lexical.lengths,
        "aspect": learned.aspect,
        "head_weights": learned.head.weights,
        "head_bias": learned.head.bias,
    }
    if learned.languages is not None:
        arrays |= {"language_weights": learned.languages.weights, "language_bias": learned.languages.bias}
    if learned.danger is not None:
        arrays["danger_direction"] = learned.danger.direction
    np.savez(folder / ARRAYS, **arrays)
    calibration = {
        "key": learned.key,
        "classes": list(learned.lexical.classes),
        "aspects": [astuple(each) for each in learned.aspects],
        "mixture": {
            "weights": list(learned.mixture.weights),
            "slope": learned.mixture.slope,
            "offset": learned.mixture.offset,
        },
        "thresholds": {"found": learned.thresholds.found, "choice": learned.thresholds.choice},
        "danger": learned.danger
        and {"weights": list(learned.danger.weights), "threshold": learned.danger.threshold},
        "measured": learned.measured,
    }
    (folder / CALIBRATION).write_text(json.dumps(calibration, indent=1), encoding="utf-8")


def read_learned(folder: Path) -> Learned:
    """Return what `write_learned` wrote. Raises OSError, KeyError or ValueError for other files."""
    calibration = json.loads((folder / CALIBRATION).read_bytes())
    with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
        languages = (
            LanguageWeights(arrays["language_weights"], arrays["language_bias"])
            if "language_weights" in arrays
            else None
        )
        danger = calibration["danger"]
        return Learned(
            key=calibration["key"],
            centres=Centres(arrays["means"]),
            languages=languages,
            aspects=tuple(Aspect(*each) for each in calibration["aspects"]),
            aspect=arrays["aspect"],
            lexical=LexicalModel(
                tuple(calibration["classes"]),
                arrays["row_of_bucket"],
                arrays["idf"],
                arrays["lexical_weights"],
                arrays["lexical_bias"],
                Postings(arrays["message_starts"], arrays["message_texts"], len(arrays["message_lengths"])),
                arrays["message_lengths"],
            ),
            head=DenseHead(arrays["head_weights"], arrays["head_bias"]),
            mixture=Mixture(
                tuple(calibration["mixture"]["weights"]),
                calibration["mixture"]["slope"],
                calibration["mixture"]["offset"],
            ),
            thresholds=Thresholds(**calibration["thresholds"]),
            danger=danger
            and Danger(arrays["danger_direction"], tuple(danger["weights"]), danger["threshold"]),
            measured=calibration["measured"],
        )
