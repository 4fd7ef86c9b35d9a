"""What the lexer knows about the letters of CUE: its tokens, words and delimiters as regular expressions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from velac.grammar.literals import Quote

WORD = r"""[^\W\d_][\w$]*+ | \$[\w$]*+ | _{1,2}\#(?:(?!\d)[\w$]++)? | _(?!\|)[\w$]*+
            | \#(?!["'#])(?:(?!\d)[\w$]++)?"""
MANTISSA = r"(?:0[0-9][0-9_]*+|0|[1-9][0-9_]*+)(?:\.(?!\.)[0-9_]*+)? | \.[0-9][0-9_]*+"
NUMBER = rf"0[xX][0-9a-fA-F_]*+ | 0b[01_]*+ | 0o[0-7_]*+ | (?:{MANTISSA})(?:[KMGTP]i?|[eE][-+]?[0-9_]*+)?"
MASTER: Final = re.compile(
    rf"""[ \t\r]*+(?:
      (?P<word> {WORD})
    | (?P<newline> \n[ \t\r\n]*+)
    | (?P<mark> [:,{{}}()[\]?])
    | (?P<plain_string> "(?!"")[^"\\\n\r]*+")
    | (?P<number> {NUMBER})
    | (?P<comment_lines> //[^\n]*+(?:\n[ \t\r]*+//[^\n]*+)*+)
    | (?P<string> \#*+["'])
    | (?P<ellipsis> \.\.\.)
    | (?P<bottom> _\|_)
    | (?P<dot> \.(?!\.))
    | (?P<infix> \|\|?|&&?|==|/)
    | (?P<sign> =~|!~|!=|<=|>=|<(?!-)|>|[-+*])
    | (?P<bang> !)
    | (?P<equal> =)
    | (?P<attribute> @)
    | (?P<end> \Z)
    | (?P<illegal> _\||\.\.|<-|\#++|.)
    )""",
    re.VERBOSE | re.DOTALL,
)
MARKS: Final = {
    ":": "COLON", ",": "COMMA", "{": "LBRACE", "}": "RBRACE", "(": "LPAR", ")": "RPAR", "[": "LSQB",
    "]": "RSQB", "?": "QUESTION",
}  # fmt: skip
WORDS: Final = frozenset((
    "for", "if", "let", "in", "div", "mod", "quo", "rem", "true", "false", "null", "package", "import",
))  # fmt: skip
OPERATORS: Final = frozenset(("div", "mod", "quo", "rem"))
OPERANDS: Final = frozenset(("IDENT", "STRING", "LITERAL", "IEND", "RPAR", "RSQB", "RBRACE"))
BEGINNINGS: Final = frozenset(("", "NL", "COMMA", "LBRACE", "LSQB"))
ENDINGS: Final = OPERANDS | {
    "QUESTION", "ELLIPSIS", "ATTRIBUTE", "FOR", "IF", "LET", "IN", "PACKAGE", "IMPORT", "WORD",
}  # fmt: skip
LABEL_FOLLOWS: Final = {
    "for": re.compile(r"[ \t\r]*(?::|=(?![=~])|\?|!(?![=~])|,|//|\n|\Z)"),
    "if": re.compile(r"[ \t\r]*(?::|=(?![=~])|\?|!\s*:|,|//|\n|\Z)"),
    "let": re.compile(r"[ \t\r]*(?::|=(?![=~])|\?|!(?![=~])|,|//|\n|[)\]}]|\Z)"),
}
PREAMBLE_FOLLOWS: Final = re.compile(r"""[ \t\r]*(?=[\w$#"'(])""")
COMMENT: Final = re.compile(r"//([^\n]*)")
LEADS: Final = re.compile(r"\n[ \t\r]*(?!\s|\Z)")
ATTRIBUTE: Final = re.compile(r"@([\w$]*)\s*(\(?)")
ATTRIBUTE_PIECE: Final = re.compile(
    r"""[^\"'#()[\]{}/%\\^`]+ | //[^\n]*+ | / | (?P<string> \#*+["']) | \#++ | (?P<open> [(\[{])
    | (?P<close> [)\]}]) | (?P<illegal> .)""",
    re.VERBOSE | re.DOTALL,
)
CLOSERS: Final = {"(": ")", "[": "]", "{": "}"}
FOREIGN: Final = {
    "%": "write `mod` or `rem` for a remainder",
    ";": "declarations end with a newline or `,`",
    "#": "a comment begins with `//`",
    "`": 'strings are quoted with `"`',
    **dict.fromkeys("“”„‘’«»", 'strings are quoted with a plain `"`'),
    **dict.fromkeys("\u00a0\u2007\u202f\u3000\u200b\ufeff", "write a plain space, or nothing"),
    **dict.fromkeys("–—−", "write a plain `-`"),
    "：": "write a plain `:`",
    "，": "write a plain `,`",
}
FORBIDDEN: Final = re.compile("\0|(?!\\A)\ufeff")


@lru_cache(maxsize=32)
def string_part(quote: Quote) -> re.Pattern[str]:
    r"""One text part of a string after its opening, up to its closing quotes or the `(` of an interpolation."""
    char, hashes = quote.char, "#" * quote.hashes
    escape = rf"\\{hashes}"
    plain = rf"[^{char}\\]" if quote.multiline else rf"[^{char}\\\n]"
    loose = [rf"{plain}++", rf"{escape}[^(]" if quote.multiline else rf"{escape}[^(\n]"]
    if len(quote.closing) > 1:
        loose.append(rf"{char}(?!{quote.closing[1:]})")
    if hashes:
        loose.append(rf"\\(?!{hashes})")
    return re.compile(
        rf"(?:{'|'.join(loose)})*+(?:(?P<close>{quote.closing})|(?P<open>{escape}\())?"
    )
