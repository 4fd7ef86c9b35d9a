"""Cases of package crypto/sha512."""

from itertools import product

PATH = "crypto/sha512"
CASES = [
    *(
        (name, data)
        for name, data in product(
            ["Sum512", "Sum384", "Sum512_224", "Sum512_256"],
            ("", "a", "é日😀", b"\x00\xff", "a" * 200),
        )
    ),
    *(
        (name, data)
        for name, data in product(
            ["Sum512", "Sum384", "Sum512_224", "Sum512_256"], (1, None, ["a"])
        )
    ),
]
