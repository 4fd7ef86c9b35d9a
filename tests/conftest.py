"""Settings of the whole suite, and the `golden` fixture."""

from __future__ import annotations

import os

# Before anything imports velac: syntax and IR nodes are really frozen while tests run.
os.environ["VELAC_FREEZE"] = "1"
# Tests neither use nor fill the user's cache; those of the cache name one of their own.
os.environ["VELAC_CACHE_DIR"] = ""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# `benchmarks` and `tests` are packages at the root of the clone and part of no wheel. Appended, so that nothing at the
# root hides an installed package.
sys.path.append(str(Path(__file__).resolve().parents[1]))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="rewrite golden files instead of comparing with them"
    )


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten (`make golden`)."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def golden(update: bool) -> Callable[[Path, str], None]:
    """`golden(path, text)`: `text` must be the content of the file; with --update the file becomes `text`."""

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.is_file(), f"{path.name} is missing; `make golden` writes it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the clone."""
    return Path(__file__).resolve().parent.parent
