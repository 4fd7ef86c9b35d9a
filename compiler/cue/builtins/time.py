"""Package `time`: times in RFC 3339, Go's layouts, durations. Nothing here reads a clock."""

from __future__ import annotations

from typing import Final

from velac.compiler.cue.builtins.go import layouts, moments
from velac.compiler.cue.builtins.go.bounds import int64
from velac.compiler.cue.builtins.go.quote import quote
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BOOL, INT, STRING, STRUCT

PACKAGE: Final = package("time")
_function = PACKAGE.function

PACKAGE.constants.update(
    Nanosecond=1, Microsecond=10**3, Millisecond=10**6, Second=10**9, Minute=60 * 10**9, Hour=3600 * 10**9,
    ANSIC="Mon Jan _2 15:04:05 2006", UnixDate="Mon Jan _2 15:04:05 MST 2006",
    RubyDate="Mon Jan 02 15:04:05 -0700 2006", RFC822="02 Jan 06 15:04 MST", RFC822Z="02 Jan 06 15:04 -0700",
    RFC850="Monday, 02-Jan-06 15:04:05 MST", RFC1123="Mon, 02 Jan 2006 15:04:05 MST",
    RFC1123Z="Mon, 02 Jan 2006 15:04:05 -0700", RFC3339="2006-01-02T15:04:05Z07:00",
    RFC3339Nano=layouts.RFC3339_NANO, RFC3339Date="2006-01-02", Kitchen="3:04PM", Kitchen24="15:04",
    January=1, February=2, March=3, April=4, May=5, June=6, July=7, August=8, September=9, October=10,
    November=11, December=12,
    Sunday=0, Monday=1, Tuesday=2, Wednesday=3, Thursday=4, Friday=5, Saturday=6,
)  # fmt: skip


@_function(STRING, result=BOOL)
def Duration(text: str) -> bool:
    """Whether a text is a duration; the reason is the error."""
    moments.parse_duration(text)
    return True


@_function(INT, result=STRING)
def FormatDuration(nanos: int) -> str:
    """Nanoseconds as a duration."""
    return moments.format_duration(int64(nanos, 0, "time.FormatDuration"))


@_function(STRING, result=INT)
def ParseDuration(text: str) -> int:
    """The nanoseconds of a duration."""
    return moments.parse_duration(text)


@_function(STRING, result=BOOL)
def Time(text: str) -> bool:
    """Whether a text is a time of RFC 3339."""
    return Format(text, layouts.RFC3339_NANO)


@_function(STRING, STRING, result=BOOL)
def Format(text: str, layout: str) -> bool:
    """Whether a text is a time in a layout."""
    try:
        layouts.parse(layout, text)
    except BuiltinError:
        raise BuiltinError(f"invalid time {quote(text)}") from None
    return True


@_function(STRING, STRING, result=STRING)
def FormatString(layout: str, text: str) -> str:
    """A time of RFC 3339 in a layout."""
    return layouts.format_time(layouts.parse(layouts.RFC3339_NANO, text), layout)


@_function(STRING, STRING, result=STRING)
def Parse(layout: str, text: str) -> str:
    """A time in a layout as one of RFC 3339 in UTC."""
    return layouts.format_time(layouts.parse(layout, text).utc(), layouts.RFC3339_NANO)


@_function(INT, INT, result=STRING)
def Unix(seconds: int, nanos: int) -> str:
    """The time so many seconds and nanoseconds after 1970."""
    extra, rest = divmod(int64(nanos, 1, "time.Unix"), 10**9)
    moment = moments.Moment(int64(seconds, 0, "time.Unix") + extra, rest)
    return layouts.format_time(moment, layouts.RFC3339_NANO)


@_function(STRING, result=STRUCT)
def Split(text: str) -> dict[str, int]:
    """The parts of a time of RFC 3339, in its own zone."""
    moment = layouts.parse(layouts.RFC3339_NANO, text)
    names = ("year", "month", "day", "hour", "minute", "second", "nanosecond")
    return dict(zip(names, (*moment.date(), *moment.clock(), moment.nanos), strict=True))
