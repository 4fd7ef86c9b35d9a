"""Rules about what the author of an Application wrote."""
