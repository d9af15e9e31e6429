"""Moving a running episode to another version of its pathway, or to the pathway that replaces it."""
