"""Random CUE programs: small, dense, mostly meaningful; they reach every production and every builtin."""

from __future__ import annotations

from random import Random

from tests.oracle.programs.structs import Structs
from tests.oracle.programs.templates import Templates


def program(seed: int) -> str:
    """The text of a program of one file: anything goes, or one in the manner of definitions.

    One program in two also calls a function: consecutive seeds call them all, one after another.
    """
    random = Random(seed)
    generator = (Structs if random.randrange(2) else Templates)(random)
    generator.turn = seed // 2 if seed % 2 else None
    return generator.program()
