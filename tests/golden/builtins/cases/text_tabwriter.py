"""Cases of package text/tabwriter."""

PATH = "text/tabwriter"
TEXTS = [
    "",
    "a",
    "\n",
    "\t",
    "a\tb",
    "a\tbb\tc\naaa\tb\tccc\n",
    "é\tx\nab\ty\n\nq\tr\n",
    "a\vb\vc\naaa\vb\n",
    "a\tb\fccccc\td\n",
    "a\t\tb\n\t\tc\n",
    "a\tb\nlong line\nccc\td\n",
    "x\t\ny\tz",
    "日本\tx\na\ty",
    "a\tb\tc\nd\te\nf\tg\th\ti\n",
    "aaaa\tb\t\nc\tdddd\t\n",
    "a\t\n\tb\n",
    "\ta\n\tbb\tc\n",
    "a\n\tb\tc\n\td\te\nf\n\tgggg\th",
    "a\tb\n\n\ncc\td",
    "<b>x</b>\ty\n1\t2",
    "a\tb\t",
    "a\fb",
]
CASES = [
    *(("Write", text) for text in TEXTS),
    *(("Write", text.split("\n")) for text in TEXTS),
    ("Write", []),
    ("Write", 1),
    ("Write", [1]),
    ("Write", [b"a\tb", "cc\td"]),
    ("Write", b"a\tb\ncc\td"),
    ("Write", None),
    ("Write", {"a": 1}),
]
