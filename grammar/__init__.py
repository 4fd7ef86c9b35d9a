"""Text to syntax: sources and spans, the CUE grammar and AST, the formatter, YAML with positions."""
