"""Random CUE programs: small, dense, mostly meaningful; they reach every production and every builtin."""

from __future__ import annotations

from random import Random

from tests.oracle.programs.structs import Structs
from tests.oracle.programs.templates import Templates


def program(random: Random) -> str:
    """The text of a program of one file: anything goes, or one in the manner of definitions."""
    return (Structs if random.randrange(2) else Templates)(random).program()
