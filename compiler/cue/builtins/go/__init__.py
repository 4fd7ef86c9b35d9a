"""Behaviour of Go's library that CUE's packages inherit: bounds, quoting, characters, floats, layouts, templates."""
