"""Cases of package crypto/sha256."""

from itertools import product

PATH = "crypto/sha256"
CASES = [
    *(
        (name, data)
        for name, data in product(["Sum256", "Sum224"], ("", "a", "é日😀", b"\x00\xff", "a" * 200))
    ),
    *((name, data) for name, data in product(["Sum256", "Sum224"], (1, None, ["a"]))),
]
