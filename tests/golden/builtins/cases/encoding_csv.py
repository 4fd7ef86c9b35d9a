"""Cases of package encoding/csv."""

from decimal import Decimal as D

PATH = "encoding/csv"
ROWS = [
    [],
    [[]],
    [[""]],
    [["a", "b"], ["c"]],
    [[1, D("1.50"), True, None]],
    [["a,b", 'c"d', " x", "x\ny", "\\.", "a\r\nb", "é ", "#x", "a'b", "\t", "\u00a0x"]],
    [[[1], {"a": 2}, b"x\xff", D("1E+3")]],
    [1],
    1,
    [["a"], "b"],
    {"a": 1},
]
TEXTS = [
    "",
    "a,b\n1,2\n",
    "a,b\n1,2,3\n",
    'a,"b\nc"\n',
    'a,b"c\n',
    'a,"b" c\n',
    'a,"b',
    'a,"b\n',
    "\n\na\r\n\r\nb",
    "a;b\n x  \n",
    'a,"b""c"\n',
    '""\n',
    '"",""',
    ",",
    ",\n,",
    "é,日\n1,2",
    'é"x',
    '"é"x',
    'x\n"a\nb\nc"d\n',
    'x\n"a\nb',
    "a\rb",
    "a\r\n",
    '"a\r\nb"',
    "#a,b",
    ' "a"',
    "a\n\n\nb,c",
]
CASES = [
    *(("Encode", rows) for rows in ROWS),
    *(("Decode", text) for text in TEXTS),
    ("Decode", b"a,b"),
    ("Decode", 1),
]
