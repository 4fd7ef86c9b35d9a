"""README and docs are true: commands print what they show, links lead somewhere, generated pages are fresh.

In a page, a block ```console holds commands after `$ ` and, below each, what it prints (stdout and stderr; nothing shown
is nothing checked). A line `...` stands for any lines, `...` within a line for any text, and times are not compared. A
command ends with 0, or with the code in a comment `# exit 1`. A block such as ```yaml apps/web.yaml is a file that is
written before the next command. All commands of a page run in one scratch directory with a copy of `examples/`.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/**/*.md"), ROOT / "benchmarks/README.md"]
)  # fmt: skip
_BLOCK: Final = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_EXIT: Final = re.compile(r"  # exit (\d+)$")
_TIME: Final = re.compile(r"\b\d+\.\d\d s\b")
_LINK: Final = re.compile(r"\]\(([^)#:]+)(?:#([^)]*))?\)")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, with the files that are written before it."""

    line: str
    shown: str
    code: int
    files: tuple[tuple[str, str], ...]


def commands(page: str) -> Iterator[Command]:
    """The commands of a page in order."""
    files: list[tuple[str, str]] = []
    for language, path, body in _BLOCK.findall(page):
        if language == "console":
            for part in re.split(r"(?m)^\$ ", body)[1:]:
                line, _, shown = part.partition("\n")
                code = _EXIT.search(line)
                yield Command(line, shown, int(code[1]) if code else 0, tuple(files))
                files = []
        elif path:
            files.append((path, body))


def matches(shown: str, printed: str) -> bool:
    """Whether `printed` is what a page shows."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in _TIME.sub("N s", shown).splitlines()
    )
    return re.fullmatch(pattern, _TIME.sub("N s", printed)) is not None


WITH_COMMANDS: Final = [page for page in PAGES if "```console" in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_do_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {
        **os.environ,
        "PATH": path,
        "XDG_CACHE_HOME": str(tmp_path / ".cache"),
        "LC_ALL": "C.UTF-8",
    }
    for command in commands(page.read_text(encoding="utf-8")):
        for name, text in command.files:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["bash", "-c", command.line],
            cwd=tmp_path,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert done.returncode == command.code, f"$ {command.line}\n{done.stdout}"
        if command.shown and not matches(command.shown, done.stdout):
            # Compared once more as text, so that the difference is shown line by line.
            assert done.stdout.splitlines() == command.shown.splitlines(), f"$ {command.line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, fragment in _LINK.findall(_BLOCK.sub("", text)):
        file = (page.parent / target).resolve()
        assert file.exists(), f"{target} does not exist"
        if fragment:
            assert fragment in anchors(file.read_text(encoding="utf-8")), f"{target}#{fragment}"


def anchors(page: str) -> set[str]:
    """The fragments by which the headings of a page are reached."""
    headings = re.findall(r"(?m)^#+ (.*)$", page)
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["diagnostics.md", "definitions.md", "rules.md"])
def test_generated_pages_are_fresh(name: str) -> None:
    text = generator().generated()[name]
    assert text == (ROOT / "docs" / name).read_text(encoding="utf-8"), (
        "run `make golden` or `python docs/generate.py`"
    )


def test_every_page_is_listed() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    missing = [
        p.name
        for p in ROOT.glob("docs/*.md")
        if p.name != "README.md" and f"({p.name})" not in index
    ]
    assert missing == [], "list them in docs/README.md"


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n...\nc\n", "a\nb\nb\nc\n", True),
        ("a\n...\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("in 0.30 s\n", "in 12.34 s\n", True),
        ("path: .../x\n", "path: /tmp/y/x\n", True),
        ("a.c\n", "abc\n", False),
    ],
)
def test_comparing(shown: str, printed: str, same: bool) -> None:
    assert matches(shown, printed) is same


def test_reading_a_page() -> None:
    page = "```yaml a/b.yaml\nx: 1\n```\n\n```console\n$ one  # exit 1\nout\n$ two\n```\n"
    assert list(commands(page)) == [
        Command("one  # exit 1", "out\n", 1, (("a/b.yaml", "x: 1\n"),)),
        Command("two", "", 0, ()),
    ]
