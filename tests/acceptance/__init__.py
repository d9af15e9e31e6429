"""Tests of the whole program as processes; a package, so that its modules have names of their own."""
