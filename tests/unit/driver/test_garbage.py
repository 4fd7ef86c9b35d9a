"""What is read for good is not looked through for garbage, in processes of our own only."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from velac.compiler.garbage import lasting, seldom


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)  # whatever a command that was run in this process has set
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_made_inside_is_not_looked_through() -> None:
    seldom()
    with lasting():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_the_next_time_gives_it_back() -> None:
    seldom()
    with lasting():
        pass
    with lasting():
        assert gc.get_freeze_count() == 0


def test_an_error_inside_leaves_collecting_on() -> None:
    seldom()
    with pytest.raises(ValueError, match="unreadable"), lasting():
        raise ValueError("unreadable")
    assert gc.isenabled()


def test_a_process_that_embeds_the_compiler_keeps_its_own_ways() -> None:
    with lasting():
        assert gc.isenabled()
    assert gc.get_freeze_count() == 0
