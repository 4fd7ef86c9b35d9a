"""Structs and programs: schemas, data that fits them more or less, and templates that read them."""

from __future__ import annotations

import re
from typing import Any

from tests.oracle.programs.expressions import Expressions
from tests.oracle.programs.shapes import LABELS, QUOTED, SCALARS, Shape


class Structs(Expressions):
    """Generates whole programs."""

    def program(self) -> str:
        """The text of a file: declarations, with the imports that they turned out to need."""
        top: dict[str, Shape] = {}
        self.scopes = [top]
        lines: list[str] = []
        for _ in range(self.count(2, 6)):
            self.fuel = 40
            lines.append(self.top_level(top))
        if self.chance(10):
            self.random.shuffle(lines)
        if self.chance(1):
            return ""
        return self.file(lines)

    def file(self, declarations: list[str]) -> str:
        """The text of a file: the imports that the declarations need, then these."""
        call = self.call_in_turn(lambda kind: self.expression(kind, 1))
        if call is not None:
            declarations = [*declarations, f"{self.pick((*LABELS, *'fffffff'))}: {call}"]
        body = "\n".join(declarations) + "\n"
        for path in sorted(self.imports):
            short = path.rsplit("/", 1)[-1]
            if self.chance(4) and f"{short}_." not in body:
                body = re.sub(rf"(?<![\w/\".]){short}\.", f"{short}_.", body)
                self.imports.discard(path)
                return (
                    f'import {short}_ "{path}"\n'
                    + self._header().removeprefix("package p\n")
                    + body
                )
        return self._header() + body

    def _header(self) -> str:
        lines = []
        if self.chance(1):
            lines.append("import ()")
            if self.imports:
                lines.pop()
        if self.chance(5):
            lines.append("// a comment\n@attribute(x)" if self.chance(30) else "package p")
        paths = sorted(self.imports)
        if len(paths) > 1 and self.chance(30):
            lines.append("import (\n" + "".join(f'\t"{path}"\n' for path in paths) + ")")
        else:
            lines += [f'import "{path}"' for path in paths]
        return "".join(line + "\n" for line in lines)

    def top_level(self, top: dict[str, Shape]) -> str:
        """One declaration of the file."""
        kind = self.weighted(
            {
                "schema": 5,
                "data": 6,
                "template": 4,
                "value": 5,
                "decl": 3,
                "call": 5 if self.on("calls", 30) else 0,
            }
        )
        if kind == "schema":
            name = self.fresh(top, ("#D", "#E", "a", "b", "_h", "_#F"))
            text, shape = self.schema(2)
            if name.startswith(("#", "_#")):
                shape.closed = True
            top[name] = shape
            return f"{name}: {text}"
        if kind == "data":
            return self._data(top)
        if kind == "template":
            name = self.fresh(top, LABELS)
            text, shape = self.struct(2)
            top.setdefault(name, shape)
            return f"{name}: {text}"
        if kind == "call":
            name = self.fresh(top, LABELS)
            return f"{name}: {self.any_call(lambda k: self.expression(k, 1))}"
        if kind == "value":
            name = self.fresh(top, (*LABELS, "_h", "#E"))
            value_kind = self.pick((*SCALARS[:4], "list", "struct"))
            text = self.expression(value_kind, 3)
            top.setdefault(name, Shape(value_kind))
            return f"{name}: {text}"
        return "\n".join(self.declaration(Shape("struct"), top, 2))

    def _data(self, top: dict[str, Shape]) -> str:
        known = [name for name, shape in top.items() if shape.kind == "struct"]
        if not known:
            return f"{self.pick(LABELS)}: {self.expression('int', 2)}"
        name = str(self.pick(known))
        shape = top[name]
        if not shape.closed and self.chance(40):
            return f"{name}: {self.fitting(shape)}"
        target = self.fresh(top, LABELS)
        top.setdefault(target, Shape("struct", dict(shape.fields)))
        form = self.weighted(
            {"&": 6, "rev": 1, "embed": 3, "two": 1, "alone": 1, "list": 1, "paren": 1, "or": 1}
        )
        data = self.fitting(shape)
        if form == "embed":
            inner = data[1:-1].strip()
            return (
                f"{target}: {{{name}, {inner}}}"
                if inner and "\n" not in inner
                else f"{target}: {{{name}}}"
            )
        if form == "two":
            return f"{target}: {name}\n{target}: {data}"
        if form == "list":
            return f"{target}: [...{name}]\n{target}: [{data}]"
        if form == "rev":
            return f"{target}: {data} & {name}"
        if form == "paren":
            return f"{target}: {{{name}}} & {data}"
        if form == "or":
            other = self.pick(known)
            return f"{target}: {self.pick(('*', ''))}{name} | {other}\n{target}: {data}"
        return f"{target}: {name}" if form == "alone" else f"{target}: {name} & {data}"

    def fresh(self, taken: dict[str, Any], options: tuple[str, ...]) -> str:
        """One of several labels, mostly one that is not declared yet."""
        free = [label for label in options if label not in taken]
        return str(self.pick(free if free and self.chance(80) else options))

    # ------------------------------------------------------------------------------------ schema and data

    def schema(self, depth: int) -> tuple[str, Shape]:
        """A struct of constraints, or a disjunction of such."""
        if depth > 0 and self.chance(12) and self.on("struct disjunctions", 60):
            arms = [self.schema(depth - 1) for _ in range(2)]
            if self.chance(50):
                key = self.pick(LABELS)
                texts = [
                    f'{{{key}: "{tag}", {text[1:-1].strip()}}}'
                    for tag, (text, _) in zip("xy", arms, strict=True)
                ]
                texts = [t for t in texts if "\n" not in t] or ["{}"]
            else:
                texts = [text for text, _ in arms]
            if self.chance(30):
                texts[0] = "*" + texts[0]
            return " | ".join(texts) if len(texts) > 1 else texts[0].lstrip("*"), arms[0][1]
        shape = Shape("struct")
        parts = []
        frame: dict[str, Shape] = {}
        self.scopes.append(frame)
        for _ in range(self.count(1, 4)):
            label = self.fresh(shape.fields, LABELS)
            mark = self.weighted({"": 5, "?": 4, "!": 1})
            text, at = self._field_type(depth)
            shape.fields[label] = (at, mark)
            frame[label] = at
            parts.append(f"{label}{mark}: {text}")
        if self.chance(15):
            parts.append(f"[{self.pattern()}]: {self.constraint(self.pick(SCALARS), 0)}")
        if self.chance(12):
            shape.open = True
            parts.append("...")
        if self.chance(25):
            extra = self.declaration(shape, frame, 1)
            parts[-1:-1] = extra
        self.scopes.pop()
        if any("\n" in part for part in parts) or self.chance(20):
            return "{\n\t" + "\n\t".join(
                part.replace("\n", "\n\t") for part in parts
            ) + "\n}", shape
        return "{" + ", ".join(parts) + "}", shape

    def _field_type(self, depth: int) -> tuple[str, Shape]:
        kind = self.weighted({"scalar": 10, "struct": 3, "list": 2, "ref": 2, "top": 1})
        if kind == "struct" and depth > 0:
            return self.schema(depth - 1)
        if kind == "list" and depth > 0:
            text, elem = self._field_type(depth - 1)
            if self.chance(25):
                return f"*[] | [...{text}]", Shape("list", elem=elem)
            return f"[...{text}]", Shape("list", elem=elem)
        if kind == "ref":
            found = self.reference("struct")
            if found is not None and "[" not in found:
                return found, Shape("struct")
        if kind == "top":
            return self.pick(("_", "{...}", "[...]")), Shape(self.pick(("int", "struct")))
        scalar = str(self.pick(SCALARS[:4]))
        return self.constraint(scalar, 1), Shape(scalar)

    def pattern(self) -> str:
        """The inside of a pattern label."""
        return str(
            self.pick(
                ("string", '=~"^[a-c]"', '"a" | "b"', "N=string", '!="a"', '>"b"', "_", '=~"e"')
            )
        )

    def fitting(self, shape: Shape) -> str:
        """Data for a schema: most fields, sometimes one too many or of a wrong kind."""
        if shape.kind == "struct":
            parts = []
            for label, (at, mark) in shape.fields.items():
                if self.chance(45 if mark == "?" else 75):
                    parts.append(f"{label}: {self.fitting(at)}")
            if self.chance(12):
                parts.append(f"{self.pick((*LABELS, *QUOTED, '_h', '#E'))}: {self.atom('int')}")
            return "{" + ", ".join(parts) + "}"
        if shape.kind == "list":
            elem = shape.elem or Shape("int")
            return "[" + ", ".join(self.fitting(elem) for _ in range(self.count(0, 2))) + "]"
        kind = shape.kind if self.chance(93) else str(self.pick(SCALARS))
        return self.expression(kind, 1) if self.chance(15) else self.atom(kind)

    # --------------------------------------------------------------------------------------- declarations

    def struct(self, depth: int) -> tuple[str, Shape]:
        """A struct literal of all kinds of declarations."""
        shape = Shape("struct")
        frame: dict[str, Shape] = {}
        self.scopes.append(frame)
        parts: list[str] = []
        for _ in range(self.count(0 if depth < 2 else 1, 4)):
            parts += self.declaration(shape, frame, depth)
        self.scopes.pop()
        if not parts:
            return "{}", shape
        if all("\n" not in part and not part.startswith("@") for part in parts) and self.chance(60):
            return "{" + ", ".join(parts) + "}", shape
        return "{\n\t" + "\n\t".join(part.replace("\n", "\n\t") for part in parts) + "\n}", shape

    def declaration(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        """One declaration (sometimes with one that uses it); notes what it declares."""
        kind = self.weighted(
            {
                "field": 12,
                "if": 5 if self.on("guards", 70) else 0,
                "for": 3 if self.on("loops") else 0,
                "embed": 3 if self.on("embedding") else 0,
                "let": 2 if self.on("lets") else 0,
                "dynamic": 2 if self.on("dynamic") else 0,
                "pattern": 2 if self.on("patterns") else 0,
                "hidden": 2,
                "alias": 1 if self.on("aliases", 30) else 0,
                "dots": 1,
                "attribute": 1 if self.on("attributes", 15) else 0,
                "nested": 1,
            }
        )
        return {
            "field": self._field, "if": self._if, "for": self._for, "embed": self._embed, "let": self._let,
            "dynamic": self._dynamic, "pattern": self._pattern, "hidden": self._hidden, "alias": self._alias,
            "dots": self._dots, "attribute": self._attribute, "nested": self._nested,
        }[kind](shape, frame, depth)  # fmt: skip

    def value(self, depth: int) -> tuple[str, Shape]:
        """A value or a constraint of any kind."""
        kind = str(self.pick((*SCALARS[:4], "list", "struct")))
        if kind == "struct":
            return self.struct(depth - 1) if depth > 0 else (self.atom("struct"), Shape("struct"))
        if self.chance(25):
            return self.constraint(kind, depth - 1), Shape(kind)
        return self.expression(kind, depth - 1), Shape(kind)

    def _field(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        label = self.fresh(shape.fields, LABELS if self.chance(85) else QUOTED)
        mark = self.weighted({"": 16, "?": 3, "!": 1})
        text, at = self.value(depth)
        shape.fields.setdefault(label, (at, mark))
        if label[0] != '"':
            frame.setdefault(label, at)
        tail = " @go(X)" if self.on("attributes", 15) and self.chance(30) else ""
        return [f"{label}{mark}: {text}{tail}"]

    def _hidden(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        label = str(self.pick(("_h", "_i", "#D", "#E")))
        text, at = self.schema(depth - 1) if label[0] == "#" and depth > 0 else self.value(depth)
        shape.fields.setdefault(label, (at, ""))
        frame.setdefault(label, at)
        return [f"{label}: {text}"]

    def _body(self, frame: dict[str, Shape], depth: int) -> str:
        self.scopes.append(frame)
        inner = Shape("struct")
        parts: list[str] = []
        for _ in range(self.count(1, 2)):
            make = (
                self._field if self.chance(80) else self._dynamic if self.chance(50) else self._if
            )
            parts += make(inner, {}, depth - 1)
        self.scopes.pop()
        return "{\n\t" + "\n\t".join(part.replace("\n", "\n\t") for part in parts) + "\n}"

    def _if(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        clauses = f"if {self.condition()}"
        if self.chance(20):
            clauses += f" if {self.condition()}"
        if self.chance(6) and self.on("lets"):
            clauses += f" let w = {self.atom('int')}"
        return [f"{clauses} {self._body({}, depth)}"]

    def _for(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        source = self.reference(self.pick(("struct", "list"))) or self.pick(
            ("[1, 2]", '["x", "y"]', "{a: 1, b: 2}")
        )
        names = {"v": Shape(self.pick(("int", "string", "struct")))}
        head = "for v in"
        if self.chance(60):
            names["k"] = Shape("string")
            head = "for k, v in"
        clauses = f"{head} {source}"
        self.scopes.append(names)
        if self.chance(25):
            clauses += f" if {self.condition(0)}"
        label = self.weighted({'"\\(k)"': 5, '"p\\(k)"': 3, "(k)": 2, '"\\(v)"': 1, "a": 1})
        if "k" not in names:
            label = label.replace("k", "v")
        value = (
            self.pick(("v", "v", "1"))
            if self.chance(70)
            else self.expression(self.pick(SCALARS), 1)
        )
        self.scopes.pop()
        return [f"{clauses} {{\n\t{label}: {value}\n}}"]

    def _embed(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        kind = self.weighted(
            {"ref": 6, "lit": 3, "and": 2, "close": 1, "scalar": 1, "list": 1, "or": 1}
        )
        if kind == "lit" and depth > 0:
            text, at = self.struct(depth - 1)
            shape.fields.update(at.fields)
            return [text]
        found = self.reference("struct")
        if kind == "scalar" and self.chance(40):
            return [self.expression(self.pick(SCALARS), 0)]
        if kind == "list" and self.chance(40):
            return [self.expression("list", 1)]
        if found is None:
            return self._field(shape, frame, depth)
        if kind == "and":
            return [f"{found} & {self.atom('struct')}"]
        if kind == "close":
            return [f"close({found})"]
        if kind == "or":
            return [f"{self.pick(('*', ''))}{found} | {self.atom('struct')}"]
        return [found]

    def _let(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        name = self.pick(("x", "y", "z"))
        if name in frame:
            return self._field(shape, frame, depth)
        text, at = self.value(depth)
        frame[name] = at
        label = self.fresh(shape.fields, LABELS)
        use = next((path for path, _ in at.paths(name)), name) if self.chance(50) else name
        shape.fields.setdefault(label, (at, ""))
        frame.setdefault(label, at)
        return [f"let {name} = {text}", f"{label}: {use}"]

    def _dynamic(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        key = self.expression("string", 1)
        text, _ = self.value(depth - 1)
        if "\n" in key:
            key = '"a"'
        label = (
            f"({key})"
            if self.chance(60)
            else f'"\\({key})"'
            if self.chance(60)
            else f'"b\\({key})"'
        )
        return [f"{label}{self.weighted({'': 8, '?': 1, '!': 1})}: {text}"]

    def _pattern(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        pattern = self.pattern()
        if pattern.startswith("N="):
            self.scopes.append({"N": Shape("string")})
            text = self.pick(("{n: N}", "_", "N", '"\\(N)"', "{a: int}"))
            self.scopes.pop()
            return [f"[{pattern}]: {text}"]
        text, _ = (
            self.value(depth - 1)
            if self.chance(50)
            else (self.constraint(self.pick(SCALARS), 1), None)
        )
        alias = "X=" if self.chance(8) and text.startswith("{") and "\n" not in text else ""
        if alias:
            text = text[:-1] + (", " if len(text) > 2 else "") + "z: X.a}"
        return [f"{alias}[{pattern}]: {text}"]

    def _alias(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        label = str(self.pick((*LABELS, '"q r"', "(_s)", '"\\(_s)"')))
        text, _ = self.value(depth)
        name = self.pick(("X", "Y"))
        used = str(self.pick(LABELS))
        extra = ['_s: "a"'] if "_s" in label else []
        if self.chance(35) and label in LABELS:
            body = (
                text[1:-1].strip()
                if text.startswith("{") and "\n" not in text and text.endswith("}")
                else ""
            )
            return [f"{label}: {name}={{{body}{', ' if body else ''}y: {name}.a, a: 1}}"]
        mark = self.weighted({"": 8, "?": 1, "!": 1})
        return [*extra, f"{name}={label}{mark}: {text}", f"{used}: {name}"]

    def _dots(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        return ["..."]

    def _attribute(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        return ['@foo(bar, a="b")']

    def _nested(self, shape: Shape, frame: dict[str, Shape], depth: int) -> list[str]:
        first, second = self.pick(LABELS), self.pick(LABELS)
        text, at = self.value(depth - 1)
        inner = Shape("struct", {second: (at, "")})
        shape.fields.setdefault(first, (inner, ""))
        frame.setdefault(first, inner)
        return [f"{first}: {second}: {text}"]
