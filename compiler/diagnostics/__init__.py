"""What velac says to people: the model of a diagnostic, the table of codes, and the renderers."""
