"""Files of cases: `### title`, the text, `--->`, what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """One text and what is expected of it."""

    title: str
    text: str
    expected: str


def read_cases(path: Path) -> list[Case]:
    """The cases of a file; in their texts `␍` stands for a carriage return, `␀` for NUL."""
    cases = []
    for block in path.read_text("utf-8").split("### ")[1:]:
        title, _, rest = block.partition("\n")
        text, _, expected = rest.partition("--->\n")
        cases.append(Case(title, text.replace("␍", "\r").replace("␀", "\0"), expected.strip("\n")))
    return cases


def write_cases(path: Path, cases: list[Case]) -> None:
    """Write the cases of a file."""
    blocks = [
        f"### {case.title}\n{case.text}--->\n{case.expected}\n\n".replace("\r", "␍").replace(
            "\0", "␀"
        )
        for case in cases
    ]
    path.write_text("".join(blocks), "utf-8")
