"""The cache directory: entries of data by key, and the identity of this velac, which is part of every key."""
