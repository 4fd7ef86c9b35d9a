"""Cases of package crypto/hmac."""

from itertools import product

PATH = "crypto/hmac"
HASHES = ["MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512_224", "SHA512_256"]
CASES = [
    *(("Sign", name, key, data) for name, key, data in product(HASHES, ("", "key", b"\xff" * 200), ("", "é日", b"\x00"))),
    ("Sign", "md5", "a", "b"), ("Sign", "", "a", "b"), ("Sign", 1, "a", "b"), ("Sign", "MD5", 1, "b"),
]  # fmt: skip
