"""Packages by import path, limits on results, and what the contract says about functions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.cue.builtins import registry
from velac.compiler.cue.builtins.package import BuiltinError, Package


def found(path: str) -> Package:
    package = registry.find(path)
    assert package is not None
    return package


def test_paths_of_modules() -> None:
    for path in ("strings", "encoding/json", "math/bits", "crypto/sha256", "text/template"):
        assert found(path).path == path
        assert path in registry.names()


def test_unknown_paths() -> None:
    assert registry.find("no/such") is None
    assert registry.find("package") is None
    assert registry.find("encoding_json") is None


def test_tool_packages_are_refused_with_a_reason() -> None:
    with pytest.raises(BuiltinError, match="commands of the cue tool"):
        registry.find("tool/exec")


def test_third_party_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "acme_builtins"
    (folder / "acme").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "acme_shout.py").write_text(
        "from velac.compiler.cue.builtins.package import package\n"
        "from velac.compiler.cue.kinds import STRING\n"
        "PACKAGE = package('acme/shout')\n"
        "@PACKAGE.function(STRING, result=STRING)\n"
        "def Loud(text):\n    return text.upper() + '!'\n"
    )
    (folder / "acme" / "plain.cue").write_text("#Plain: {a: int}\n")
    (folder / "strings.py").write_text("raise RuntimeError('ours wins')\n")
    info = tmp_path / "acme_builtins-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-builtins\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[velac.builtins]\nacme = acme_builtins\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.find.cache_clear()
    registry._third_party_packages.cache_clear()
    try:
        assert found("acme/shout").functions["Loud"].call("hi") == "HI!"
        assert found("acme/plain").source == "#Plain: {a: int}\n"
        assert "Join" in found("strings").functions
        assert "acme/shout" in registry.names()
    finally:
        registry.find.cache_clear()
        registry._third_party_packages.cache_clear()


def test_finding_one_package_loads_no_other() -> None:
    code = (
        "import sys; from velac.compiler.cue.builtins import registry;"
        "registry.find('encoding/base64'); registry.names();"
        "print([m for m in sys.modules if m.split('.')[-1] in ('re2', 'yaml', 'orjson', 'template_run', 'math_bits')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_validators_and_optional_arguments() -> None:
    assert found("strings").functions["MinRunes"].is_validator
    assert not found("strings").functions["Join"].is_validator
    assert not found("path").functions["IsAbs"].is_validator
    assert found("path").functions["Base"].optional == 1
    assert found("list").functions["Sort"].wants_engine
    assert not found("list").functions["Sum"].wants_engine


class Lists:
    """As much of an engine as moving list elements takes."""

    def items(self, value: Any) -> Any:
        return value

    def is_list(self, value: Any) -> bool:
        return isinstance(value, list)


@pytest.mark.parametrize(
    ("path", "name", "args"),
    [
        ("strings", "Repeat", ("ab", 10**12)),
        ("strings", "Replace", ("a" * 100_000, "a", "b" * 100_000, -1)),
        ("strings", "Join", (["a" * 1_000_000] * 200, "")),
        ("list", "Repeat", (Lists(), [1], 10**9)),
        ("list", "Range", (0, 10**12, 1)),
        ("math/bits", "Lsh", (1, 10**12)),
        ("math", "Pow10", (10**7,)),
        ("text/template", "Execute", ("{{range 1000000000}}x{{end}}", {})),
        ("text/template", "Execute", ('{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', {})),
        ("text/template", "Execute", ('{{printf "%999999d%999999d" 1 1}}' * 100, {})),
        ("encoding/yaml", "Unmarshal", ("a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
        ),)),
        ("encoding/json", "Unmarshal", ("[" * 200_000,)),
        ("encoding/yaml", "Unmarshal", ("[" * 5_000,)),
    ],
)  # fmt: skip
def test_results_are_bounded(path: str, name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(BuiltinError):
        found(path).functions[name].call(*args)
