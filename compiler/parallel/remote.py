"""One build by the workers of a Dask scheduler (`--engine dask`): shares of Applications, made anywhere.

Every worker has to see the same inputs under the same paths; that it does is checked by content. It reads what the
Applications have in common once, and the files of a share when it makes it. Where the workers see the output directory
too they write there, else their files come back. A worker that is lost loses no work: its shares are made again by
others, and here where there are none.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final, TypeAlias, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.diagnostics.render import has_errors
from velac.compiler.driver import Session
from velac.compiler.options import Options
from velac.compiler.output.write import Stage
from velac.compiler.parallel.build import Answer, Built, Share, Shared, local_build, shares_of
from velac.compiler.store.store import Store
from velac.compiler.version import VERSION

Look: TypeAlias = Callable[[Options], str]
"""The digest of everything that a build reads; empty where that cannot be said beforehand."""

_PATIENCE: Final = 5
"""Seconds between looks at whether there are workers left."""

_ONE_AT_A_TIME: Final = Lock()
_OPENED: Final[dict[bytes, tuple[Session, list[Share]]]] = {}
"""The fleet that this worker has opened last, and its shares."""


class Unreachable(Exception):
    """There is no scheduler, or no Dask here; the message says so."""


@final
@dataclass(frozen=True, slots=True)
class Task:
    """What a worker has to know of a build: everything but its share. `workers` is what decides about shares."""

    options: bytes
    folder: str
    look: Look
    inputs: str
    workers: int
    version: str
    token: tuple[str, bytes]
    """A file beside the output, and what is in it: who can read it can write the output."""
    stage: Stage


def build_on_dask(
    session: Session, options: Options, directory: str, scheduler: str, look: Look
) -> Built:
    """Compile and write by the workers of a scheduler. Raises Rejected, and Unreachable."""
    with _client(scheduler) as client:
        ended, later = session.opened()
        if ended is not None:
            return ended, None
        workers = len(client.scheduler_info()["workers"])
        # One worker gets several shares too: another one may come.
        workers = max(workers, 2) if workers else 0
        shares = shares_of(session, later, workers) if workers and later else []
        if len(shares) < 2 or has_errors(session.diagnostics):
            return local_build(session, directory, *session.all_of(later))
        options = replace(options, store=Store())
        built = _OnDask(session, shares, workers, options, client, look).build(directory)
        return built or local_build(session, directory, *session.whole())


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise Unreachable("--engine dask needs distributed; install `velac[dask]`") from None
    try:
        client: Any = Client(scheduler, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise Unreachable(f"no Dask scheduler answers at `{scheduler}`: {error}") from None
    try:
        yield client
    finally:
        client.close(timeout=_PATIENCE)


@final
class _OnDask(Shared):
    """One build by the workers of a scheduler."""

    __slots__ = ("_client", "_look", "_options", "_workers")

    def __init__(
        self,
        session: Session,
        shares: Sequence[Share],
        workers: int,
        options: Options,
        client: Any,
        look: Look,
    ) -> None:
        super().__init__(session, shares, len(shares))
        self._workers = workers
        self._options = options
        self._client = client
        self._look = look

    def parts(self, directory: str, stage: Stage) -> list[Answer]:
        """See Shared."""
        name = f".{os.path.basename(directory)}.velac-token"
        token = (os.path.join(os.path.dirname(directory), name), os.urandom(16))
        with open(token[0], "wb") as file:
            file.write(token[1])
        try:
            answers = list(self._answers_of(token, stage))
        finally:
            with suppress(FileNotFoundError):
                os.unlink(token[0])
        return answers

    def _answers_of(self, token: tuple[str, bytes], stage: Stage) -> Iterator[Answer]:
        task = Task(
            pickle.dumps(self._options),
            os.getcwd(),
            self._look,
            self._look(self._options),
            self._workers,
            VERSION,
            token,
            stage,
        )
        futures = self._client.map(
            _share, [task] * self.count, range(self.count), pure=False, retries=3
        )
        for number, future in enumerate(futures):
            answer, files = self._waited(future)
            if answer is None:
                future.cancel()
                answer = self.local(number, stage)
            if files is not None:
                answer.parts.append(stage(number, files))
            yield answer

    def _waited(self, future: Any) -> tuple[Answer | None, list[tuple[str, bytes]] | None]:
        """What has become of a share; None where no worker is left that could make it, or it has ended several."""
        from distributed import KilledWorker
        from distributed import TimeoutError as Late

        while True:
            try:
                return future.result(timeout=_PATIENCE)  # type: ignore[no-any-return]
            except Late:
                if not self._client.scheduler_info()["workers"]:
                    return None, None
            except KilledWorker:
                return None, None


def _share(task: Task, number: int) -> tuple[Answer, list[tuple[str, bytes]] | None]:
    """One share, by a worker: staged where the output is in sight, else with its files. Raises Rejected."""
    with _ONE_AT_A_TIME, _inside(task.folder):
        session, shares = _opened(task)
        shared = Shared(session, shares, len(shares))
        path, token = task.token
        try:
            with open(path, "rb") as file:
                in_sight = file.read() == token
        except OSError:
            in_sight = False
        if in_sight:
            return shared.local(number, task.stage), None
        return shared.returned(number)


def _opened(task: Task) -> tuple[Session, list[Share]]:
    """The session and the shares of the fleet, which a worker keeps from share to share."""
    key = task.options + f"{task.workers} {task.inputs}".encode()
    found = _OPENED.get(key) if task.inputs else None
    if found is None:
        # What is unpickled comes from the scheduler, to which only those who may run code can connect.
        options = pickle.loads(task.options)
        if task.version != VERSION or task.look(options) != task.inputs:
            text = "a worker sees other inputs, or is another version of velac, than this process"
            raise Rejected(Diagnostic("V807", text))
        session = Session(options)
        _, later = session.opened()
        _OPENED.clear()
        found = _OPENED[key] = (session, shares_of(session, later, task.workers))
    return found


@contextmanager
def _inside(folder: str) -> Iterator[None]:
    """Paths are those of the process that asks."""
    before = os.getcwd()
    try:
        os.chdir(folder)
    except OSError as error:
        text = f"a worker cannot see `{folder}`: {error.strerror}"
        raise Rejected(Diagnostic("V807", text)) from None
    try:
        yield
    finally:
        os.chdir(before)
