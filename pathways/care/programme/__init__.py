"""Programmes: who is enrolled and who waits for a place, and what is measured to evaluate them."""
