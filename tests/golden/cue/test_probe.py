"""A corpus of probes of the language with the answers of the real cue: values, key order, and what is rejected."""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from velac import cue
from velac.compiler.cue import api

CORPUS = Path(__file__).with_name("probe.jsonl.gz")


@lru_cache(maxsize=1)
def records() -> dict[str, list[dict[str, Any]]]:
    """The corpus by the file that was probed."""
    out: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in gzip.decompress(CORPUS.read_bytes()).decode().split("\n"):
        if line:
            record = json.loads(line, parse_float=Decimal)
            out[record["source"]].append(record)
    return out


@pytest.fixture(scope="module", autouse=True)
def _parse_once() -> Any:
    """Most probes ask one file for one field after another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "parse", lru_cache(maxsize=64)(api.parse))
        yield


def same(expected: Any, got: Any) -> bool:
    """Whether two exports are one: kinds, values and order of fields."""
    if isinstance(got, bytes):
        got = base64.b64encode(got).decode()
    if isinstance(expected, dict) and isinstance(got, dict):
        return list(expected) == list(got) and all(same(v, got[k]) for k, v in expected.items())
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(same, expected, got))
    if isinstance(expected, (int, Decimal)) and not isinstance(expected, bool):
        is_number = isinstance(got, (int, Decimal)) and not isinstance(got, bool)
        return is_number and Decimal(expected) == Decimal(got)
    return type(expected) is type(got) and bool(expected == got)


def answer(record: dict[str, Any]) -> tuple[bool, Any]:
    """Whether velac exports a record's program, and what."""
    try:
        return True, cue.export(
            record["files"], record.get("expr"), lookup=record["cmd"] == "lookup"
        )
    except cue.CueError as error:
        return False, str(error)


@pytest.mark.parametrize("source", sorted(records()))
def test_probe(source: str) -> None:
    wrong = []
    for record in records()[source]:
        ok, value = answer(record)
        if ok != record["ok"] or (ok and not same(record["out"], value)):
            wrong.append((record["id"], record.get("out", record.get("err")), value))
    assert not wrong, "\n".join(map(repr, wrong[:5]))
