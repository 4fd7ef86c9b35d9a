"""The command line: arguments to a command, its outcome to an exit code.

Exit codes: 0 clean, 1 errors in the input, 2 wrong usage, 70 a bug of ours.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

EXIT_INPUT: Final = 1
EXIT_USAGE: Final = 2
EXIT_BUG: Final = 70
_INTERRUPTED: Final = 130
_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS))


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    given = list(sys.argv[1:] if args is None else args)
    if given == ["--version"]:
        # Scripts ask this all the time, and click would be half of the answer's cost.
        from velac.compiler.version import VERSION

        sys.stdout.write(f"velac {VERSION}\n")
        return 0
    return _run(given)


def _run(args: list[str]) -> int:
    from velac.compiler.garbage import seldom

    seldom()  # imports make no garbage either
    import click

    from velac.compiler.commands.root import ROOT

    try:
        code = ROOT.main(args=args, prog_name="velac", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_stdout()
        return EXIT_INPUT
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    from velac.compiler.diagnostics.model import Diagnostic, Rejected
    from velac.compiler.diagnostics.render import render_text

    if isinstance(error, Rejected):
        sys.stderr.write(render_text(error.diagnostics))
        # What the command line names and is not there is a mistake of the command line.
        return EXIT_USAGE if {d.code for d in error.diagnostics} == {"V109"} else EXIT_INPUT
    if isinstance(error, OSError) and error.errno in _FULL:
        where = f" `{error.filename}`" if error.filename else ""
        text = f"cannot write{where}: {error.strerror}"
        sys.stderr.write(render_text([Diagnostic("V803", text)]))
        return EXIT_INPUT
    if os.environ.get("VELAC_TRACEBACK") == "1":
        import traceback

        sys.stderr.write("".join(traceback.format_exception(error)))
    deep = isinstance(error, RecursionError | MemoryError)
    text = "the input is nested too deeply or too large" if deep else "this is a bug of velac"
    shown = f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")
    problem = Diagnostic(
        "V903" if deep else "V901",
        f"{text} ({shown})",
        help="run again with VELAC_TRACEBACK=1 and report what it prints",
    )
    sys.stderr.write(render_text([problem]))
    return EXIT_BUG


def main() -> None:
    """The entry point of the `velac` script."""
    _open_streams()
    try:
        code = run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BrokenPipeError:
        _discard_stdout()
        code = EXIT_INPUT
    except OSError as error:
        _discard_stdout()
        code = _failed(error)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    # Taking apart all that was made would take a twentieth of the time of a build.
    os._exit(code)


def _open_streams() -> None:
    """Give a stream that the caller has closed (`>&-`) to the null device: a file of ours must not get its number."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            stream = os.fdopen(number, mode, encoding="utf-8", closefd=False)
            setattr(sys, name, stream)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Manifests are UTF-8 whatever the locale is; a file's name need not be.
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")


def _discard_stdout() -> None:
    """What remains in the buffer must not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
