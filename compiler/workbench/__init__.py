"""The workbench of those who write definitions: show, schema, vet, render, test, fuzz, compare, document."""
