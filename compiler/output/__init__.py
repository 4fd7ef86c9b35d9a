"""How output reaches the disk, and what is known of what is there."""
