"""Go's `fmt` for the values that templates have: None, bool, int, float, str, bytes, list, dict."""

from __future__ import annotations

import re
from typing import Any, Final

from velac.compiler.cue.builtins.go import floats
from velac.compiler.cue.builtins.go.bounds import check_text
from velac.compiler.cue.builtins.go.quote import is_ascii, quote, quote_rune


class Int64(int):
    """An int that came from data; Go names its type in messages, and that of others `int`."""


_VERB: Final = re.compile(r"%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(.)?", re.S)
_MAX_WIDTH: Final = 1_000_000
_INT_STYLES: Final = {"d": "d", "b": "b", "o": "o", "x": "x", "X": "X", "O": "o"}


def show(value: Any) -> str:
    """A value as `%v` prints it."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value, "v", -1)
    if isinstance(value, (list, bytes)):
        return "[" + " ".join(map(show, value)) + "]"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{show(value[key])}" for key in sorted(value)) + "]"
    return str(value)


def sprint(values: list[Any]) -> str:
    """`fmt.Sprint`: a space between operands when neither is a string."""
    out = []
    for i, value in enumerate(values):
        if i and not isinstance(value, str) and not isinstance(values[i - 1], str):
            out.append(" ")
        out.append(show(value))
    return "".join(out)


def type_name(value: Any) -> str:
    """What `%T` prints."""
    if value is None:
        return "<nil>"
    names = {
        bool: "bool", Int64: "int64", float: "float64", str: "string", bytes: "[]uint8",
        list: "[]interface {}", dict: "map[string]interface {}",
    }  # fmt: skip
    return names.get(type(value), "int")


def sprintf(template: str, values: list[Any]) -> str:
    """`fmt.Sprintf`; operands that do not fit are shown as Go shows them."""
    out: list[str] = []
    position = used = size = 0
    for found in _VERB.finditer(template):
        out.append(template[position : found.start()])
        position = found.end()
        flags, width, precision, verb = found.groups()
        if verb is None:
            out.append("%!(NOVERB)")
            continue
        if verb == "%":
            out.append("%")
            continue
        numbers: list[int | None] = []
        for text in (width, precision):
            if text == "*":
                star = values[used] if used < len(values) else None
                used += 1
                if not isinstance(star, int) or isinstance(star, bool) or abs(star) > _MAX_WIDTH:
                    out.append("%!(BADWIDTH)" if not numbers else "%!(BADPREC)")
                    star = None
                numbers.append(star)
            else:
                numbers.append(min(int(text), _MAX_WIDTH) if text else None)
        if numbers[0] is not None and numbers[0] < 0:
            flags, numbers[0] = flags + "-", -numbers[0]
        places = numbers[1]
        if places is None and "." in found[0]:
            places = 0
        if used >= len(values):
            out.append(f"%!{verb}(MISSING)")
            continue
        out.append(_pad(values[used], verb, flags, numbers[0] or 0, places))
        used += 1
        size += len(out[-1])
        check_text(size)
    out.append(template[position:])
    if used < len(values):
        extra = ", ".join(_typed(value) for value in values[used:])
        out.append(f"%!(EXTRA {extra})")
    return "".join(out)


def _typed(value: Any) -> str:
    return "<nil>" if value is None else f"{type_name(value)}={show(value)}"


def _pad(value: Any, verb: str, flags: str, width: int, precision: int | None) -> str:
    if isinstance(value, list) and verb not in "vT":
        return "[" + " ".join(_pad(v, verb, flags, width, precision) for v in value) + "]"
    text = _verb(value, verb, flags, precision)
    if "-" in flags:
        return text.ljust(width)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if "0" in flags and (not number or precision is None or isinstance(value, float)):
        sign = text[:1] if text[:1] in ("+", "-", " ") and number else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)


def _verb(value: Any, verb: str, flags: str, precision: int | None) -> str:
    if verb == "v":
        return _go_syntax(value) if "#" in flags else _plus(value, flags, precision)
    if verb == "T":
        return type_name(value)
    if isinstance(value, bool):
        return show(value) if verb == "t" else f"%!{verb}(bool={show(value)})"
    if isinstance(value, int):
        return _int(value, verb, flags, precision)
    if isinstance(value, float):
        return _plus_sign(_float(value, verb, -1 if precision is None else precision), value, flags)
    if isinstance(value, (str, bytes)):
        return _text(value, verb, flags, precision)
    if isinstance(value, dict):
        pairs = (
            f"{_verb(k, verb, flags, precision)}:{_verb(value[k], verb, flags, precision)}"
            for k in sorted(value)
        )
        return "map[" + " ".join(pairs) + "]"
    return f"%!{verb}(<nil>)"


def _plus(value: Any, flags: str, precision: int | None) -> str:
    if isinstance(value, float) and precision is not None:
        return _plus_sign(_float(value, "g", precision), value, flags)
    text = show(value)
    if isinstance(value, str) and precision is not None:
        return text[:precision]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return _plus_sign(text, value, flags) if number else text


def _plus_sign(text: str, value: Any, flags: str) -> str:
    if text.startswith(("-", "+")):
        return text
    return ("+" if "+" in flags else " " if " " in flags else "") + text


def _int(value: int, verb: str, flags: str, precision: int | None) -> str:
    if verb in _INT_STYLES:
        digits = format(abs(value), _INT_STYLES[verb])
        if precision is not None:
            digits = "" if precision == 0 and value == 0 else digits.rjust(precision, "0")
        prefix = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb, "") if "#" in flags else ""
        prefix = "0o" if verb == "O" else prefix
        text = ("-" if value < 0 else "") + prefix + digits
        return _plus_sign(text, value, flags)
    if verb == "c":
        return chr(value) if 0 <= value <= 0x10FFFF and not 0xD800 <= value < 0xE000 else "\ufffd"
    if verb == "q":
        return quote_rune(value, is_ascii) if "+" in flags else quote_rune(value)
    if verb == "U":
        return f"U+{value:04X}"
    return f"%!{verb}({type_name(value)}={value})"


def _float(value: float, verb: str, precision: int) -> str:
    if verb == "v":
        return floats.format_float(value, "g", -1, 64)
    if verb in "eEfFgG":
        style = "f" if verb == "F" else verb
        if precision < 0 and verb in "eEfF":
            precision = 6
        if precision < 0:
            text = _float(value, "v", -1)
            return text.upper() if verb == "G" else text
        return floats.format_float(value, style, precision, 64)
    if verb in "bxX":
        return floats.format_float(value, verb, precision, 64)
    return f"%!{verb}(float64={show(value)})"


def _text(value: str | bytes, verb: str, flags: str, precision: int | None) -> str:
    text = value if isinstance(value, str) else value.decode(errors="replace")
    if precision is not None:
        text = text[:precision]
    if verb == "s":
        return text
    if verb == "q":
        return quote(text, is_ascii) if "+" in flags else quote(text)
    if verb in "xX":
        separator = " " if " " in flags else ""
        digits = text.encode().hex(separator) if separator else text.encode().hex()
        return digits.upper() if verb == "X" else digits
    if isinstance(value, bytes):
        return "[" + " ".join(_int(b, verb, flags, None) for b in value) + "]"
    return f"%!{verb}(string={text})"


def _go_syntax(value: Any) -> str:
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(map(_go_syntax, value)) + "}"
    if isinstance(value, dict):
        fields = ", ".join(f"{quote(key)}:{_go_syntax(value[key])}" for key in sorted(value))
        return "map[string]interface {}{" + fields + "}"
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, bytes):
        return "[]byte{" + ", ".join(f"0x{b:x}" for b in value) + "}"
    return show(value)
