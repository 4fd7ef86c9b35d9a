"""CUE's standard packages, one module per import path, found by entry point group `velac.builtins`."""
