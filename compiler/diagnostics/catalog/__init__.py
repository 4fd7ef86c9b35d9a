"""The pages of the diagnostic codes, one module per stage; each has a tuple `CODES`."""
