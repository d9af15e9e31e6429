"""The fixed contact of a patient: who it is, over which handovers it was kept, and each break. Pure."""
