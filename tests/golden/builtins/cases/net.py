"""Cases of package net."""

from decimal import Decimal as D
from itertools import product

PATH = "net"
IPS = [
    "1.2.3.4", "127.0.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "224.0.1.1", "169.254.1.1", "10.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "ff01::1", "ff02::1", "ff05::2", "2001:db8::1",
    "::ffff:1.2.3.4", "::ffff:127.0.0.1", "::ffff:224.0.0.1", "::ffff:0.0.0.0", "FE80::0:1%eth0", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "1::8", "::%z",
]
BAD = [
    "", "x", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1..2.3", ".1.2.3", "1.2.3.", "1.2.3.x", "%eth0", "::1%", ":1", "1:", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1:2",
    "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "1:1.2.3.4", "1.2.3.4/24", "é", "1.2.3.4%e", "::1 ", "1:2:3:4:5:6:7::8", "::00000",
]
OTHER = [[1, 2, 3, 4], [127, 0, 0, 1], [0] * 15 + [1], [1, 2, 3], [1, 2, 3, 256], [1, 2, 3, "4"], [], b"1.2.3.4", b"::1", 5, None, True, {"a": 1}, [-1, 0, 0, 0]]
KINDS = "IPv4 IPv6 IP LoopbackIP MulticastIP InterfaceLocalMulticastIP LinkLocalMulticastIP LinkLocalUnicastIP GlobalUnicastIP UnspecifiedIP".split()
PREFIXES = [
    "1.2.3.4/24", "1.2.3.4/0", "1.2.3.4/32", "1.2.3.4/33", "1.2.3.4/024", "1.2.3.4/", "1.2.3.4", "x/24", "::/0", "::1/128", "::1/129", "::1%e/24", "1.2.3.4/-1", "1.2.3.4/x", "1.2.3.4/+1", "1.2.3.4/00", "/", "",
    "1.2.3.4/24/8", "1.2.3.4/99999999999999999999", "::ffff:1.2.3.4/96",
]
HOSTS = ["a:80", "[::1]:80", "::1:80", "a", "[a", "[a]b:80", "a[:80", "a]:80", ":80", "a:", "", ":", "[]:80", "[a]:", "[a:b", "[a]:1:2", "[[a]]:1", "é:x", "a:b:c", "[a]]:1", "[a][:1", "[a]"]
NAMES = ["a.b", "A.b", "a.b.", "a_b", "-a", "a-", "ab--c", "xn--a", "xn--bcher-kva", "a..b", "", ".", "a b", "1.2.3.4", "é", "a" * 63, "a" * 64, ".".join(["a" * 60] * 4), ".".join(["a" * 62] * 4) + ".a", ".".join(["a" * 63] * 4), "a.-b", "xn--", "xn--bcher-kva.example", "a.b..", "*.a", "xn--80ak6aa92e"]
TEXTS = ["", "abc", "a b/é?&=+$:@;,~!*'()", "100%", "\n\t\x00", "日本", "a.b-c_d~e", "[]{}|\\^`<>\"#"]
ESCAPED = ["", "a%20b", "a%2", "a%zzb", "a+b%20%ff", "%", "%%", "%E6%97%A5", "%e9", "a%2Fb%2f", "é%41", "%4é"]
URLS = [
    "", "a", "a/b", "/a", "//a/b", "///a", "http://a", "http://a/b?c#d", "http://a b/", "http://a/%zz", "http://a/b#%zz", "http://a/?%zz", "://a", "1a:b", "a:b", "a+b.c-d:e", "/a:b", "a b:c/d", "a:b/c", "http://[::1]/", "http://[::1",
    "http://[::1]:80/", "http://[::1]x/", "http://[::1%25eth0]/", "http://[::1%eth0]/", "http://[1.2.3.4]/", "http://[x]/", "http://a:x/", "http://a:80:90/", "http://a:/", "http://u@a/", "http://u:p@a/", "http://u%zz@a/", "http://u^@a/", "http://u:p%z@a/",
    "http://u@v@a/", "\x01", "a\x7f", "*", "http://é.com/é", "http://%41/", "http://%e9/", "http://a%25/", "http://a%2/", "mailto:a@b.c", "HTTP:x", "?a:b", "#a:b", "a?b:c", "a/b:c", "http://a[b/", "http://a\\b/", "http://a`/", "http://<a>/", "http://a|b/",
    "ftp://a:1:2/", "http:///x", "file:///etc", "x://", "a#%41", "a#%4", "http://a?b/c:d",
]
CASES = [
    *((name, ip) for name, ip in product(KINDS, [*IPS, *BAD[:6], *OTHER])), *((name, ip) for name, ip in product(("ToIP4", "ToIP16", "IPString"), [*IPS, *BAD[:4], *(ip for ip in OTHER if not isinstance(ip, dict))])), *(("ParseIP", ip) for ip in IPS + BAD),
    *((name, "x") for name in ("&IPv4", "&IP", "&IPCIDR", "&FQDN", "&AbsURL")), ("&IPv4", "1.2.3.4"), ("&IP", "::1"), ("&IPCIDR", "::/1"), ("&FQDN", "a-"), ("&URL", "a:b"), ("&URL", ":"), ("ParseIP", 1),
    *(("IPCIDR", text) for text in [*PREFIXES, *(f"{ip}/1" for ip in BAD), 5, None, b"1.2.3.4/8", b"x", [1, 2, 3, 4]]), *(("SplitHostPort", text) for text in HOSTS), *(("FQDN", text) for text in NAMES), ("FQDN", 1),
    *(("JoinHostPort", host, port) for host, port in product(("a", "::1", "", b"h", [1, 2, 3, 4], [1, 2, 3], 1, None), (80, "http", b"x", 0, -1))), ("JoinHostPort", "a", D("1.5")), ("JoinHostPort", "a", True), ("JoinHostPort", "a", None),
    *((name, text) for name, text in product(("PathEscape", "QueryEscape"), TEXTS)), *((name, text) for name, text in product(("PathUnescape", "QueryUnescape"), ESCAPED)), *((name, text) for name, text in product(("URL", "AbsURL"), URLS)),
]  # fmt: skip
