"""Rules about the objects of a cluster together."""
