"""The plan and its graphs as documents that people and programs read."""
