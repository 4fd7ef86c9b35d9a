"""The affected set: which Applications and clusters a change of files can touch, without rendering anything."""
