"""`benchmarks` is a package at the root of the clone, and part of no wheel."""

from __future__ import annotations

import sys
from pathlib import Path

# Appended, so that nothing at the root hides an installed package.
sys.path.append(str(Path(__file__).resolve().parents[3]))
