"""The canonical YAML writer, for backends (it lives in `grammar`, because the compiler writes manifests too)."""

from __future__ import annotations

from velac.grammar.yaml_writer import Hole, Template, emit, emit_documents, fill, template

__all__ = ["Hole", "Template", "emit", "emit_documents", "fill", "template"]
