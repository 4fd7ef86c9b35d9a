"""Cases of package crypto/sha1."""

from itertools import product

PATH = "crypto/sha1"
CASES = [
    *((name, data) for name, data in product(["Sum"], ("", "a", "é日😀", b"\x00\xff", "a" * 200))),
    *((name, data) for name, data in product(["Sum"], (1, None, ["a"]))),
]
