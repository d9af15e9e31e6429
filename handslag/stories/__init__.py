"""The stories that the demonstration tells: made-up patients, carried through real pathways."""
