"""Lint: what is well-formed and still not right; rules, waivers, outputs, and validation against schemas."""
