"""Cases of package encoding/hex."""

from itertools import product

PATH = "encoding/hex"
CASES = [
    *((name, n) for name, n in product(("EncodedLen", "DecodedLen"), (0, 1, 5, -1, -5, 10**30))),
    *(("Decode", text) for text in ("", "6162", "FFfe00", "616", "6g", "6é", "g", "0x61", " 61", "6'", '6"', "\n1")),
    *((name, data) for name, data in product(("Encode", "Dump"), ("", "a", "é日", b"\x00\xff", "abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopq\n"))),
    ("Encode", 1), ("Decode", b"61"), ("Dump", None), ("EncodedLen", "a"),
]  # fmt: skip
