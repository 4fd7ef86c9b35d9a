"""The real cue and velac side by side on one program."""

from __future__ import annotations

import contextlib
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from velac.compiler.cue import jsontext
from velac.compiler.cue.api import export_program, parse
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.program import Program
from velac.grammar import ast

SECONDS = 5
_MEMORY = 4 << 30
NAME = "in.cue"
_KEYWORDS = ("if", "for", "let", "in", "import", "package")


@dataclass(frozen=True)
class Answer:
    """What a tool answers: `value` with the JSON text, `error` with a message, `crash` or `timeout`."""

    kind: str
    text: str

    def agrees(self, other: Answer) -> bool:
        """Whether two answers are the same as far as we promise it: values by text, errors by being errors."""
        if self.kind == "value" or other.kind == "value":
            return self == other
        return True

    @property
    def broke(self) -> bool:
        """Whether there was no answer."""
        return self.kind in ("crash", "timeout")


@dataclass(frozen=True)
class Difference:
    """A program on which the tools disagree; `expression` is what was asked for, or None for the whole file."""

    text: str
    expression: str | None
    cue: Answer
    velac: Answer

    def __str__(self) -> str:
        asked = f" -e {self.expression}" if self.expression else ""
        return (
            f"{self.text.rstrip()}\n== cue export{asked}: {self.cue.kind}\n{self.cue.text.rstrip()}\n"
            f"== velac: {self.velac.kind}\n{self.velac.text.rstrip()}\n"
        )


def cue_binary() -> str | None:
    """The path of the real cue."""
    return shutil.which("cue")


def _limited() -> None:
    """A program of a few lines may take all memory of the machine: then `cue` ends, which counts as a crash."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


class RealCue:
    """Runs the binary in a folder of its own."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.binary = binary
        self.folder = folder

    def export(self, text: str, expression: str | None = None) -> Answer:
        """`cue export [-e expression]` of one file."""
        (self.folder / NAME).write_text(text, "utf-8")
        command = [self.binary, "export", NAME]
        if expression is not None:
            command += ["-e", expression]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
                preexec_fn=_limited,
            )
        except subprocess.TimeoutExpired:
            return Answer("timeout", "")
        if done.returncode == 0:
            return Answer("value", done.stdout)
        if "goroutine" in done.stderr or "panic" in done.stderr:
            return Answer("crash", done.stderr[:300])
        return Answer("error", done.stderr.strip())


@contextlib.contextmanager
def real_cue(binary: str) -> Iterator[RealCue]:
    """A `RealCue` with a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        yield RealCue(binary, Path(folder))


class _Late(BaseException):
    pass


def _alarm(number: int, frame: FrameType | None) -> None:
    raise _Late


class Velac:
    """velac on one program, which it compiles once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._program: Program | None = None
        self.incomplete = False

    def export(self, expression: str | None = None) -> Answer:
        """The same as `RealCue.export`, in this process (of the main thread)."""
        before = signal.signal(signal.SIGALRM, _alarm)
        try:
            return self._answer(expression)
        except _Late:
            return Answer("timeout", "")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _answer(self, expression: str | None) -> Answer:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            return Answer("value", self._export(expression))
        except CueError as error:
            self.incomplete = all(problem.incomplete for problem in error.problems)
            return Answer("error", str(error))
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(where.filename).name}:{where.lineno}"
            return Answer("crash", f"{type(error).__name__}: {error} at {place}")

    def _export(self, expression: str | None) -> str:
        if self._program is None:
            self._program = Program.compile([parse(self.text, NAME)])
        return jsontext.render(export_program(self._program, expression))


def fields(text: str) -> list[tuple[str, int, int]]:
    """The declarations of a file: name (empty for what is no field), start and end."""
    try:
        file = parse(text, NAME)
    except CueError:
        return []
    found = []
    for decl in file.decls:
        name = ""
        if isinstance(decl, ast.Field):
            name = getattr(decl.label, "name", getattr(decl.label, "value", ""))
        found.append((name, decl.span.start, decl.span.end))
    return found


def names(text: str) -> list[str]:
    """The fields of a file that one may ask for with `-e`; none if the file itself is some other value."""
    found = [name for name, *_ in fields(text)]
    if "" in found:
        return []
    return [name for name in dict.fromkeys(found) if name.isidentifier() and name not in _KEYWORDS]


def repaired(text: str, error: str) -> str | None:
    """The program without the fields that cue's message blames, or None if it blames none that can go.

    One mistake hides everything else, so what is left is worth a second look.
    """
    blamed = set()
    for line in error.split("\n"):
        path = re.match(r'("[^"]*"|[^\s".:\[]+)[.\[:]', line)
        if path is not None:
            blamed.add(path[1].strip('"'))
    cuts = [(start, end) for name, start, end in fields(text) if name and name in blamed]
    if not cuts:
        return None
    for start, end in reversed(cuts):
        text = text[:start] + text[end:]
    return text
