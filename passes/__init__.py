"""IR to IR inside one level, one file per pass."""
