"""The audit log: who saw or changed what about a patient, for which unit, when and why. Pure; it keeps no rows.

Required of care givers in Sweden by HSLF-FS 2016:40, chapter 4, section 9, and kept for at least five years.
"""
