"""Package `path`: file paths of an operating system, handled as text."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.engine import ArgumentError
from velac.compiler.cue.builtins.go import paths
from velac.compiler.cue.builtins.package import package
from velac.compiler.cue.builtins.strings import string_items
from velac.compiler.cue.kinds import BOOL, LIST, STRING

PACKAGE: Final = package("path")
_function = PACKAGE.function

PACKAGE.constants.update(Unix="unix", Windows="windows", Plan9="plan9")

_LIKE_UNIX: Final = (
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
    "openbsd", "solaris", "zos",
)  # fmt: skip
_SYSTEMS: Final = {
    "unix": paths.UNIX,
    "windows": paths.WINDOWS,
    "plan9": paths.PLAN9,
    **dict.fromkeys(_LIKE_UNIX, paths.UNIX),
}


def _system(name: str, argument: int, function: str, default: str = "unix") -> paths.System:
    system = _SYSTEMS.get(name)
    if system is None:
        order = list(_SYSTEMS)
        if default == "windows":
            order[:2] = ["windows", "unix"]
        known = " | ".join(("*" if known == default else "") + f'"{known}"' for known in order)
        raise ArgumentError(
            f"cannot use {describe.quote(name)} as {known} in argument {argument} to path.{function}"
        )
    return system


@_function(STRING, STRING, result=LIST)
def Split(path: str, os: str = "unix") -> list[str]:
    """The directory with its separator, and the file."""
    system = _system(os, 2, "Split")
    at = paths.last_separator(path, system, len(system.volume(path))) + 1
    return [path[:at], path[at:]]


@_function(STRING, STRING, result=LIST)
def SplitList(path: str, os: str) -> list[str]:
    """The parts of a search path."""
    return paths.split_list(path, _system(os, 2, "SplitList", ""))


@_function(LIST, STRING, result=STRING)
def Join(parts: list[Any], os: str = "unix") -> str:
    """Parts as one clean path."""
    return paths.join(string_items(parts), _system(os, 2, "Join"))


@_function(STRING, STRING, STRING, result=BOOL)
def Match(pattern: str, name: str, os: str = "unix") -> bool:
    """Whether a shell pattern matches a name."""
    return paths.match(pattern, name, _system(os, 3, "Match"))


@_function(STRING, STRING, result=STRING)
def Clean(path: str, os: str = "unix") -> str:
    """The shortest equivalent path."""
    return paths.clean(path, _system(os, 2, "Clean"))


@_function(STRING, STRING, result=STRING)
def ToSlash(path: str, os: str) -> str:
    """Separators as slashes."""
    return paths.to_slash(path, _system(os, 2, "ToSlash", ""))


@_function(STRING, STRING, result=STRING)
def FromSlash(path: str, os: str) -> str:
    """Slashes as separators."""
    return paths.from_slash(path, _system(os, 2, "FromSlash", ""))


@_function(STRING, STRING, result=STRING)
def Ext(path: str, os: str = "unix") -> str:
    """The extension of the file with its dot."""
    system = _system(os, 2, "Ext")
    name = path[paths.last_separator(path, system) + 1 :]
    dot = name.rfind(".")
    return name[dot:] if dot >= 0 else ""


@_function(STRING, STRING, STRING, result=STRING)
def Resolve(folder: str, sub: str, os: str = "unix") -> str:
    """A path in a folder; an absolute one stays."""
    system = _system(os, 3, "Resolve")
    if system.is_abs(sub):
        return paths.clean(sub, system)
    return paths.join([paths.clean(folder, system), sub], system)


@_function(STRING, STRING, STRING, result=STRING)
def Rel(base: str, target: str, os: str = "unix") -> str:
    """The path that leads from base to target."""
    return paths.relative(base, target, _system(os, 3, "Rel"))


@_function(STRING, STRING, result=STRING)
def Base(path: str, os: str = "unix") -> str:
    """The last element."""
    system = _system(os, 2, "Base")
    if not path:
        return "."
    trimmed = path.rstrip(system.separators)
    trimmed = trimmed[len(system.volume(path)) :]
    return trimmed[paths.last_separator(trimmed, system) + 1 :] or system.separator


@_function(STRING, STRING, result=STRING)
def Dir(path: str, os: str = "unix") -> str:
    """All but the last element, clean."""
    system = _system(os, 2, "Dir")
    volume = system.volume(path)
    end = paths.last_separator(path, system, len(volume)) + 1
    folder = paths.clean(path[len(volume) : end], system)
    return volume if folder == "." and len(volume) > 2 else volume + folder


@_function(STRING, STRING, result=BOOL)
def IsAbs(path: str, os: str = "unix") -> bool:
    """Whether a path is absolute."""
    return _system(os, 2, "IsAbs").is_abs(path)


@_function(STRING, STRING, result=STRING)
def VolumeName(path: str, os: str = "windows") -> str:
    """The leading volume of a Windows path."""
    return _system(os, 2, "VolumeName", "windows").volume(path)
