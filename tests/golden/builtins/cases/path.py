"""Cases of package path."""

from itertools import product

PATH = "path"
UNIX = ["", ".", "..", "/", "//", "a", "a/", "/a", "/a/b", "a/b/", "a//b", "a/./b", "a/../b", "../a", "/..", "a/..", "./a", "/a/../../b", "a.b.c", "a/b.txt", ".bashrc", "a/.b", "日/本.x", "a/b/../../..", "///a", "#a", "..a", "a/...", "/."]
WINDOWS = ["", "C:", "C:\\", "C:a", "C:\\a\\b", "c:/a/../b", "\\\\host\\share", "\\\\host\\share\\a", "\\\\host", "a\\b/c", "NUL", "con", "\\a", "/a", "C:\\a\\", "a.txt", "C:a.b", "\\\\a\\b\\c\\..\\..", "C:\\..\\x", "C:..\\x", "\\\\.\\x", "日\\本", "lpt1", "\\\\host\\.x", "C:/"]
ONE = ["Split", "Clean", "Ext", "Base", "Dir", "IsAbs", "VolumeName"]
RELS = ["", ".", "a", "a/b", "a/b/c", "/a", "/a/b", "..", "../a", "/", "b/c", "A/b"]
PATTERNS = [
    "", "*", "a*", "*b", "a?c", "[a-c]", "[^a]", "[", "[]", "[]a]", "[a", "[a-", "[-a]", "\\*", "\\", "a/*", "**", "a**", "*/*", "a*b*c", "[z-a]", "日?", "[日-本]", "[\\]]", "a[", "[a]]",
    "[^]", "x*\\", "[*]", "[^z-a]",
]
NAMES = ["", "a", "abc", "a/b", "b", "*", "日本", "]", "aXbYc", "a]"]
CASES = [
    *((name, path) for name, path in product(ONE, UNIX)), *((name, path, "unix") for name, path in product(ONE, UNIX[:12])),
    *((name, path, "windows") for name, path in product(ONE, WINDOWS + UNIX)), *((name, path, "plan9") for name, path in product(ONE, ["#a/b", "/a", "a\\b", ""])),
    *((name, path, os) for name, path, os in product(("ToSlash", "FromSlash"), ("", "a/b", "a\\b", "/", "\\"), ("unix", "windows", "plan9", "linux"))),
    *(("SplitList", path, os) for path, os in product(("", "a", "a:b", "a;b", ":", "a::b", '"a;b";c', 'x"y"', "a\u0000b"), ("unix", "windows", "plan9"))),
    *(("Join", parts, os) for parts, os in product(
        ([], [""], ["a"], ["a", "b"], ["", "a"], ["a", ""], ["/", "a"], ["a", "../b"], ["a/", "/b"], ["C:", "a"], ["C:", "", "a"], ["C:\\", "a"], ["\\\\host\\share", "a"], ["\\", "host", "share"],
         ["//", "a", "b"], ["\\\\", "a"], ["c:", "\\a"], ["日", "本"]), ("unix", "windows", "plan9"))),
    ("Join", ["a", "b"]), ("Join", [1]), ("Join", "a"),
    *(("Match", pattern, name, os) for pattern, name, os in product(PATTERNS, NAMES, ("unix",))),
    *(("Match", pattern, name, "windows") for pattern, name in product(("a\\*", "*\\*", "[\\]", "a?b", "*"), ("a\\b", "a/b", "\\", "axb"))), ("Match", "a*", "abc"),
    *((name, base, target) for name, base, target in product(("Rel", "Resolve"), RELS, RELS)),
    *((name, base, target, "windows") for name, base, target in product(
        ("Rel", "Resolve"), ("C:\\a", "c:\\A\\b", "D:\\a", "a\\b", "\\a", "\\\\h\\s\\a", "NUL"), ("C:\\a\\b", "C:\\x", "a", "\\b", "\\\\h\\s\\b", "D:"))),
    *((name, "a", "nope") for name in (*ONE, "ToSlash", "SplitList")), ("Base",), ("Base", 1), ("ToSlash", "a"), ("Rel", "a"), ("Match", "a"), ("Base", "a", "b", "c"),
    *((name, "/a/b", os) for name, os in product(("Dir", "Base"), ("linux", "darwin", "ios", "zos", "js"))),
]  # fmt: skip
