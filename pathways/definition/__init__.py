"""What a pathway and a network are: frozen models, read from YAML, checked, compared and drawn. Pure but for files."""
