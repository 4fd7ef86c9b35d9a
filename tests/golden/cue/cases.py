"""The programs of cases/: text files with one small program after another.

`// --- name` begins a program; `// args: …` gives further arguments of `cue export`; `// file: NAME` begins a file
(without it the program is one file, in.cue).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
DEFAULT_FILE = "in.cue"


@dataclass
class Case:
    """A program: `files` by name, `args` of the call."""

    feature: str
    name: str
    files: dict[str, str] = field(default_factory=dict)
    args: list[str] = field(default_factory=list)

    def inputs(self) -> list[str]:
        """The names to give to `cue`: all files, or in a module those at the root."""
        if "cue.mod/module.cue" in self.files:
            return [name for name in self.files if "/" not in name]
        return list(self.files)

    @property
    def expressions(self) -> list[str]:
        """The values of `-e`."""
        return [
            value for flag, value in zip(self.args, self.args[1:], strict=False) if flag == "-e"
        ]

    @property
    def out(self) -> str:
        """The value of `--out`."""
        return self.args[self.args.index("--out") + 1] if "--out" in self.args else "json"


def features() -> list[str]:
    """The names of the files in cases/."""
    return sorted(path.stem for path in (HERE / "cases").glob("*.cue"))


def read(feature: str) -> Iterator[Case]:
    """The programs of one file."""
    case: Case | None = None
    current = DEFAULT_FILE
    for line in (HERE / "cases" / f"{feature}.cue").read_text("utf-8").splitlines():
        if line.startswith("// --- "):
            if case is not None:
                yield case
            case, current = Case(feature, line[7:]), DEFAULT_FILE
            continue
        assert case is not None
        if line.startswith("// args: "):
            case.args = shlex.split(line[9:])
        elif line.startswith("// file: "):
            current = line[9:]
            case.files[current] = ""
        else:
            case.files[current] = case.files.get(current, "") + line + "\n"
    if case is not None:
        yield case
