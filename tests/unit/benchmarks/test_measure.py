"""Timing, ratios, growth, and how figures are shown."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from benchmarks import plot
from benchmarks.cases import CASES, Bench, Curve, Figure, measure
from benchmarks.measure import Failed, Run, exponent, paired, ratio, run, spread
from benchmarks.run import main, plots_of, table, write


def fake(seconds: float) -> Run:
    return Run(seconds, seconds, 1.0, "")


def test_run_counts_cpu_and_memory_and_keeps_output(tmp_path: Path) -> None:
    code = "import sys; x = bytearray(50 << 20); sum(range(10**6)); print('out'); sys.stderr.write('err')"
    done = run([sys.executable, "-c", code], stdout=tmp_path / "out")
    assert done.seconds >= done.cpu * 0.5 > 0
    assert done.peak > 50
    assert done.stderr == "err"
    assert (tmp_path / "out").read_text() == "out\n"


def test_a_failing_program_is_no_measurement() -> None:
    with pytest.raises(Failed, match="ended with 3: broken"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('broken'); sys.exit(3)"])


def test_rounds_take_turns_and_stop_at_the_limit() -> None:
    calls: list[str] = []

    def task(name: str) -> Run:
        calls.append(name)
        return fake(1)

    paired(2, lambda n: task(f"a{n}"), lambda n: task(f"b{n}"))
    assert calls == ["a0", "b0", "a1", "b1"]
    (runs,) = paired(5, lambda n: fake(n), limit=-1)
    assert len(runs) == 1


def test_ratio_is_the_median_of_pairs() -> None:
    assert ratio([2, 30, 4], [1, 10, 4]) == 2
    assert spread([1, 1]) == 0
    assert spread([1.0, 2.0, 3.0]) > 0


@pytest.mark.parametrize(("power", "slope"), [(1, 1.0), (2, 2.0), (0, 0.0)])
def test_exponent(power: int, slope: float) -> None:
    sizes = [1, 2, 4, 8]
    assert exponent(sizes, [3.0 * s**power for s in sizes]) == pytest.approx(slope)


def test_targets() -> None:
    bench = Bench(Path("unused"))
    bench.add("A", "speed", 10.0, "×", at_least=9)
    bench.add("A", "speed", 10.0, "×", at_least=11)
    bench.add("A", "time", 10.0, "s", at_most=9)
    bench.add("A", "size", 10.0, "MiB")
    assert [f.reached for f in bench.figures] == [True, False, False, None]
    text = table(bench.figures)
    assert "| A | speed | 10 × | ≥ 9 | reached |" in text
    assert "| A | time | 10 s | ≤ 9 | **not reached** |" in text


def test_a_failed_case_is_a_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(bench: Bench) -> None:
        raise Failed("velac ended with 70: oh\nmore")

    monkeypatch.setitem(CASES, "A", broken)
    bench = Bench(Path("unused"))
    measure(bench, ["A"])
    assert bench.figures == [Figure("A", "failed", None, "", note="velac ended with 70: oh")]
    assert "not measured" in table(bench.figures)


def test_plots_are_svg() -> None:
    bench = Bench(Path("unused"))
    bench.curves.append(Curve("<components>", (1, 2, 4), (0.5, 0.9, 2.0)))
    bench.curves.append(Curve("clusters", (1, 2, 4), (0.5, 0.6, 0.7)))
    bench.add("H", "velac, 10 objects", 100.0, "µs CPU an object")
    bench.add("H", "helm, 2 clusters", 2000.0, "µs CPU an object")
    plots = plots_of(bench)
    assert set(plots) == {"growth", "cpu-of-an-object"}
    for text in plots.values():
        assert ElementTree.fromstring(text).tag.endswith("svg")
    assert "&lt;components&gt;" in plots["growth"]


def test_longer_bars_are_larger_values() -> None:
    svg = ElementTree.fromstring(plot.bars("x", [("a", 1.0), ("b", 10.0), ("c", 100.0)], "ms"))
    widths = [float(e.attrib["width"]) for e in svg.iter() if e.tag.endswith("rect")]
    assert widths == sorted(widths)
    assert widths[0] > 0


def test_results_are_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.add("G", "velac --version", 70.0, "ms", at_most=80)
    bench.stats["A"] = "rendered: 5\n"
    write(bench, tmp_path / "results")
    page = (tmp_path / "results/README.md").read_text()
    assert "rendered: 5" in page
    assert "| G | velac --version | 70 ms | ≤ 80 | reached |" in page
    assert '"velac --version"' in (tmp_path / "results/cases.json").read_text()


def test_unknown_case(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--cases", "A,X"])
    assert "there is no case X" in capsys.readouterr().err
