"""Tries programs until the time is up, and keeps the differences, each made small.

python -m tests.oracle.fuzz --seconds 600 --seed 1 [--keep DIR] [--reach]
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.oracle.compare import (
    Answer,
    Difference,
    RealCue,
    Velac,
    cue_binary,
    names,
    real_cue,
    repaired,
)
from tests.oracle.known import KNOWN, explanation
from tests.oracle.programs import numbered
from tests.oracle.reach import Reach
from tests.oracle.shrink import shrink


@dataclass
class Tally:
    """What a run of the fuzzer has seen."""

    programs: int = 0
    exports: int = 0
    values: int = 0
    broke: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    known: dict[str, list[Difference]] = field(default_factory=dict)

    def note(self, cue: Answer, velac: Answer) -> None:
        """Count one question."""
        self.exports += 1
        self.values += cue.kind == "value"
        for tool, answer in (("cue", cue), ("velac", velac)):
            if answer.broke:
                self.broke[f"{tool} {answer.kind}"] += 1

    def __str__(self) -> str:
        return (
            f"{self.programs} programs, {self.exports} exports ({self.values} with a value), "
            f"{len(self.differences)} unexplained differences, {sum(map(len, self.known.values()))} known; "
            f"no answer: {dict(self.broke)}"
        )

    def known_table(self) -> str:
        """The known differences by family, with the reason and the first program of each."""
        lines = []
        for known in KNOWN:
            seen = self.known.get(known.name, [])
            lines.append(f"known: {known.name}: {len(seen)} ({known.reason})")
            if seen:
                lines += [f"    {line}" for line in str(seen[0]).splitlines()]
        return "\n".join(lines)


def question(
    cue: RealCue, text: str, expression: str | None, tally: Tally, velac: Velac
) -> tuple[Answer, Difference | None]:
    """The real answer to one question, and the difference if ours is another."""
    theirs = cue.export(text, expression)
    ours = velac.export(expression)
    tally.note(theirs, ours)
    if theirs.broke or (theirs.agrees(ours) and not ours.broke):
        return theirs, None
    return theirs, Difference(text, expression, theirs, ours)


def difference(cue: RealCue, text: str, expression: str | None) -> Difference | None:
    """The difference of the two answers to one question, if there is one."""
    return question(cue, text, expression, Tally(), Velac(text))[1]


def find(cue: RealCue, text: str, tally: Tally) -> Difference | None:
    """The first difference of a program, or of what is left of it without the fields that are wrong."""
    tally.programs += 1
    for _ in range(4):
        velac = Velac(text)
        theirs, found = question(cue, text, None, tally, velac)
        if found is not None or theirs.kind == "value":
            return found
        if velac.incomplete:
            for name in names(text):
                _, found = question(cue, text, name, tally, velac)
                if found is not None:
                    return found
        rest = repaired(text, theirs.text)
        if rest is None:
            return None
        text = rest
    return None


def smallest(cue: RealCue, found: Difference, rounds: int = 400) -> Difference:
    """The difference with as little program as possible; it must stay of the same kind."""
    kinds = (found.cue.kind, found.velac.kind)

    def holds(text: str) -> bool:
        again = difference(cue, text, found.expression)
        return again is not None and (again.cue.kind, again.velac.kind) == kinds

    text = shrink(found.text, holds, rounds)
    if found.expression is not None:
        whole = difference(cue, text, None)
        if whole is not None and (whole.cue.kind, whole.velac.kind) == kinds:
            return whole
    return difference(cue, text, found.expression) or found


def signature(found: Difference) -> str:
    """Differences that are likely one: same kinds of answers and same shape of the small program."""
    shape = re.sub(r'"[^"]*"|[0-9]+', "0", found.text)
    shape = re.sub(r"\b[a-e]\b", "a", shape)
    return f"{found.cue.kind} {found.velac.kind} {shape}"


def run(
    cue: RealCue, seconds: float, seed: int, *, reach: Reach | None = None, shrinking: bool = True
) -> Iterator[tuple[Tally, Difference | None]]:
    """Try programs for a while; yields after each, with the difference it showed."""
    tally = Tally()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        text = numbered(seed)
        seed += 1
        if reach is not None:
            reach.note(text)
        found = find(cue, text, tally)
        if found is not None and shrinking:
            found = smallest(cue, found)
        reason = explanation(cue, found) if found is not None else None
        if found is not None and reason is not None:
            tally.known.setdefault(reason.name, []).append(found)
            found = None
        if found is not None:
            tally.differences.append(found)
        yield tally, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--reach", action="store_true")
    options = parser.parse_args()
    binary = cue_binary()
    if binary is None:
        sys.exit("no cue on this machine (make tools)")
    reach = Reach() if options.reach else None
    tally = Tally()
    seen: set[str] = set()
    with real_cue(binary) as cue:
        for tally, found in run(cue, options.seconds, options.seed, reach=reach):
            if found is None or signature(found) in seen:
                continue
            seen.add(signature(found))
            print(f"---- {tally.programs}\n{found}", flush=True)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{tally.programs}.txt").write_text(
                    str(found), "utf-8"
                )
    print(tally.known_table())
    print(tally)
    print(f"{len(seen)} distinct")
    if reach is not None:
        print(reach.table())
        print("never used:", reach.missed() or "nothing")


if __name__ == "__main__":
    main()
