"""Revisions of Applications and definitions: what KubeVela's controller remembers, kept as files (semantics part 8)."""
