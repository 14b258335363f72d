"""The arrow knowledge <- index <- bot <- desk <- console, and which module may know which library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("knowledge", "index", "bot", "desk", "console")
MAY_IMPORT = {
    "knowledge": {"knowledge"},
    "index": {"index", "knowledge"},
    "bot": {"bot", "index", "knowledge"},
    "desk": {"desk", "bot", "index", "knowledge"},
    "console": {"console", "desk", "bot", "index", "knowledge"},
}
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
HEAVY = {"torch", "sentence_transformers", "transformers"}


def _imports(file: Path, *, everywhere: bool) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing_only = {
        node
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    for node in nodes:
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 30


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_a_package_imports_only_what_the_arrow_allows(file: Path) -> None:
    package = file.relative_to(ROOT).parts[0]

    ours = {name.split(".")[0] for name in _imports(file, everywhere=True)} & set(PACKAGES)

    assert ours <= MAY_IMPORT[package]


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_no_module_imports_tests_or_benchmarks(file: Path) -> None:
    assert not {name.split(".")[0] for name in _imports(file, everywhere=True)} & {"tests", "benchmarks"}


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("telegram", "bot/telegram/"),
        ("sqlalchemy", "bot/store/"),
        ("faiss", "index/snapshot.py"),
        ("dulwich", "desk/repository.py"),
        ("soundfile", "desk/sound.py"),
    ],
)
def test_a_library_is_known_to_its_own_modules_only(library: str, allowed: str) -> None:
    knowing = {
        _name(file)
        for file in MODULES
        if library in {name.split(".")[0] for name in _imports(file, everywhere=True)}
    }

    assert knowing
    assert all(name.startswith(allowed) for name in knowing)


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_torch_is_never_imported_at_module_level(file: Path) -> None:
    if "training" in file.parts:
        pytest.skip("training needs the extra as a whole and is never imported at run time")

    assert not {name.split(".")[0] for name in _imports(file, everywhere=False)} & HEAVY


def test_training_is_never_imported_by_the_program() -> None:
    importing = [
        _name(file)
        for file in MODULES
        if "training" not in file.parts
        and any(name.startswith("index.training") for name in _imports(file, everywhere=True))
    ]

    assert importing == []


def test_running_needs_neither_torch_nor_what_only_building_needs() -> None:
    code = (
        "import sys, console.main, bot.telegram.running, bot.conversation, index.encoders;"
        "index.encoders.load_encoder('bundled').questions(['салом']);"
        f"print(sorted({HEAVY | {'sklearn', 'scipy'}} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
