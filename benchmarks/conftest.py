"""Corpora for the suites. A fleet is written once per session and never changed by a benchmark."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# Appended, so that nothing at the root of the clone hides an installed package.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from benchmarks.corpus import write_corpus
from benchmarks.fleet import Fleet

Corpus = Callable[[Fleet], Path]


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What velac keeps between runs does not come from, or go to, the user's cache."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """`corpus(fleet)`: the directory with the files of a fleet."""
    found: dict[Fleet, Path] = {}

    def directory(fleet: Fleet) -> Path:
        if fleet not in found:
            found[fleet] = tmp_path_factory.mktemp(fleet.name)
            write_corpus(fleet, found[fleet])
        return found[fleet]

    return directory
