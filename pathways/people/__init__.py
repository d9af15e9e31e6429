"""Patients: their identifiers, and the vault that encrypts what is known of them. Nothing else here knows a person."""
