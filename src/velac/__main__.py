"""`python -m velac`: the same command line as the `velac` script."""

from __future__ import annotations

from velac.compiler.cli import main

if __name__ == "__main__":
    main()
