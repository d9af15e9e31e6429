"""The commands of the command line, by what they are for. Each turns words into one operation and prints the result."""
