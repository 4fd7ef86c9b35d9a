"""Work shared out to forked processes: they inherit everything that was read and planned, and send back little."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, Final, TypeVar, final

T = TypeVar("T")

_TURN: Final = 4
"""Bytes of a number in a pipe, whose pages hold whole ones."""


def cores() -> int:
    """The processors that this process may use; one where it cannot be forked."""
    if not hasattr(os, "fork"):
        return 1
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def paying(size: int, worth: int) -> int:
    """How many processes pay for work of a size, of which `worth` makes up for one more; one at least."""
    return max(1, min(cores(), size // worth))


def run_parts(count: int, work: Callable[[int], T]) -> list[T]:
    """`work(number)` for each part, in order; the first is done here, the others by processes of their own.

    The part of a process that fails or is killed is done again here, so that its exception surfaces, and no work is
    lost. Where processes cannot be forked all is done here.
    """
    if count < 2 or not hasattr(os, "fork"):
        return [work(number) for number in range(count)]
    import pickle

    def answering(number: int) -> Helper:
        return Helper(lambda stream: pickle.dump(work(number), stream, pickle.HIGHEST_PROTOCOL))

    helpers = [answering(number) for number in range(1, count)]
    try:
        own = work(0)
    finally:
        answers = [helper.answer() for helper in helpers]
    results = [own]
    for number, answer in enumerate(answers, 1):
        # What is unpickled was pickled by our own fork a moment ago.
        results.append(work(number) if answer is None else pickle.loads(answer))
    return results


@final
class Turns:
    """The numbers below a count, of which processes that are forked from this one take each once, in order."""

    __slots__ = ("_out",)

    MOST: Final = 16_000
    """What a pipe holds."""

    def __init__(self, count: int) -> None:
        self._out, into = os.pipe()
        with os.fdopen(into, "wb") as stream:
            stream.write(b"".join(number.to_bytes(_TURN, "little") for number in range(count)))

    def __iter__(self) -> Iterator[int]:
        # A read of a pipe is whole: nobody else gets a part of a number.
        while taken := os.read(self._out, _TURN):
            yield int.from_bytes(taken, "little")

    def close(self) -> None:
        """Let go of the rest."""
        os.close(self._out)


@final
class Helper:
    """A process that works while this one goes on, and writes what it finds into a pipe; `pipe` is where it comes out."""

    __slots__ = ("_child", "pipe")

    def __init__(self, work: Callable[[BinaryIO], None]) -> None:
        self.pipe, into = os.pipe()
        self._child = os.fork()
        if self._child:
            os.close(into)
            return
        status = 1
        try:
            os.close(self.pipe)
            with os.fdopen(into, "wb") as stream:
                work(stream)
            status = 0
        finally:
            # Not `exit`: nothing of the parent's is to be flushed or closed twice.
            os._exit(status)

    def answer(self) -> bytes | None:
        """All that it writes until it ends; None when it does not get that far. To be asked once."""
        with os.fdopen(self.pipe, "rb") as stream:
            answer = stream.read()
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        return answer if status == 0 else None

    def close(self) -> None:
        """End it."""
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            os.close(self.pipe)
            self._child = 0

    @property
    def open(self) -> bool:
        """Whether nobody has asked for its answer or ended it yet."""
        return bool(self._child)
