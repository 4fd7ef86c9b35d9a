"""Ask the real `cue` for the answers: `python tests/golden/cue_verbs/record.py`."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"


def commands() -> list[tuple[str, str]]:
    """Folder and arguments of every case."""
    lines = (HERE / "commands.txt").read_text().splitlines()
    pairs = [line.split(": ", 1) for line in lines if line and not line.startswith("#")]
    return [(folder, arguments) for folder, arguments in pairs]


def ask(folder: str, arguments: str) -> dict[str, object]:
    """What `cue` prints, and whether it is content."""
    done = subprocess.run(
        ["cue", *shlex.split(arguments)],
        cwd=HERE / "cases" / folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return {"ok": done.returncode == 0, "out": done.stdout if done.returncode == 0 else ""}


if __name__ == "__main__":
    answers = {f"{folder}: {arguments}": ask(folder, arguments) for folder, arguments in commands()}
    ANSWERS.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")
