"""The fleet as a whole and over time: summaries of Applications, what is where, and what has to go."""
