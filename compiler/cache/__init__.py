"""What a build remembers between runs: parsed files, and what became of each file of Applications.

Everything here may be missing, damaged or made up by a stranger: nothing is run, nothing is written outside the
output, and no output depends on it.
"""
