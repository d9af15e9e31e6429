"""What may be asked about the fixed contact."""

from pathways.care.commands import Command


class NameFixedContact(Command):
    """Name the fixed contact: a person, as free text, of the actor's own team."""

    name: str
