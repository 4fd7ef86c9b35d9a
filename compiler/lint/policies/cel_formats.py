"""The formats that Kubernetes' CEL knows by name: `format.dns1123Label().validate(text)`.

The runtime lets no function of ours return an optional: it is a map with one tagged key, which `hasValue` and `value`
understand. Its `orValue` is the runtime's own and does not.
"""

from __future__ import annotations

import re
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

_FORMAT: Final = "k8s.format"
_OPTIONAL: Final = "k8s.optional"
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_OLD_LABEL: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN: Final = re.compile(rf"{_LABEL.pattern}(\.{_LABEL.pattern})*")
_NAME: Final = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})")

Check = Callable[[str], list[str]]
"""What is wrong with a text."""


def _shaped(pattern: re.Pattern[str], what: str, most: int) -> Check:
    def check(text: str) -> list[str]:
        found = [] if pattern.fullmatch(text) else [f"is no {what}"]
        return [f"must be no more than {most} characters", *found] if len(text) > most else found

    return check


def _prefix(check: Check) -> Check:
    """A name to which a generated part is added may end in a dash."""
    return lambda text: check(text[:-1] + "a" if len(text) > 1 and text.endswith("-") else text)


def _qualified(text: str) -> list[str]:
    prefix, slash, name = text.rpartition("/")
    problems = []
    if slash and not (len(prefix) <= 253 and _SUBDOMAIN.fullmatch(prefix)):
        problems.append("the part before `/` is no DNS subdomain")
    return problems + _shaped(_NAME, "qualified name", 63)(name)


def _label_value(text: str) -> list[str]:
    return _shaped(_NAME, "label value", 63)(text) if text else []


def _uri(text: str) -> list[str]:
    bad = re.search(r"[\x00-\x20\x7f]|%(?![0-9A-Fa-f]{2})", text)
    try:
        parts = urlsplit(text)
        sound = not bad and bool(parts.scheme or text.startswith("/"))
    except ValueError:
        sound = False
    return [] if sound else ["is no URI"]


def _byte(text: str) -> list[str]:
    from base64 import b64decode

    try:
        b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return ["is not encoded in base64"]
    return []


def _date(text: str) -> list[str]:
    try:
        sound = bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)) and bool(date.fromisoformat(text))
    except ValueError:
        sound = False
    return [] if sound else ["is no date"]


def _datetime(text: str) -> list[str]:
    try:
        sound = bool(_TIME.fullmatch(text)) and bool(datetime.fromisoformat(text[:19].upper()))
    except ValueError:
        sound = False
    return [] if sound else ["is no date and time"]


_DNS_LABEL: Final = _shaped(_LABEL, "DNS label", 63)
_DNS_SUBDOMAIN: Final = _shaped(_SUBDOMAIN, "DNS subdomain", 253)
_DNS_OLD_LABEL: Final = _shaped(_OLD_LABEL, "DNS label that begins with a letter", 63)
FORMATS: Final[Mapping[str, Check]] = {
    "dns1123Label": _DNS_LABEL,
    "dns1123Subdomain": _DNS_SUBDOMAIN,
    "dns1035Label": _DNS_OLD_LABEL,
    "qualifiedName": _qualified,
    "dns1123LabelPrefix": _prefix(_DNS_LABEL),
    "dns1123SubdomainPrefix": _prefix(_DNS_SUBDOMAIN),
    "dns1035LabelPrefix": _prefix(_DNS_OLD_LABEL),
    "labelValue": _label_value,
    "uri": _uri,
    "uuid": lambda text: [] if _UUID.fullmatch(text) else ["is no UUID"],
    "byte": _byte,
    "date": _date,
    "datetime": _datetime,
}


def _named(name: str) -> dict[str, list[Any]]:
    return {_OPTIONAL: [{_FORMAT: name}] if name in FORMATS else []}


def _validate(found: Any, text: str) -> dict[str, list[Any]]:
    name = found.get(_FORMAT) if isinstance(found, Mapping) else None
    check = FORMATS.get(str(name))
    if check is None:
        raise ValueError("not a format")
    problems = check(text)
    return {_OPTIONAL: [problems] if problems else []}


def _held(found: Any) -> list[Any]:
    held = found.get(_OPTIONAL) if isinstance(found, Mapping) else None
    if not isinstance(held, list):
        raise ValueError("no such overload: not an optional")
    return held


def _value(found: Any) -> Any:
    held = _held(found)
    if not held:
        raise ValueError("the optional is empty")
    return held[0]


def extension() -> Any:
    """The functions as an extension of cel-expr-python."""
    from cel_expr_python import cel

    t = cel.Type
    functions = []

    def add(name: str, result: Any, parameters: list[Any], impl: Any, member: bool = True) -> None:
        id_ = f"k8s_{name.replace('.', '_')}"
        overload = cel.Overload(id_, result, parameters, is_member=member, impl=impl)
        functions.append(cel.FunctionDecl(name, [overload]))

    for known in FORMATS:
        add(f"format.{known}", t.MAP, [], lambda name=known: {_FORMAT: name}, member=False)
    add("format.named", t.MAP, [t.STRING], _named, member=False)
    add("validate", t.MAP, [t.MAP, t.STRING], _validate)
    add("hasValue", t.BOOL, [t.MAP], lambda found: bool(_held(found)))
    add("value", t.DYN, [t.MAP], _value)
    return cel.CelExtension("kubernetes.format", functions)
