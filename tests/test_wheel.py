"""The wheel alone, in an empty environment elsewhere, answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_a_wheel_in_an_empty_environment_answers_with_model_phrases_and_content_inside(
    tmp_path: Path,
) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    [wheel] = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env/bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True, capture_output=True)

    asked = subprocess.run(
        [tmp_path / "env/bin/hotline", "ask", "--json", "Музди маро намедиҳанд, ба куҷо шикоят кунам?"],
        cwd=tmp_path,
        env={
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HOTLINE_"))
        },
        capture_output=True,
        text=True,
        check=True,
    )

    answer = json.loads(asked.stdout)
    assert answer["language"] == "tg"
    assert answer["topics"][0] == "unpaid-wages"
    assert answer["reply"]
