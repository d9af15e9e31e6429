"""What may happen to an episode and its handovers. Pure: decides, never reads a clock, a file or a database."""
