"""The quick commands of the README, as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    row
    for block in re.findall(r"^```\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    for row in block.splitlines()
    if row.startswith("hotline ")
]
NEEDS_MORE = {
    "hotline run": "needs a token; tests/bot/test_telegram.py runs it",
    "hotline intake page.html": "needs a page; tests/knowledge/test_intake.py runs it",
    "hotline build --rollback": "needs two versions; tests/test_cli.py runs it",
}


def test_the_readme_has_commands_to_run() -> None:
    assert len(COMMANDS) >= 6


@pytest.mark.slow
@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in NEEDS_MORE])
def test_a_command_of_the_readme_works_as_it_stands_there(command: str, shipped_snapshots: Path) -> None:
    program, *arguments = shlex.split(command)
    environment = {**os.environ, "HOTLINE_SNAPSHOTS": str(shipped_snapshots)}

    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert done.stdout


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)$", README, flags=re.MULTILINE))
def test_a_make_command_of_the_readme_is_a_target(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "link", [each for each in re.findall(r"\]\(([^)#]+)\)", README) if not each.startswith("https:")]
)
def test_a_link_of_the_readme_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
