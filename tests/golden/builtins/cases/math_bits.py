"""Cases of package math/bits."""

from decimal import Decimal as D
from itertools import product

PATH = "math/bits"
INTS = [0, 1, 5, -1, -6, 255, 2**64, -(2**70)]
CASES = [
    *((name, x, n) for name, x, n in product(("Lsh", "Rsh", "At"), INTS, (0, 1, 3, 64, -1))), ("At", 5, 3_000_000_000), ("At", 5, 2**70), ("Rsh", 5, 2**70),
    *(("Set", x, i, bit) for x, i, bit in product(INTS[:6], (0, 3, 9, -1), (0, 1))), ("Set", 5, 1, 2), ("Set", 5, 1, -1),
    *((name, a, b) for name, a, b in product(("And", "Or", "Xor", "Clear"), INTS, (0, 3, -4, 2**65))), *((name, x) for name, x in product(("OnesCount", "Len"), INTS)), ("Len", D("1.5")), ("And", "a", 1),
]  # fmt: skip
