"""Visits at home by two sides together: proposed by one, booked when the other says yes, recorded afterwards."""
