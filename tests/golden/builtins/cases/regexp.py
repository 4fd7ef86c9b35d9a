"""Cases of package regexp."""

from itertools import product

PATH = "regexp"
PATTERNS = [
    "a", "a*", "", "^a", "b$", "(a)(b)?", "(?P<x>a)(?P<y>z)?", "(?<n>[a-z]+)\\d", "\\d+", "日", "[^a]", "(?i)A", "x*", "\\b", ".", "(?s).+",
    "(a|ab)(c|bcd)", "\\pL+", "[[:digit:]]+", "(?m)^b", "a{2,3}", "\\Qa.\\E", "(a)|(b)",
]
TEXTS = ["", "a", "ab", "aab", "abcd", "b\nb", "日本a日", "x1y22", "a.b", "😀é", "aaaa"]
BAD = [
    "(", "a)", "[a", "*", "a**", "+", "?a", "a{1001}", "a{2,1}", "a{1,2}{3}", "\\", "\\y", "[z-a]", "[a-\\d]", "(?=a)", "(?!a)", "(?<=a)",
    "(?P<>a)", "(?P<n", "(?P=n)", "\\1", "\\pX", "\\p{Foo}", "[[:foo:]]", "(?z)", "(?i", "\\C", "a\\C*", "[\\C]", "\\QC\\C\\E\\C",
    "((a{100}){100}){100}", "x{1000}{2}", "(?P<é>a)", "\\x{110000}", "\\xZ", "\\x{", "(a", "((((", "a|*", "(|*)", "(?:a{1000}){2}", "\\Z",
    "[]", "[^]", "\\p{L", "\\8", "(?-)", "(?i-)", "\\K", "(?#c)", "(?>a)", "a++", "a*??", "\\x", "(?n)", "\\u0041", "\\e", "\\R", "\\cA",
]
GOOD = [
    "^*", "$+", "a{,2}", "a{0}", "\\A\\z", "(?i)(?s)", "[]a]", "[a-]", "\\p{Letter}", "\\p{greek}", "\\p{Lu}\\P{^Lu}", "\\0", "\\08", "[a&&b]",
    "a*?", "[[.a.]]", "(?U)a*", "\\Qabc", "\\d\\w\\s\\b\\B", "(?P<n>a)(?P<n2>b)", "\\x{10FFFF}", "\\p{uppercase letter}",
]
CASES = [
    *((name, pattern, text) for name, pattern, text in product(
        ("Find", "FindSubmatch", "FindNamedSubmatch", "Match"), PATTERNS, TEXTS)),
    *((name, pattern, text, n) for name, pattern, text, n in product(
        ("FindAll", "FindAllSubmatch", "FindAllNamedSubmatch"), PATTERNS, TEXTS[::2], (-1, 2))), ("FindAll", "a", "aa", 0),
    *(("ReplaceAll", pattern, text, new) for pattern, text, new in product(
        ("x*", "(a)(b)?", "(?P<x>a)", "日"), TEXTS[1:8:2], ("", "_", "$1", "${1}x", "$1x", "${x}-$$", "$0$0", "$é", "$9"))),
    *(("ReplaceAllLiteral", pattern, text, new) for pattern, text, new in product(("a", "x*", "(a)(b)?", "日"), TEXTS, ("", "_", "$1"))),
    *(("Valid", pattern) for pattern in [*BAD, *GOOD]), ("&Valid", "a"), ("&Valid", "("), ("Find", "(", "a"), ("FindAll", "(", "a", 1),
    ("Match", "(", "a"), ("ReplaceAll", "(", "a", ""), ("ReplaceAllLiteral", "(", "a", ""), ("FindSubmatch", "(", "a"),
    *(("QuoteMeta", text) for text in ("", "abc", "a.b*c", "[(^$|)]{}?+\\-_", "é日/#&~ ")),
    ("Find", 1, "a"), ("Find", "a", b"a"), ("FindAll", "a", "a", "x"), ("FindAll", "a", "a", 10**30),
]  # fmt: skip
