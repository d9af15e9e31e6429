"""Tests of the desk: its pages in a real browser, and who may sign in to see them."""
