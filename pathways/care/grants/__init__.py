"""What is granted to a citizen: packages of services by the week, their end and renewal, and swaps inside a grant."""
