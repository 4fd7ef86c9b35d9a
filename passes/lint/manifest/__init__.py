"""Rules about single objects, checked once for each different one."""
