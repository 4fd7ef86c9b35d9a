"""Random CUE programs: small, dense, mostly meaningful; they reach every production and every builtin."""

from __future__ import annotations

from random import Random

from tests.oracle.programs.structs import Structs
from tests.oracle.programs.templates import Templates


def program(random: Random, turn: int | None = None) -> str:
    """The text of a program of one file: anything goes, or one in the manner of definitions.

    `turn`: the number of a builtin function that it calls.
    """
    generator = (Structs if random.randrange(2) else Templates)(random)
    generator.turn = turn
    return generator.program()


def numbered(seed: int) -> str:
    """The program of a number. One in two also calls a function: consecutive numbers call them all in turn."""
    return program(Random(seed), seed // 2 if seed % 2 else None)
