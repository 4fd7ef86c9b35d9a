"""The functions that Kubernetes adds to CEL: quantity, semver, ip, cidr, url, lists, regex, sets.

Values of Kubernetes' own types are maps with one tagged key here, in a canonical form, so that `==` means what it means
there. What is no such value is an error of the expression, as in a cluster.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from velac.compiler.lint.policies import cel_semver
from velac.compiler.lint.quantity import quantity as number_of

_QUANTITY: Final = "k8s.quantity"
_IP: Final = "k8s.ip"
_CIDR: Final = "k8s.cidr"
_URL: Final = "k8s.url"
_SEMVER: Final = "k8s.semver"
_HUGE: Final = 10**19
_EXPONENT: Final = re.compile(r"[eE][+-]?0*[0-9]{1,2}\Z")
_PREFIX: Final = re.compile(r"/(?:0|[1-9][0-9]{0,2})\Z")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?=/)|(?=/)")
_BAD_IN_URL: Final = re.compile(r"[\x00-\x20\x7f]|%(?![0-9A-Fa-f]{2})")


def _tagged(value: Any, tag: str) -> str:
    if isinstance(value, Mapping) and isinstance(value.get(tag), str):
        text: str = value[tag]
        return text
    raise ValueError(f"not a value of {tag.partition('.')[2]}")


# ----------------------------------------------------------------------------------------------------- quantity


def _quantity(text: str) -> dict[str, str]:
    small = not re.search("[eE][+-]?[0-9]", text) or _EXPONENT.search(text)
    number = number_of(text) if small and len(text) <= 64 else None
    if number is None:
        raise ValueError(f"`{text}` is not a quantity")
    return {_QUANTITY: _canonical(number)}


def _canonical(number: Decimal) -> str:
    return str(number.normalize()) if number else "0"


def _number(value: Any) -> Decimal:
    try:
        return Decimal(_tagged(value, _QUANTITY))
    except InvalidOperation:
        raise ValueError("not a quantity") from None


def _operand(value: Any) -> Decimal:
    """What is added to a quantity: another one, or an integer."""
    return Decimal(value) if isinstance(value, int) else _number(value)


def _integer(value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value() or abs(number) >= _HUGE // 2:
        raise ValueError("cannot be converted to an integer")
    return int(number)


def _is_integer(value: Any) -> bool:
    number = _number(value)
    return number == number.to_integral_value() and abs(number) < _HUGE // 2


def _compare(one: Any, two: Any) -> int:
    """The order of two quantities, or of two semantic versions."""
    if isinstance(one, Mapping) and _SEMVER in one:
        first, second = _version(one), _version(two)
        return (first > second) - (first < second)
    a, b = _number(one), _number(two)
    return (a > b) - (a < b)


def _sign(value: Any) -> int:
    number = _number(value)
    return (number > 0) - (number < 0)


# ------------------------------------------------------------------------------------------------------- semver


def _semver(text: str, normalize: bool = False) -> dict[str, str]:
    return {_SEMVER: cel_semver.parsed(text, normalize)}


def _version(value: Any) -> cel_semver.Version:
    return cel_semver.ordered(_tagged(value, _SEMVER))


# ------------------------------------------------------------------------------------------------------ network


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    found = ipaddress.ip_address(text)
    if "%" in text or (isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped):
        raise ValueError(f"`{text}` is not an address")
    return found


def _interface(text: str) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface:
    if not _PREFIX.search(text):
        raise ValueError(f"`{text}` is not a CIDR")
    _address(text.partition("/")[0])
    return ipaddress.ip_interface(text)


def _ip(text: str) -> dict[str, str]:
    return {_IP: str(_address(text))}


def _ip_of(value: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return _address(value if isinstance(value, str) else _tagged(value, _IP))


def _cidr(text: str) -> dict[str, str]:
    return {_CIDR: str(_interface(text))}


def _cidr_of(value: Any) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface:
    return _interface(value if isinstance(value, str) else _tagged(value, _CIDR))


def _contains_ip(cidr: Any, ip: Any) -> bool:
    return _ip_of(ip) in _cidr_of(cidr).network


def _contains_cidr(cidr: Any, other: Any) -> bool:
    one, two = _cidr_of(cidr).network, _cidr_of(other)
    return one.version == two.version and two.ip in one and two.network.prefixlen >= one.prefixlen


def _global_unicast(value: Any) -> bool:
    ip = _ip_of(value)
    no = ip.is_unspecified or ip.is_loopback or ip.is_multicast or ip.is_link_local
    return not no and str(ip) != "255.255.255.255"


def _link_local_multicast(value: Any) -> bool:
    ip = _ip_of(value)
    if ip.version == 4:
        return ip in ipaddress.ip_network("224.0.0.0/24")
    return ip.packed[0] == 0xFF and ip.packed[1] & 0x0F == 2


# ---------------------------------------------------------------------------------------------------------- url


def _url(text: str) -> dict[str, str]:
    if not _SCHEME.match(text) or _BAD_IN_URL.search(text):
        raise ValueError(f"`{text}` is not a URL")
    parts = urlsplit(text)
    _ = parts.port  # raises for what is none
    return {_URL: text}


def _parts(value: Any) -> Any:
    return urlsplit(_tagged(value, _URL))


def _host(value: Any) -> str:
    return str(_parts(value).netloc.rpartition("@")[2])


def _hostname(value: Any) -> str:
    host = _host(value)
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _port(value: Any) -> str:
    return _host(value).rpartition("]")[2].partition(":")[2]


def _query(value: Any) -> dict[str, list[str]]:
    return parse_qs(_parts(value).query, keep_blank_values=True)


# ------------------------------------------------------------------------------------------------ lists and text


def _alike(items: Sequence[Any]) -> Sequence[Any]:
    numbers = all(isinstance(i, int | float) and not isinstance(i, bool) for i in items)
    if not numbers and len({type(item) for item in items}) > 1:
        raise ValueError("no such overload: the items are of several types")
    return items


def _one_of(pick: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    def picked(items: Sequence[Any]) -> Any:
        if not items:
            raise ValueError("called on an empty list")
        return pick(_alike(items))

    return picked


def _sorted(items: Sequence[Any]) -> bool:
    _alike(items)
    return all(one <= two for one, two in pairwise(items))


def _index(items: Sequence[Any], item: Any) -> int:
    return next((at for at, other in enumerate(items) if _same(other, item)), -1)


def _last_index(items: Sequence[Any], item: Any) -> int:
    return next((at for at in range(len(items) - 1, -1, -1) if _same(items[at], item)), -1)


def _same(one: Any, two: Any) -> bool:
    return bool(one == two) and isinstance(one, bool) == isinstance(two, bool)


def _in_all(all_: Sequence[Any], some: Sequence[Any]) -> bool:
    return all(_index(all_, item) >= 0 for item in some)


def _expression(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except re2.error:
        raise ValueError(f"`{pattern}` is not a regular expression") from None


def _find(text: str, pattern: str) -> str:
    found = _expression(pattern).search(text)
    return str(found[0]) if found else ""


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    found = [str(match[0]) for match in _expression(pattern).finditer(text)]
    return found if most < 0 else found[:most]


def _accepts(make: Callable[..., Any]) -> Callable[..., bool]:
    def accepted(text: str, *more: Any) -> bool:
        try:
            make(text, *more)
        except ValueError:
            return False
        return True

    return accepted


def extension() -> Any:
    """The functions as an extension of cel-expr-python."""
    from cel_expr_python import cel

    t = cel.Type
    text, any_, map_, list_, number, flag = t.STRING, t.DYN, t.MAP, t.LIST, t.INT, t.BOOL
    overloads: dict[str, list[Any]] = {}

    def add(name: str, result: Any, parameters: list[Any], impl: Any, member: bool = True) -> None:
        listed = overloads.setdefault(name, [])
        id_ = f"k8s_{name.replace('.', '_')}_{len(listed)}"
        listed.append(cel.Overload(id_, result, parameters, is_member=member, impl=impl))

    def convert(name: str, made: Callable[[str], Any]) -> None:
        add(name, any_, [text], made, member=False)
        question = {"quantity": "isQuantity", "ip": "isIP", "cidr": "isCIDR", "url": "isURL"}[name]
        add(question, flag, [text], _accepts(made), member=False)

    convert("quantity", _quantity)
    add("sign", number, [map_], _sign)
    add("isInteger", flag, [map_], _is_integer)
    add("asInteger", number, [map_], _integer)
    add("asApproximateFloat", t.DOUBLE, [map_], lambda q: float(_number(q)))
    add("isLessThan", flag, [map_, map_], lambda a, b: _compare(a, b) < 0)
    add("isGreaterThan", flag, [map_, map_], lambda a, b: _compare(a, b) > 0)
    add("compareTo", number, [map_, map_], _compare)
    for other in (map_, number):
        add(
            "add",
            any_,
            [map_, other],
            lambda a, b: {_QUANTITY: _canonical(_number(a) + _operand(b))},
        )
        add(
            "sub",
            any_,
            [map_, other],
            lambda a, b: {_QUANTITY: _canonical(_number(a) - _operand(b))},
        )
    for given in ([text], [text, flag]):
        add("semver", any_, given, _semver, member=False)
        add("isSemver", flag, given, _accepts(_semver), member=False)
    for place, name in enumerate(("major", "minor", "patch")):
        add(name, number, [map_], lambda v, place=place: _version(v)[0][place])
    convert("ip", _ip)
    add("ip.isCanonical", flag, [text], lambda s: str(_address(s)) == s, member=False)
    add("family", number, [map_], lambda v: _ip_of(v).version)
    add("isUnspecified", flag, [map_], lambda v: _ip_of(v).is_unspecified)
    add("isLoopback", flag, [map_], lambda v: _ip_of(v).is_loopback)
    add("isLinkLocalMulticast", flag, [map_], _link_local_multicast)
    add("isLinkLocalUnicast", flag, [map_], lambda v: _ip_of(v).is_link_local)
    add("isGlobalUnicast", flag, [map_], _global_unicast)
    convert("cidr", _cidr)
    for other in (text, map_):
        add("containsIP", flag, [map_, other], _contains_ip)
        add("containsCIDR", flag, [map_, other], _contains_cidr)
    add("ip", any_, [map_], lambda c: {_IP: str(_cidr_of(c).ip)})
    add("masked", any_, [map_], lambda c: {_CIDR: str(_cidr_of(c).network)})
    add("prefixLength", number, [map_], lambda c: _cidr_of(c).network.prefixlen)
    convert("url", _url)
    add("getScheme", text, [map_], lambda u: str(_parts(u).scheme))
    add("getHost", text, [map_], _host)
    add("getHostname", text, [map_], _hostname)
    add("getPort", text, [map_], _port)
    add("getEscapedPath", text, [map_], lambda u: str(_parts(u).path))
    add("getQuery", map_, [map_], _query)
    add("isSorted", flag, [list_], _sorted)
    add("sum", any_, [list_], lambda items: sum(_alike(items)))
    add("min", any_, [list_], _one_of(min))
    add("max", any_, [list_], _one_of(max))
    add("indexOf", number, [list_, any_], _index)
    add("lastIndexOf", number, [list_, any_], _last_index)
    add("find", text, [text, text], _find)
    add("findAll", list_, [text, text], _find_all)
    add("findAll", list_, [text, text, number], _find_all)
    add("sets.contains", flag, [list_, list_], _in_all, member=False)
    add(
        "sets.equivalent",
        flag,
        [list_, list_],
        lambda a, b: _in_all(a, b) and _in_all(b, a),
        member=False,
    )
    add(
        "sets.intersects",
        flag,
        [list_, list_],
        lambda a, b: any(_index(a, item) >= 0 for item in b),
        member=False,
    )
    functions = [cel.FunctionDecl(name, listed) for name, listed in overloads.items()]
    return cel.CelExtension("kubernetes", functions)
