"""One module per verb of the command line; `COMMAND` in each is a click command that returns an exit code."""
