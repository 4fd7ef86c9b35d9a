"""Cases of package uuid."""

from itertools import product

PATH = "uuid"
DNS = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
TEXTS = [
    DNS,
    DNS.upper(),
    "urn:uuid:" + DNS,
    "URN:UUID:" + DNS,
    "{" + DNS + "}",
    "(" + DNS + ")",
    DNS.replace("-", ""),
    "x",
    "",
    DNS[:-1] + "g",
    DNS.replace("-", "x", 1),
    "xrn:uuid:" + DNS,
    "z" + DNS.replace("-", "")[1:],
    "00000000-0000-0000-0000-000000000000",
    "f47ac10b-58cc-4372-0567-0e02b2c3d479",
    "f47ac10b-58cc-4372-c567-0e02b2c3d479",
    "f47ac10b-58cc-4372-e567-0e02b2c3d479",
    "é" * 18,
]
CASES = [
    *((name, text) for name, text in product(("Parse", "URN", "Variant", "Version", "ToInt", "&Valid"), TEXTS)), ("Valid", "x"),
    *(("FromInt", n) for n in (0, 1, -1, 0x6BA7B8109DAD11D180B400C04FD430C8, 2**128 - 1, 2**128, 2**140)),
    *((name, space, data) for name, space, data in product(("SHA1", "MD5"), (DNS, "x", "{" + DNS + "}"), ("", "a", "é", b"\xff"))), ("Parse", 1), ("SHA1", DNS, 1), ("FromInt", "a"),
]  # fmt: skip
