"""The user's own rules: CUE constraints, CEL in ValidatingAdmissionPolicy objects, Rego in the conventions of conftest."""
