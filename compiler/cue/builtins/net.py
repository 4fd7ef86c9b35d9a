"""Package `net`: IP addresses, hosts and URLs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final

from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.engine import EngineCalls, Value
from velac.compiler.cue.builtins.go import addresses, urls
from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.go.quote import quote
from velac.compiler.cue.builtins.package import BuiltinError, Incomplete, package
from velac.compiler.cue.kinds import BOOL, LIST, STRING, TOP

PACKAGE: Final = package("net")
_function = PACKAGE.function

PACKAGE.constants.update(IPv4len=4, IPv6len=16)


# -- IP addresses ---------------------------------------------------------------------------------------------


def _address(value: Any) -> addresses.Address | None:
    """An address from text or a list of bytes; None for everything else."""
    if isinstance(value, bytes):
        value = from_bytes(value)
    if isinstance(value, str):
        try:
            return addresses.parse(value)
        except BuiltinError:
            return None
    if not isinstance(value, list) or len(value) not in (4, 16):
        return None
    if all(isinstance(b, int) and not isinstance(b, bool) and 0 <= b <= 255 for b in value):
        return addresses.Address(bytes(value))
    return None


def _required(value: Any) -> addresses.Address:
    address = _address(value)
    if address is None:
        plain = isinstance(value, (str, bytes))
        shown = describe.brief(value) if plain else quote(_shown(value))
        raise BuiltinError(f"invalid IP {shown}")
    return address


def _shown(value: Any) -> str:
    """A value as Go prints it: lists with spaces after commas."""
    if isinstance(value, list):
        return "[" + ", ".join(map(describe.brief, value)) + "]"
    return describe.brief(value)


def _register(name: str, holds: Callable[[addresses.Address], bool]) -> None:
    def call(engine: EngineCalls, value: Value) -> bool:
        try:
            address = _address(engine.data(value))
        except Incomplete:
            return False  # a list or struct that is not known yet is no address
        return address is not None and holds(address)

    call.__doc__ = f"Whether an address, as text or a list of bytes, is one of kind {name}."
    _function(~TOP, result=BOOL, name=name)(call)


for _name, _holds in {
    "IPv4": lambda a: a.is4,
    "IPv6": lambda a: not a.is4,
    "IP": lambda a: True,
    "LoopbackIP": addresses.Address.is_loopback,
    "MulticastIP": addresses.Address.is_multicast,
    "InterfaceLocalMulticastIP": addresses.Address.is_interface_local_multicast,
    "LinkLocalMulticastIP": addresses.Address.is_link_local_multicast,
    "LinkLocalUnicastIP": addresses.Address.is_link_local_unicast,
    "GlobalUnicastIP": addresses.Address.is_global_unicast,
    "UnspecifiedIP": addresses.Address.is_unspecified,
}.items():
    _register(_name, _holds)


@_function(STRING, result=LIST)
def ParseIP(text: str) -> list[int]:
    """The bytes of an address."""
    try:
        return list(addresses.parse(text).raw)
    except BuiltinError:
        raise BuiltinError(f"invalid IP address {quote(text)}") from None


@_function(TOP, result=BOOL)
def IPCIDR(value: Any) -> bool:
    """Whether a text is an address with a prefix length; what is not text passes, as in cue 0.14."""
    if isinstance(value, bytes):
        value = from_bytes(value)
    if isinstance(value, str):
        addresses.parse_prefix(value)
    return True


@_function(TOP, result=LIST)
def ToIP4(value: Any) -> list[int]:
    """The 4 bytes of an IPv4 address."""
    address = _required(value)
    if not address.is4:
        raise BuiltinError(f"cannot convert {quote(str(address))} to IPv4")
    return list(address.raw)


@_function(TOP, result=LIST)
def ToIP16(value: Any) -> list[int]:
    """The 16 bytes of an address."""
    return list(_required(value).as16())


@_function(TOP, result=STRING)
def IPString(value: Any) -> str:
    """The text of an address."""
    return str(_required(value))


# -- hosts ----------------------------------------------------------------------------------------------------


def _address_error(text: str, reason: str) -> BuiltinError:
    return BuiltinError(f"address {text}: {reason}" if text else reason)


@_function(STRING, result=LIST)
def SplitHostPort(text: str) -> list[str]:
    """Host and port of `host:port` or `[host]:port`."""
    host, colon, port = text.rpartition(":")
    if not colon:
        raise _address_error(text, "missing port in address")
    start = end = 0
    if text[0] == "[":
        closing = text.find("]")
        if closing < 0:
            raise _address_error(text, "missing ']' in address")
        if closing + 1 != len(host):
            many = text[closing + 1 : closing + 2] == ":"
            reason = "too many colons in address" if many else "missing port in address"
            raise _address_error(text, reason)
        host, start, end = text[1:closing], 1, closing + 1
    elif ":" in host:
        raise _address_error(text, "too many colons in address")
    if "[" in text[start:]:
        raise _address_error(text, "unexpected '[' in address")
    if "]" in text[end:]:
        raise _address_error(text, "unexpected ']' in address")
    return [host, port]


@_function(TOP, TOP, result=STRING)
def JoinHostPort(host: Any, port: Any) -> str:
    """`host:port`, with brackets if the host has colons."""
    name = _host_text(host)
    if isinstance(port, bytes):
        number = from_bytes(port)
    elif isinstance(port, str):
        number = port
    elif isinstance(port, int) and not isinstance(port, bool):
        number = str(port)
    else:
        raise _cannot_use(port, "int")
    return f"[{name}]:{number}" if ":" in name else f"{name}:{number}"


def _host_text(host: Any) -> str:
    if isinstance(host, list):
        address = _address(host)
        if address is None:
            raise BuiltinError(f"invalid host {_shown(host)}")
        return str(address)
    if isinstance(host, bytes):
        return from_bytes(host)
    if not isinstance(host, str):
        raise _cannot_use(host, "string")
    return host


def _cannot_use(value: Any, wanted: str) -> BuiltinError:
    kind = describe.kind_of(value)
    return BuiltinError(f"cannot use value {describe.brief(value)} (type {kind}) as {wanted}")


@_function(STRING, result=BOOL)
def FQDN(text: str) -> bool:
    """Whether a text is a fully qualified domain name in ASCII."""
    name = text.removesuffix(".")
    labels = name.split(".")
    if len(labels) > 1 and not labels[-1]:
        labels.pop()  # a second dot at the end passes, as in cue 0.14
    return name.isascii() and len(name) <= 253 and all(map(_is_label, labels))


def _is_label(label: str) -> bool:
    if not 1 <= len(label) <= 63 or label[0] == "-" or label[-1] == "-":
        return False
    if not label.startswith("xn--"):
        return label[2:4] != "--"
    try:
        decoded = label[4:].encode().decode("punycode")
    except UnicodeError:
        return False
    normal = unicodedata.normalize("NFC", decoded) == decoded
    return (
        not decoded.isascii()
        and normal
        and unicodedata.category(decoded[0])[0] != "M"
        and not any(unicodedata.category(char)[0] in "CZ" for char in decoded)
        and not re.match("..--", decoded)
    )


# -- URLs -----------------------------------------------------------------------------------------------------


@_function(STRING, result=STRING)
def PathEscape(text: str) -> str:
    """The text for a path segment of a URL."""
    return urls.escape_path(text)


@_function(STRING, result=STRING)
def PathUnescape(text: str) -> str:
    """The opposite of PathEscape."""
    return urls.unescape(text)


@_function(STRING, result=STRING)
def QueryEscape(text: str) -> str:
    """The text for a query of a URL."""
    return urls.escape_query(text)


@_function(STRING, result=STRING)
def QueryUnescape(text: str) -> str:
    """The opposite of QueryEscape."""
    return urls.unescape(text, query=True)


@_function(STRING, result=BOOL)
def URL(text: str) -> bool:
    """Whether a text is a URL, absolute or relative; the reason is the error."""
    urls.check(text)
    return True


@_function(STRING, result=BOOL)
def AbsURL(text: str) -> bool:
    """Whether a text is an absolute URL; the reason is the error."""
    if not urls.check(text):
        raise BuiltinError("URL is not absolute")
    return True
