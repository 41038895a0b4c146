"""Scripts, drawn by hypothesis: most requests mean something, some are wrong in one field, few are noise."""
