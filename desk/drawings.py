"""The drawings of pathways, each made once: a published version never changes."""

from threading import Lock

from pathways.definition.drawing import svg
from pathways.definition.models import Pathway


class Drawings:
    """Draws the versions of the pathways of one database, one at a time. Kept in memory."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, str, str], str] = {}
        self._one_at_a_time = Lock()

    def of(self, pathway: Pathway, language: str) -> str:
        """A version as SVG in this language or, where it is not there, in the pathway's first. Raises Failed."""
        known = language if language in pathway.languages else pathway.languages[0]
        key = pathway.pathway, pathway.version, known
        with self._one_at_a_time:
            if key not in self._drawn:
                self._drawn[key] = svg(pathway, known)
            return self._drawn[key]
