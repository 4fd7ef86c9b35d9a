"""Programs in the manner of definitions: parameters, their schema, and a template that reads them with care."""

from __future__ import annotations

from tests.oracle.programs.shapes import Shape
from tests.oracle.programs.structs import Structs

FIELDS = ("image", "cpu", "port", "labels", "env", "probe", "mode", "cmd", "volumes", "kind")


class Templates(Structs):
    """Generates such programs."""

    def program(self) -> str:
        """Definitions used by the schema, `parameter` twice (schema and data), helpers and outputs."""
        top: dict[str, Shape] = {"context": Shape("struct", {"name": (Shape("string"), "")})}
        self.scopes = [top]
        lines = ['context: {name: "web", id: 3}']
        for name in ("#Port", "#Env", "#Probe")[: self.count(0, 3)]:
            definition, top[name] = self.parameter_type(1)
            lines += [f"{name}: {definition}"]
        text, parameter = self.parameter_type(2)
        data = f"parameter: {self.fitting(parameter)}"
        schema = f"parameter: {text}"
        top["parameter"] = parameter
        for _ in range(self.count(0, 2)):
            lines.append(self.helper(top))
        for _ in range(self.count(1, 3)):
            self.fuel = 60
            lines.append(self.output(top))
        lines += [schema, data] if self.chance(70) else [data, schema]
        if self.chance(15):
            self.random.shuffle(lines)
        return self.file(lines)

    # ---------------------------------------------------------------------------------------- parameters

    def parameter_type(self, depth: int) -> tuple[str, Shape]:
        """A struct of constraints as definitions have them."""
        shape = Shape("struct")
        parts = []
        for label in self._labels(self.count(1, 4)):
            mark = self.weighted({"": 5, "?": 5, "!": 1})
            text, at = self._parameter(depth)
            shape.fields[label] = (at, mark)
            parts.append(f"{label}{mark}: {text}")
        if self.chance(8):
            parts.append("...")
        body = "{" + ", ".join(parts) + "}"
        if depth == 2 and self.chance(12) and self.on("alternatives", 60):
            other = [name for name in self.scopes[0] if name.startswith("#")]
            if other:
                form = self.pick(("*{0} | {1}", "{1} | {0}", "*{1} | close({0})", "{1} & {0}"))
                return form.format(body, self.pick(other)), shape
        return body, shape

    def _labels(self, count: int) -> list[str]:
        labels = list(FIELDS)
        self.random.shuffle(labels)
        return labels[:count]

    def _parameter(self, depth: int) -> tuple[str, Shape]:
        kind = self.weighted(
            {
                "scalar": 8,
                "default": 6,
                "enum": 3,
                "list": 4,
                "struct": 4,
                "map": 2,
                "ref": 2,
                "alt": 1,
            }
        )
        scalar = str(self.pick(("int", "string", "string", "bool")))
        if kind == "default":
            other = self.pick((scalar, scalar, "string", f"{self.atom(scalar)}"))
            return f"*{self.literal(scalar)} | {other}", Shape(scalar)
        if kind == "enum":
            return self.pick(
                ('"a" | "b"', '*"a" | "b" | "c"', "1 | 2", "*null | string", '"a" | *"b"')
            ), Shape("string")
        if kind == "list" and depth > 0:
            text, elem = self._parameter(depth - 1)
            return self.pick((f"[...{text}]", f"*[] | [...{text}]", f"[{text}, ...]")), Shape(
                "list", elem=elem
            )
        if kind == "struct" and depth > 0:
            return self.parameter_type(depth - 1)
        if kind == "map":
            text, elem = self._parameter(0)
            return self.pick((f"[string]: {text}", f'[=~"^[a-m]"]: {text}')).join("{}"), Shape(
                "struct", {"cpu": (elem, "?")}
            )
        names = [n for n in self.scopes[0] if n.startswith("#")]
        if kind == "ref" and names:
            name = str(self.pick(names))
            shape = self.scopes[0][name]
            return self.pick((name, name, f"[...{name}]")), shape
        if kind == "alt" and depth > 0:
            text, shape = self.parameter_type(depth - 1)
            return f"{scalar} | {text}", shape
        return self.constraint(scalar, 0), Shape(scalar)

    def literal(self, kind: str) -> str:
        """A literal of a kind."""
        from tests.oracle.programs.expressions import LITERALS

        return LITERALS[kind][self.random.randrange(3) % len(LITERALS[kind])]

    # ------------------------------------------------------------------------------------------ templates

    def helper(self, top: dict[str, Shape]) -> str:
        """A hidden field or a let that prepares something."""
        kind = self.weighted({"list": 4, "map": 3, "struct": 3, "let": 2, "expr": 2})
        name = self.pick(("_a", "_b", "base", "_params"))
        if kind == "let":
            text = self.read(self.pick(("int", "string", "struct", "list")))
            top["loc"] = Shape("string")
            return f"let loc = {text}\nuse: loc"
        if kind == "list":
            text, shape = (
                self._listing(),
                Shape("list", elem=Shape("struct", {"name": (Shape("string"), "")})),
            )
        elif kind == "map":
            text, shape = "{\n" + self.loop("\t") + "\n}", Shape("struct")
        elif kind == "struct":
            text, shape = self.block(1)
        else:
            text, shape = self.read("string"), Shape("string")
        top[name] = shape
        return f"{name}: {text}"

    def output(self, top: dict[str, Shape]) -> str:
        """`output` or one of `outputs`."""
        name = self.pick(("output", "outputs", "patch", "status"))
        text, shape = self.block(3)
        top.setdefault(name, shape)
        return f"{name}: {text}"

    def read(self, kind: str) -> str:
        """A path into the parameters or what is else there, most likely of a kind."""
        found = self.reference(kind)
        if found is None or self.chance(12):
            every = []
            for scope in self.scopes:
                for name, shape in scope.items():
                    every += [path for path, _ in shape.paths(name)]
            found = str(self.pick(every)) if every else "context.name"
            if self.chance(25):
                found += f".{self.pick(FIELDS)}"
        return found

    def guard(self) -> str:
        """What a template asks before it uses a parameter."""
        path = self.read(self.pick(("int", "string", "struct", "list", "bool")))
        kind = self.weighted(
            {"has": 10, "not": 3, "eq": 3, "bool": 2, "and": 2, "len": 2, "null": 1, "key": 1}
        )
        if kind == "has":
            return f"{path} != _|_"
        if kind == "not":
            return f"{path} == _|_"
        if kind == "eq":
            scalar = self.pick(("int", "string"))
            return f"{self.read(scalar)} {self.pick(('==', '!='))} {self.literal(scalar)}"
        if kind == "bool":
            return self.pick(("", "!")) + self.read("bool")
        if kind == "and":
            return f"{path} != _|_ {self.pick(('&&', '||'))} {self.read('struct')} == _|_"
        if kind == "len":
            return f"len({self.read(self.pick(('list', 'struct', 'string')))}) > 0"
        if kind == "null":
            return f"{path} != null"
        return f'{self.read("struct")}["{self.pick(FIELDS)}"] != _|_'

    def _guards(self) -> str:
        path = self.read(self.pick(("int", "string", "struct", "list")))
        if self.chance(25):
            return f"if {path} != _|_ if {self.guard()}"
        return f"if {self.guard()}"

    def value_of(self, depth: int) -> str:
        """A value of an output: copied, computed, or a struct or list."""
        kind = self.weighted(
            {
                "read": 8,
                "text": 3,
                "lit": 3,
                "block": 4 if depth else 0,
                "list": 3 if depth else 0,
                "expr": 2,
                "and": 1,
            }
        )
        scalar = self.pick(("int", "string", "bool"))
        if kind == "read":
            return self.read(self.pick(("int", "string", "struct", "list", "bool")))
        if kind == "text":
            first = f'"{self.pick(("", "p-"))}\\({self.read(self.pick(("string", "int")))})'
            return first + (f'-\\({self.read("string")})"' if self.chance(30) else '"')
        if kind == "block":
            return self.block(depth - 1)[0]
        if kind == "list":
            return self._listing()
        if kind == "expr":
            return self.expression(scalar, 1)
        if kind == "and":
            return f"{self.read('struct')} & {self.block(0)[0]}"
        return self.literal(scalar)

    def _listing(self) -> str:
        kind = self.weighted({"for": 4, "if": 4, "plain": 2})
        if kind == "plain":
            return f"[{self.value_of(0)}, {self.value_of(0)}]"
        if kind == "if":
            parts = [f"{self._guards()} {{{self._element()}}}" for _ in range(self.count(1, 2))]
            if self.chance(40):
                parts.append(self.value_of(0))
            return "[" + ", ".join(parts) + "]" + ("[0]" if self.chance(15) else "")
        head, names = self._loop_head()
        self.scopes.append(names)
        if self.chance(25):
            head += f" if {self.guard()}"
        text = f"[{head} {{{self._element()}}}]"
        self.scopes.pop()
        return text

    def _element(self) -> str:
        if self.chance(30):
            return self.read(self.pick(("struct", "string")))
        parts = [f"{label}: {self.value_of(0)}" for label in self._labels(self.count(1, 2))]
        if self.chance(40):
            parts.append(f"if {self.guard()} {{{self.pick(FIELDS)}: {self.value_of(0)}}}")
        return ", ".join(parts)

    def _loop_head(self) -> tuple[str, dict[str, Shape]]:
        source = self.read(self.pick(("list", "struct")))
        element = Shape("struct", {"name": (Shape("string"), ""), "port": (Shape("int"), "")})
        for scope in self.scopes:
            for name, shape in scope.items():
                for path, at in shape.paths(name):
                    if path == source and at.elem is not None:
                        element = at.elem
        if self.chance(45):
            return f"for k, v in {source}", {"k": Shape("string"), "v": element}
        return f"for v in {source}", {"v": element}

    def loop(self, indent: str) -> str:
        """`for … {"\\(k)": …}`."""
        head, names = self._loop_head()
        self.scopes.append(names)
        if self.chance(25):
            head += f" if {self.guard()}"
        key = "k" if "k" in names else self.pick(("v.name", "v", "v.kind"))
        label = self.pick((f'"\\({key})"', f'"x-\\({key})"', f"({key})"))
        text = f"{indent}{head} {{\n{indent}\t{label}: {self.value_of(1)}\n{indent}}}"
        self.scopes.pop()
        return text

    def block(self, depth: int) -> tuple[str, Shape]:
        """A struct with guarded fields."""
        shape = Shape("struct")
        frame: dict[str, Shape] = {}
        self.scopes.append(frame)
        parts: list[str] = []
        for label in self._labels(self.count(1, 3)):
            kind = self.weighted(
                {
                    "field": 8,
                    "if": 6,
                    "both": 2,
                    "loop": 2,
                    "embed": 2,
                    "own": 2,
                    "dynamic": 1,
                    "hidden": 1,
                    "schema": 1,
                }
            )
            if kind == "if":
                inner = [
                    f"{name}: {self.value_of(max(0, depth - 1))}"
                    for name in self._labels(self.count(1, 2))
                ]
                if self.chance(25):
                    inner.append(
                        f"{self._guards()} {{\n\t{self.pick(FIELDS)}: {self.value_of(0)}\n}}"
                    )
                body = "\n".join(inner).replace("\n", "\n\t")
                parts.append(f"{self._guards()} {{\n\t{body}\n}}")
            elif kind == "both":
                test = self.read(self.pick(("string", "int", "bool")))
                parts.append(f"if {test} != _|_ {{\n\t{label}: {self.value_of(0)}\n}}")
                parts.append(f"if {test} == _|_ {{\n\t{label}: {self.value_of(0)}\n}}")
            elif kind == "loop":
                parts.append(self.loop(""))
            elif kind == "embed":
                parts.append(self.pick((self.read("struct"), self.block(0)[0] if depth else "{}")))
            elif kind == "own":
                parts.append(f"{label}: {self.value_of(0)}")
                frame[label] = Shape("string")
                parts.append(f"if {label} != _|_ {{\n\t{self.pick(FIELDS)}: {label}\n}}")
            elif kind == "dynamic":
                parts.append(f"({self.read('string')}): {self.value_of(0)}")
            elif kind == "hidden":
                parts.append(f"_x: {self.value_of(0)}")
                frame["_x"] = Shape("struct")
            elif kind == "schema":
                text, at = self.parameter_type(0)
                parts.append(f"{label}: {text} & {self.fitting(at)}")
            else:
                text = self.value_of(max(0, depth - 1))
                parts.append(f"{label}: {text}")
                frame.setdefault(label, Shape("string"))
            shape.fields.setdefault(label, (Shape("string"), ""))
        self.scopes.pop()
        return "{\n\t" + "\n".join(parts).replace("\n", "\n\t") + "\n}", shape
