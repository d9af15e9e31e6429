"""Tests with real databases, real mail and real processes; a package, so that its modules have names of their own."""
