"""The version; a test compares it with the package's metadata, which would take a tenth of a second to read."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
