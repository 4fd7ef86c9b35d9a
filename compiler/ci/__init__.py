"""One run for a pipeline: lint and validation, diff, check of the committed output; reports and one verdict."""
