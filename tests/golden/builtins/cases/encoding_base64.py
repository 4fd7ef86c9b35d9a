"""Cases of package encoding/base64."""

from itertools import product

PATH = "encoding/base64"
CASES = [
    *(("Encode", None, data) for data in ("", "a", "ab", "abc", "é日😀", b"\x00\xff\xfe", "a\n" * 40)),
    *(("Decode", None, text) for text in (
        "", "YQ==", "YWI=", "YWJj", "YQ=", "YQ", "Y", "YQ==\n", "YW\nI=", "!!!!", "YW!j", "YQ==YQ==", "=", "====", "Y===", "YWJjZ", "YWJj\r\nZGVm", "_-8=", "/+8=", "YR==", "Y=Q=",
        "YQ=a", "YWI=x", "YWJj=", "é", "YQ=\n=", "YQ=\n", "  YQ==", "AAECAw==")),
    *((name, None, n) for name, n in product(("EncodedLen", "DecodedLen"), (0, 1, 2, 3, 4, 5, 10, 100, -1, -5, 10**30))),
    *((name, encoding, value) for name, encoding, value in (
        ("Encode", 1, "a"), ("Decode", "x", "YQ=="), ("EncodedLen", True, 1), ("DecodedLen", [], 1), ("Encode", {"a": 1}, "a"), ("Encode", None, 1), ("Decode", None, b"YQ=="))),
]  # fmt: skip
