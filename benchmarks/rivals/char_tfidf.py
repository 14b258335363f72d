"""scikit-learn: tf-idf of character n-grams and logistic regression, one against the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.rivals.rival import Ask, Guess, Rival, Task, of_classes


def learn(task: Task, folder: Path) -> None:
    """Fit on every text."""
    import joblib  # type: ignore[import-untyped]
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.multiclass import OneVsRestClassifier  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

    texts = task.texts()
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
        OneVsRestClassifier(LogisticRegression(C=10, solver="liblinear", random_state=20261126)),
    )
    model.fit([each.text for each in texts], [each.topic for each in texts])
    joblib.dump(model, folder / "model.joblib")


def load(task: Task, folder: Path) -> Ask:
    """Return what classifies."""
    import joblib

    model = joblib.load(folder / "model.joblib")
    classes = list(map(str, model.classes_))

    def ask(question: str) -> Guess:
        return of_classes(classes, model.predict_proba([question])[0].tolist())

    return ask


RIVAL: Final = Rival(
    "scikit-learn, character tf-idf + logistic regression", None, ("as typed", "folded"), learn, load
)
