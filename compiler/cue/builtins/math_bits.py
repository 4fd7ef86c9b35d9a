"""Package `math/bits`: bits of ints of any size, in two's complement."""

from __future__ import annotations

from typing import Final

from velac.compiler.cue.builtins.go.bounds import int64, unsigned
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import INT

PACKAGE: Final = package("math/bits")
_function = PACKAGE.function
_MAX_BITS: Final = 64 * 1024 * 1024


@_function(INT, INT, result=INT)
def Lsh(x: int, n: int) -> int:
    """x * 2**n."""
    if x.bit_length() + unsigned(n, 1, "math/bits.Lsh") > _MAX_BITS:
        raise BuiltinError(f"result is over the limit of {_MAX_BITS} bits")
    return x << n


@_function(INT, INT, result=INT)
def Rsh(x: int, n: int) -> int:
    """x / 2**n, rounded down."""
    return x >> unsigned(n, 1, "math/bits.Rsh")


@_function(INT, INT, result=INT)
def At(x: int, i: int) -> int:
    """The bit at an index."""
    if unsigned(i, 1, "math/bits.At") > 0x7FFFFFFF:
        raise BuiltinError("bit index too large")
    return x >> i & 1


@_function(INT, INT, INT, result=INT)
def Set(x: int, i: int, bit: int) -> int:
    """x with the bit at an index set to 0 or 1."""
    index, value = int64(i, 1, "math/bits.Set"), unsigned(bit, 2, "math/bits.Set")
    if index < 0:
        raise BuiltinError("negative bit index")
    if value > 1:
        raise BuiltinError("set bit is not 0 or 1")
    if index > _MAX_BITS:
        raise BuiltinError(f"result is over the limit of {_MAX_BITS} bits")
    return x | 1 << index if value else x & ~(1 << index)


@_function(INT, INT, result=INT)
def And(a: int, b: int) -> int:
    """Bits set in both."""
    return a & b


@_function(INT, INT, result=INT)
def Or(a: int, b: int) -> int:
    """Bits set in either."""
    return a | b


@_function(INT, INT, result=INT)
def Xor(a: int, b: int) -> int:
    """Bits set in one of both."""
    return a ^ b


@_function(INT, INT, result=INT)
def Clear(a: int, b: int) -> int:
    """Bits set in a and not in b."""
    return a & ~b


@_function(INT, result=INT)
def OnesCount(x: int) -> int:
    """How many bits of the absolute value are set."""
    return x.bit_count()


@_function(INT, result=INT)
def Len(x: int) -> int:
    """How many bits the absolute value takes."""
    return x.bit_length()
