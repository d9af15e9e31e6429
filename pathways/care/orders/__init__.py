"""Orders of treatments: what is ordered, the visits that follow from it, and what becomes of them. Pure."""
