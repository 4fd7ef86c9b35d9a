"""The page that counts the recorded programs is fresh, and they use all there is."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow  # it parses all of them once more
HERE = Path(__file__).parent


def table() -> Any:
    """The module beside this file (tests are not a package)."""
    spec = importlib.util.spec_from_file_location("cue_table", HERE / "table.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["cue_table"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh() -> None:
    module = table()
    assert module.PAGE.read_text("utf-8") == module.page(), "run tests/golden/cue/table.py"


def test_recorded_programs_use_every_production_operator_and_function() -> None:
    module = table()
    every = [case for feature in module.features() for case in module.read(feature)]
    assert module._noted(every).missed() == []
