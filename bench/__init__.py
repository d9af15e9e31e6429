"""What the speed claims rest on. Each benchmark measures alternatives in one run, prints a table and writes JSON."""
