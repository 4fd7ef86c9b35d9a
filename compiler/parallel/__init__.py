"""Builds by several processes: the same bytes, sooner."""
