"""Readers to check the writers with: PyYAML by the rules of go-yaml v2, and ruamel.yaml (YAML 1.2)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

DATA = Path(__file__).parent / "data"

TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
WORDS = {**dict.fromkeys(TRUE, True), **dict.fromkeys(FALSE, False)}


class GoLoader(yaml.CSafeLoader):
    """YAML 1.1 words, Go's numbers; no timestamps, no base 60."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


def _bool(loader: Any, node: Any) -> bool:
    return WORDS[loader.construct_scalar(node)]


def _int(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node).replace("_", "")
    sign = -1 if text[0] == "-" else 1
    text = text.lstrip("+-")
    if len(text) > 1 and text[0] == "0" and text[1] in "01234567":
        text = "0o" + text[1:]
    return sign * int(text, 0)


def _float(loader: Any, node: Any) -> float:
    return float(loader.construct_scalar(node).replace("_", ""))


for tag, pattern, first, build in (
    ("bool", "|".join(WORDS), "yYnNtTfFoO", _bool),
    ("int", r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|[1-9][0-9_]*|0)", "-+0123456789", _int),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?",
        "-+0123456789.",
        _float,
    ),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""], None),
):
    name = f"tag:yaml.org,2002:{tag}"
    GoLoader.add_implicit_resolver(name, re.compile(rf"^(?:{pattern})$"), list(first))
    if build is not None:
        GoLoader.add_constructor(name, build)


@pytest.fixture(scope="session")
def read_1_1() -> Callable[[str], Any]:
    """The object in a text, as go-yaml v2 reads it."""
    return lambda text: yaml.load(text, Loader=GoLoader)


@pytest.fixture(scope="session")
def read_1_2() -> Callable[[str], Any]:
    """The object in a text, as a YAML 1.2 reader reads it."""
    ruamel = pytest.importorskip("ruamel.yaml", reason="ruamel.yaml is not installed")
    return lambda text: ruamel.YAML(typ="safe", pure=True).load(io.StringIO(text))


@pytest.fixture(scope="session")
def rows() -> Callable[[str], list[dict[str, Any]]]:
    """The lines of a file in data/."""

    def load(name: str) -> list[dict[str, Any]]:
        exact = Decimal if name == "read.jsonl" else float
        lines = (DATA / name).read_text().splitlines()
        return [json.loads(line, parse_float=exact) for line in lines]

    return load


@pytest.fixture(scope="session")
def dry_run_documents() -> list[str]:
    """Documents that the real `vela dry-run` printed."""
    return re.split(r"(?m)^---\n", (DATA / "dry-run.yaml").read_text())
