"""The program: puts the parts together, and holds the command line and the processes that it starts."""
