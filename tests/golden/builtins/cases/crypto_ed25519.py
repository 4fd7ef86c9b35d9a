"""Cases of package crypto/ed25519: the first test vectors of RFC 8032, and broken ones."""

PATH = "crypto/ed25519"
KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
SIGNATURE = bytes.fromhex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)
KEY2 = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE2 = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
ORDER = 2**252 + 27742317777372353535851937790883648493
MALLEABLE = SIGNATURE[:32] + (int.from_bytes(SIGNATURE[32:], "little") + ORDER).to_bytes(
    32, "little"
)
CASES = [
    ("Valid", KEY, "", SIGNATURE), ("Valid", KEY2, b"r", SIGNATURE2), ("Valid", KEY, "x", SIGNATURE), ("Valid", KEY2, "", SIGNATURE), ("Valid", KEY, "", SIGNATURE[:-1]),
    ("Valid", KEY, "", MALLEABLE), ("Valid", b"\xff" * 32, "", SIGNATURE), ("Valid", "short", "", SIGNATURE), ("Valid", "", "", ""), ("Valid", b"\x00" * 32, "a", b"\x00" * 64),
    ("Valid", KEY, "", ""), ("Valid", 1, "", ""), ("Valid", b"\x02" + b"\x00" * 31, "", SIGNATURE),
]  # fmt: skip
