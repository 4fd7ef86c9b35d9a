"""Cases of package html."""

PATH = "html"
ENTITIES = [
    "", "abc", "&lt;&amp;&gt;&quot;&apos;", "&eacute;&#233;&#xe9;&#XE9;", "&foo;&", "&amp", "&amplt;", "&notit;", "&NotEqualTilde;", "&#0;", "&#x80;&#159;", "&#1114112;", "&#55296;", "&copy", "&#;",
    "&#x;", "&#", "&#x", "&#1", "&#1;", "&#12 x", "&#1 x", "&#xg", "& lt;", "&Lt;", "&LT", "&ltx", "&gt1;", "&nbsp;x", "&acE;", "&#x1F600;", "&#99999999999999999999;", "&#x81;", "a&b&c;", "&;", "&amp;lt;", "&ThickSpace;",
]
CASES = [*(("Escape", text) for text in ("", "abc", "<a href=\"x\">'&</a>é", "&amp;", "\n")), *(("Unescape", text) for text in ENTITIES), ("Escape", 1), ("Unescape", b"a")]
