"""Building a directory again and again, in several ways, to compare what is told and written."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from velac.compiler.commands.root import ROOT

Told = tuple[int, str, dict[str, bytes]]
"""Exit code, diagnostics, and what was written."""


def write(folder: Path, name: str, text: str) -> None:
    """Write an input."""
    (folder / name).write_text(text, encoding="utf-8")


def content(folder: Path) -> dict[str, bytes]:
    """All files below a directory."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def build(fleet: Path, jobs: int, out: str, *more: str) -> Told:
    """Build into a directory beside the fleet."""
    where = fleet.parent / out
    args = ["build", str(fleet), "-o", str(where), "--jobs", str(jobs), *more]
    done = CliRunner().invoke(ROOT, args, standalone_mode=False)
    assert done.exception is None
    told = "\n".join(line for line in done.stderr.splitlines() if " written, " not in line)
    return done.return_value, told, content(where) if where.exists() else {}
