"""The built-in definitions: CUE files, found by the entry point group `velac.definitions`."""
