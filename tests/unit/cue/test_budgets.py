"""Runaway programs end in a diagnostic: quickly, in little memory, never in a crash. Each runs in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Any

import pytest

SECONDS = 30
"""Generous, for slow and busy machines; the budget is made for five."""
MEMORY = 2 << 30

PROGRAM = """
import json, sys
from velac import cue
text = json.loads(sys.stdin.read())
try:
    value = cue.export({"in.cue": text})
    print(json.dumps(["value", repr(value)[:100], ""]))
except cue.CueError as error:
    first = error.problems[0]
    print(json.dumps([first.code, first.message, " ".join(map(str, first.spans))]))
"""


def lines(count: int, line: str, *last: str) -> str:
    """`line` with `{i}` and `{j}` (the next number) replaced, so many times."""
    made = [line.replace("{i}", str(i)).replace("{j}", str(i + 1)) for i in range(count)]
    return "\n".join([*made, *last])


EVALUATION = {
    "an alternative that holds itself": "d: {\n\td: a | 1\n\ta: 1\n}\nd | _\nd: _\n",
    "alternatives of alternatives": 'b: {\n\tlet y = {\n\t\td: {\n\t\t\td: 1\n\t\t\t[_]: "" | _\n\t\t}\n\t\t1 | d\n\t}\n\tc: y\n}',
    "text doubling": lines(60, "a{j}: a{i} + a{i}", 'a0: "x"'),
    "interpolation doubling": lines(60, r'a{j}: "\(a{i})\(a{i})"', 'a0: "x"'),
    "list doubling": 'import "list"\n' + lines(60, "a{j}: list.Concat([a{i}, a{i}])", "a0: [1]"),
    "struct doubling": lines(60, "a{j}: {l: a{i}, r: a{i}}", "a0: {x: 1}"),
    "product of structs": "x: " + " & ".join(f"({{a{i}: 1}} | {{a{i}: 2}})" for i in range(40)),
    "product of types": "x: "
    + " & ".join("(" + " | ".join(f'=~"{c}{i}"' for c in "abc") + ")" for i in range(40)),
    "nested loops": "l: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\nx: ["
    + " ".join(f"for v{i} in l" for i in range(9))
    + " {v0}]",
    "chain of references": lines(12000, "a{i}: a{j}", "a12000: 1"),
    "chain of sums": lines(12000, "a{i}: a{j} + 1", "a12000: 1"),
    "values within values": lines(3000, "a{i}: x: a{j}", "a3000: 1"),
    "values within values compared": "y: {a: a0} | {a: b0}\n"
    + lines(20000, "a{i}: x: a{j}\nb{i}: x: b{j}", "a20000: 1", "b20000: 1"),
    "chain of embedded definitions": lines(300, "#a{j}: {#a{i}, x{i}: 1}", "#a0: {}"),
    "product of bounds": "x: " + " & ".join(f"(>{i} | <{100 + i} | string)" for i in range(30)),
    "chain of structs": lines(600, "a{i}: a{j} & {x{i}: 1}", "a600: {}"),
}
# Work that is cheap once and done a hundred thousand times.
LOOPS = {
    "searches of a long text": 't =~ "c$"',
    "comparisons of long texts": "t < t",
    "lengths of a long text": "len(t)",
    "long texts for functions": 'strings.Contains(t, "c")',
    "bounds on a long text": 't & >"aa"',
    "large regular expressions": r'"a" =~ "[\\pL\\pN]{1,500}\(i)"',
    "regular expressions that are too large": r'"a" =~ "([\\pL\\pN]{1,500}){1,2}\(i)"',
    "regular expressions": r'regexp.Match("^a\(i)(b|c)*$", "abc")',
    "patterns of paths": r'path.Match("a*b\(i)?", "abc", "unix")',
    "series": "math.Pow(3.7, 300.5)",
    "numbers of many digits": "math.Pow(3, 30000) * 3",
    "shifts": "bits.Lsh(1, 1000000)",
    "comparisons of lists": "l == l",
    "documents of a list": "yaml.Marshal(l)",
    "sums of a list": "list.Sum(l)",
    "the length of a struct": "len(s)",
}
SYNTAX = {
    "labels": "a: " * 100_000 + "1",
    "parentheses": "x: " + "(" * 100_000 + "1" + ")" * 100_000,
    "lists": "x: " + "[" * 100_000 + "]" * 100_000,
    "structs": "x: " + "{a: " * 50_000 + "1" + "}" * 50_000,
    "operators": "x: " + "!" * 100_000 + "true",
    "calls": "x: " + "len(" * 50_000 + "[]" + ")" * 50_000,
    "elements": "x: [" + ",".join(["1"] * 600_000) + "]",
    "sum": "x: " + "+".join(["1"] * 20_000),
    "conjunction": "x: " + "&".join(["int"] * 20_000),
    "disjunction": "x: " + "|".join(map(str, range(20_000))),
    "selectors": "x: y" + ".a" * 100_000,
}
REFUSED = {
    "matches of a path": 'import "path"\nimport "strings"\n'
    'x: path.Match(strings.Repeat("*a", 5000)+"b", strings.Repeat("a", 100000), "unix")',
    "one long replacement": 'import "regexp"\nimport "strings"\n'
    'x: regexp.ReplaceAll("(a*)", strings.Repeat("a", 1000000), strings.Repeat("$1", 1000))',
    "a template that doubles a text": 'import "text/template"\nx: template.Execute("{{$x := \\"xxxxxxxxxx\\"}}'
    + "{{$x = print $x $x}}" * 40
    + '", 1)',
    "long keys of TOML": 'import "encoding/toml"\nimport "strings"\n'
    'x: toml.Unmarshal("a"+strings.Repeat(".a", 100000)+" = 1")',
    "tiny steps to a huge number": 'import "list"\nx: list.Range(0, 1e99999, 1e-99999)',
    "bounds of one value": "x: " + " & ".join(f">{i}" for i in range(9000)),
    "validators of one value": 'import "strings"\nx: '
    + " & ".join(f"strings.MinRunes({i})" for i in range(9000)),
    "large regular expressions in the text": lines(300, r'x{i}: =~"[\\pL\\pN]{1,500}{i}"'),
    "recursion": '#F: {n: int, next: #F & {"n": n + 1}}\nx: #F & {n: 0}',
    "mutual recursion": "#A: {b: #B}\n#B: {a: #A}\nx: #A",
    "recursion in a list": "#F: {n: int, l: [for i in [1, 2, 3] {#F}]}\nx: #F & {n: 0}",
    "repeated text": 'import "strings"\nx: strings.Repeat("x", 1099511627776)',
    "text times a number": 'x: "x" * 1099511627776',
    "repeated list": 'import "list"\nx: list.Repeat([1], 1099511627776)',
    "range": 'import "list"\nx: list.Range(0, 1000000000, 1)',
    "regexp": 'x: "a" =~ "((((a{100}){100}){100}){100})"',
    "power": 'import "math"\nx: math.Pow(10, 1000000000)',
    "products": lines(40, "a{j}: a{i} * a{i}", "a0: 12345678901234567890"),
    "shift": 'import "math/bits"\nx: bits.Lsh(1, 100000000000)',
    "json": 'import "encoding/json"\nx: json.Unmarshal("' + "[" * 200_000 + '")',
    "json below a chain": 'import "encoding/json"\n'
    + lines(8900, "a{i}: a{j}", 'a8900: json.Unmarshal("' + "[" * 200_000 + '")'),
    "digits": "x: " + "9" * 200_000,
    "matches": 'import ("regexp", "strings")\n'
    'x: len(regexp.FindAll("a", strings.Repeat("a", 5000000), -1))',
    "replacements": 'import ("regexp", "strings")\n'
    'x: len(regexp.ReplaceAll("a", strings.Repeat("a", 5000000), "bb"))',
    "documents": 'import ("encoding/yaml", "strings")\n'
    'x: yaml.UnmarshalStream(strings.Repeat("---\\na: 1\\n", 1000000))',
    "unknown names": lines(5000, "a{i}: b{i}"),
    "undecided all the way down": lines(30, "a{j}: {x: a{i}} | {y: a{i}}", "a0: 1 | 2"),
    "lists of one list": lines(40, "let a{j} = [a{i}, a{i}]", "let a0 = 1", "x: a40"),
    "brackets": "}" * 100_000,
}
ACCEPTED = {
    "regexp that backtracks": 'x: "' + "a" * 40 + '!" =~ "^(a+)+$"',
    "conjunction of structs": "x: " + "&".join(["{a: 1}"] * 3000),
    "chain back": "a0: 1\n" + "\n".join(f"a{i}: a{i - 1}" for i in range(1, 3000)),
    "comments": "// x\n" * 100_000,
    "patterns by the hundred": "x: {\n"
    + lines(500, '[=~"^f{i}$"]: int', "")
    + lines(500, "f{i}: 1")
    + "\n}",
    "forward chain of references": lines(5000, "a{i}: a{j}", "a5000: 1"),
    "forward chain of calls": 'import "list"\n'
    + lines(3000, "a{i}: list.Concat([[a{j}[0]], [2]])", "a3000: [1]"),
    "forward chain of sums": lines(5000, "a{i}: a{j} + 1", "a5000: 1"),
    "forward chain of comprehensions": lines(
        5000, "a{i}: {for k, v in a{j} {(k): v}}", "a5000: x: 1"
    ),
    "fan of references": lines(40, "a{j}: a{i} & a{i} & a{i}", "a0: x: 1"),
    "fan of two references": lines(
        40, "a{j}: a{i} & b{i} & a{i}\nb{j}: b{i} & a{i}", "a0: x: 1\nb0: y: 1"
    ),
    "fan of embeddings": lines(40, "a{j}: {a{i}, a{i}, a{i}}", "a0: x: 1"),
    "powers of two": "x: len([" + "1Ki*" * 4000 + "1])",
    "long text": 'x: "' + "a" * 10_000_000 + '"',
}


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def outcome(text: str) -> Any:
    """The code of the first problem, its message and its places, or "value"."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(text), capture_output=True, text=True,
        timeout=SECONDS, check=False, preexec_fn=limited,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("name", EVALUATION)
def test_evaluation_is_budgeted(name: str) -> None:
    code, message, places = outcome(EVALUATION[name])
    assert code == "V208", message
    assert places.startswith("in.cue:"), message


@pytest.mark.slow
@pytest.mark.parametrize("name", LOOPS)
def test_large_operands_count(name: str) -> None:
    text = f"""\
t: strings.Repeat("ab", 5000000)
l: list.Range(0, 20000, 1)
s: {{for i in l {{"k\\(i)": i}}}}
x: [for i in list.Range(0, 100000, 1) {{({LOOPS[name]}) == _|_}}]
"""
    packages = ("list", "math", "math/bits", "path", "regexp", "strings", "encoding/yaml")
    used = [f'"{path}"' for path in packages if path.rsplit("/", 1)[-1] + "." in text]
    code, message, _ = outcome(f"import ({', '.join(used)})\n{text}")
    assert code == "V208", message


@pytest.mark.slow
@pytest.mark.parametrize("name", SYNTAX)
def test_syntax_is_limited(name: str) -> None:
    code, message, _ = outcome(SYNTAX[name])
    assert code in ("V101", "V106"), message


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_what_grows_without_end_is_refused(name: str) -> None:
    assert outcome(REFUSED[name])[0].startswith("V")


@pytest.mark.slow
@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_only_long_is_accepted(name: str) -> None:
    assert outcome(ACCEPTED[name])[0] == "value"


def test_a_budget_can_be_given() -> None:
    from velac import cue
    from velac.compiler.cue.parts import Budget

    text = "x: [for i in [1, 2, 3, 4, 5, 6, 7, 8] {v: i}]"
    assert not cue.evaluate({"in.cue": text}).problems()
    with pytest.raises(cue.CueError) as caught:
        cue.evaluate({"in.cue": text}, budget=Budget(steps=20)).problems()
    assert caught.value.problems[0].code == "V208"
