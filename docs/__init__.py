"""The pages that explain Handslag, and what makes those that are made from the program."""
