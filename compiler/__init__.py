"""The core: diagnostics, loading, the CUE engine, the IR, lowering, rendering, the driver and the CLI."""
