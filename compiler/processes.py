"""Work shared out to forked processes: they inherit everything that was read and planned, and send back little."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, TypeVar, final

T = TypeVar("T")

_TURN: Final = 4
"""Bytes of a number in a pipe, whose pages hold whole ones."""


def cores() -> int:
    """The processors that this process may use."""
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

    children = [_start(number, work) for number in range(1, count)]
    try:
        own = work(0)
    finally:
        answers = [_answer(*child) for child in children]
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

    def __init__(self, work: Callable[[Callable[[bytes], int]], None]) -> None:
        self.pipe, into = os.pipe()
        self._child = os.fork()
        if self._child:
            os.close(into)
            return
        try:
            os.close(self.pipe)

            def put(data: bytes) -> int:
                with memoryview(data) as rest:
                    done = 0
                    while done < len(rest):
                        done += os.write(into, rest[done:])
                return done

            work(put)
        finally:
            # Whoever waits sees an end, and does the work itself.
            os._exit(0)

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
        """Whether nobody has ended it yet."""
        return bool(self._child)


def _start(number: int, work: Callable[[int], T]) -> tuple[int, int]:
    """Fork a process for one part; its id, and the end of the pipe where its answer comes out."""
    out, into = os.pipe()
    child = os.fork()
    if child:
        os.close(into)
        return child, out
    status = 1
    try:
        os.close(out)
        import pickle

        with os.fdopen(into, "wb") as stream:
            pickle.dump(work(number), stream, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        # Not `exit`: nothing of the parent's is to be flushed or closed twice.
        os._exit(status)


def _answer(child: int, out: int) -> bytes | None:
    """What a process has answered; None when it did not get that far."""
    with os.fdopen(out, "rb") as stream:
        answer = stream.read()
    _, status = os.waitpid(child, 0)
    return answer if status == 0 else None
