"""What may be asked of Handslag: each operation decides, records in one transaction, then sends what it owes."""
