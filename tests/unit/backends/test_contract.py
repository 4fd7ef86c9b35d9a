"""What every backend may rely on: checked settings, its layout, losses as diagnostics, a directory of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from velac.compiler import driver
from velac.compiler.diagnostics.model import Severity
from velac.compiler.driver import compile
from velac.compiler.ir.backend import BackendInput, BackendSpec, Loss, Setting
from velac.compiler.ir.shape import BOOL, STRING, one_of
from velac.compiler.registry import load_backends
from velac.compiler.result import CompileResult

APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: prod}
spec:
  components:
  - {name: web, type: webservice, properties: {image: nginx:1.27}}
"""


def emit(given: BackendInput) -> Iterator[tuple[str, bytes]]:
    yield f"{given.layout}.txt", repr(sorted(given.settings.items())).encode()


def lossiness(given: BackendInput) -> Iterable[Loss]:
    yield Loss("no gates", "error", help="open them")
    yield Loss("no order")
    yield Loss("no colours", "accepted")


SAMPLE = BackendSpec(
    name="sample",
    title="a sample",
    layouts=("one", "two"),
    emit=emit,
    settings=(
        Setting("where", STRING, None, "where to", required=True),
        Setting("fast", BOOL, True, "whether to hurry"),
        Setting("colour", one_of("red", "blue"), "red", "which one"),
    ),
    lossiness=lossiness,
)


@pytest.fixture
def apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    def backends() -> dict[str, BackendSpec]:
        return {**load_backends(), "sample": SAMPLE}

    monkeypatch.setattr(driver, "load_backends", backends)
    (tmp_path / "web.yaml").write_text(APP)
    return str(tmp_path)


def sample(apps: str, **settings: object) -> CompileResult:
    return compile(apps, backend="sample", settings={"sample": settings})


def found(result: CompileResult) -> list[tuple[str, Severity]]:
    return [(d.code, d.severity) for d in result.diagnostics]


def test_settings_are_complete(apps: str) -> None:
    result = sample(apps, where="here", unsupported="warning")
    assert list(result.files()) == [
        (
            "one.txt",
            b"[('colour', 'red'), ('fast', True), ('layout', ''), ('unsupported', 'warning'), "
            b"('where', 'here')]",
        )
    ]


def test_settings_are_checked(apps: str) -> None:
    result = sample(apps, wher="here", fast="yes", colour="green")
    assert sorted(d.code for d in result.diagnostics) == ["V301", "V302", "V303", "V304"]
    assert any(d.help == "did you mean `where`?" for d in result.diagnostics)
    assert not list(result.files())


def test_layout_of_the_settings(apps: str) -> None:
    files = dict(sample(apps, where="here", layout="two", unsupported="ignore").files())
    assert list(files) == ["two.txt"]


@pytest.mark.parametrize(
    ("unsupported", "severities"),
    [
        (None, ["error", "warning", "note"]),
        ("error", ["error", "error", "note"]),
        ("warning", ["warning", "warning", "note"]),
        ("ignore", ["note", "note", "note"]),
    ],
)
def test_losses(apps: str, unsupported: str | None, severities: list[str]) -> None:
    result = sample(apps, where="here", unsupported=unsupported)
    said = {d.message: str(d.severity) for d in result.diagnostics if d.code == "V810"}
    assert said == dict(
        zip(("sample: no gates", "sample: no order", "sample: no colours"), severities, strict=True)
    )
    assert result.ok == ("error" not in severities)


def test_several_backends_have_a_directory_each(apps: str) -> None:
    result = compile(
        apps,
        backend=["plain", "sample", "plain"],
        settings={"sample": {"where": "here", "unsupported": "ignore"}},
    )
    assert [path for path, _ in result.files()] == [
        "plain/local/prod/web/manifest.yaml",
        "sample/one.txt",
    ]


def test_unknown_backend_and_layout(apps: str) -> None:
    unknown = compile(apps, backend="plan")
    assert found(unknown) == [("V804", Severity.ERROR)]
    assert unknown.diagnostics[0].help == "did you mean `plain`?"
    assert found(compile(apps, layout="flat")) == [("V804", Severity.ERROR)]
