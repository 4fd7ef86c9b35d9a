"""Writes answers/<feature>.jsonl: what the real cue answers to the programs of cases/. Run it when they change.

    python tests/golden/cue/record.py [--cue PATH] [feature ...]

A line holds the program's name and either `out`, the text that `cue export` prints, or `err`, its message.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from cases import Case, features, read  # noqa: E402


def answer(cue: str, case: Case) -> dict[str, str]:
    """The record of one program."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in case.files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        done = subprocess.run(
            [cue, "export", *case.args, *case.inputs()],
            cwd=folder, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    if done.returncode == 0:
        return {"name": case.name, "out": done.stdout}
    return {"name": case.name, "err": done.stderr.strip()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("features", nargs="*")
    parser.add_argument("--cue", default="cue")
    options = parser.parse_args()
    (HERE / "answers").mkdir(exist_ok=True)
    for feature in options.features or features():
        lines = [
            json.dumps(answer(options.cue, case), ensure_ascii=False) for case in read(feature)
        ]
        (HERE / "answers" / f"{feature}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        sys.stdout.write(f"{feature}: {len(lines)}\n")


if __name__ == "__main__":
    main()
