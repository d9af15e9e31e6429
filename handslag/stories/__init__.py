"""The stories that the demonstration tells: one for each arrangement of the catalogue, named as its pathway."""
