"""The CUE engine: resolve (syntax to expressions), values (the lattice), eval (nodes and conjuncts), export."""
