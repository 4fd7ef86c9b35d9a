"""Every case of `dry-run/`: what `vela dry-run --offline` printed, byte for byte, or what we say where it refuses.

A case that renders has `stdout.txt` (the real tool's); one that upstream refuses has `diagnostics.txt` (ours).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from velac.compiler.diagnostics.model import Diagnostic, Rejected, Severity
from velac.compiler.diagnostics.render import arranged
from velac.compiler.load.bundle import load_definitions
from velac.compiler.load.documents import read_documents
from velac.compiler.render.dryrun import Document, dry_run, known_of
from velac.compiler.render.engine import Templates
from velac.compiler.render.text import dry_run_text
from velac.grammar.source import SourceFile
from velac.grammar.yaml_writer import emit

CASES = Path(__file__).parent / "dry-run"
NAMES = sorted(folder.name for folder in CASES.iterdir() if (folder / "case.json").is_file())


def first_document(folder: Path, name: str) -> Document:
    diagnostics: list[Diagnostic] = []
    source = SourceFile(name, (folder / name).read_text(encoding="utf-8"))
    values = next(read_documents(source, diagnostics, lenient=True), None)
    if any(d.severity is Severity.ERROR for d in diagnostics):
        raise Rejected(*diagnostics)
    assert values is not None
    return Document(name, values)


def run(folder: Path) -> str:
    """The text that the case prints; raises Rejected."""
    arguments = json.loads((folder / "case.json").read_text(encoding="utf-8"))["args"]
    files = [value for flag, value in pairwise(arguments) if flag == "-f"]
    namespace = arguments[arguments.index("-n") + 1] if "-n" in arguments else ""
    definitions = [str(folder / "definitions")] if (folder / "definitions").is_dir() else []
    documents = [first_document(folder, name) for name in files]
    known = known_of(load_definitions(definitions))
    result = dry_run(documents, known, merge="--merge" in arguments, namespace=namespace)
    return "".join(dry_run_text(result, emit))


def told(error: Rejected) -> str:
    """Code, place in the Application and message, a line each."""
    lines = []
    for diagnostic in arranged(error.diagnostics):
        span = diagnostic.span
        name = span.file.name if span is not None else ""
        inside = span is not None and "/" not in name
        place = f"{name}:{span.line}:{span.column}" if inside and span is not None else "-"
        lines.append(f"{diagnostic.code} {place} {diagnostic.message}\n")
    return "".join(lines)


def test_there_are_cases() -> None:
    assert len(NAMES) >= 131


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, golden: Callable[[Path, str], None]) -> None:
    folder = CASES / name
    expected = folder / "stdout.txt"
    if expected.is_file():
        assert run(folder) == expected.read_text(encoding="utf-8")
        return
    with pytest.raises(Rejected) as caught:
        run(folder)
    golden(folder / "diagnostics.txt", told(caught.value))


def test_templates_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve components of a few types: as many programs as definitions, not as components."""
    made: list[str] = []
    original = Templates.of

    def counted(self: Templates, definition: object) -> object:
        template = original(self, definition)  # type: ignore[arg-type]
        made.append(str(id(template)))
        return template

    monkeypatch.setattr(Templates, "of", counted)
    run(CASES / "multi-12")
    assert len(made) > len(set(made))
