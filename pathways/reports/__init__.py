"""What is printed for those who give care: what a page says, its words in three languages, HTML and PDF."""
