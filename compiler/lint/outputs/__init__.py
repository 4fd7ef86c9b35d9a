"""Reports of a lint run, one format each: a `Report` in, text out."""
