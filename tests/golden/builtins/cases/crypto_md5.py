"""Cases of package crypto/md5."""

from itertools import product

PATH = "crypto/md5"
CASES = [
    *((name, data) for name, data in product(["Sum"], ("", "a", "é日😀", b"\x00\xff", "a" * 200))),
    *((name, data) for name, data in product(["Sum"], (1, None, ["a"]))),
]
