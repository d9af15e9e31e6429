"""HTML made into PDF. The only importer of weasyprint, and lazily: it is slow, and needs libraries of the system.

Nothing is fetched for a page, from the network or from the disk.
"""

import logging
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from pathways.errors import Failed

_INSTALL = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 fonts-dejavu-core"


def _weasyprint() -> Any:
    import weasyprint

    return weasyprint


class Printer:
    """Lays pages out. Raises Failed, saying what to install, on a machine that cannot."""

    def __init__(self, load: Callable[[], Any] = _weasyprint) -> None:
        """Load the library; `load` gives it."""
        try:
            with redirect_stdout(StringIO()):  # it prints a page of advice when a library is missing
                self._library = load()
        except OSError as error:
            raise Failed(
                "PDFs cannot be made: this machine lacks the library Pango.",
                "Install it, or take the page as HTML.",
                command=f"{_INSTALL}, or --html FILE",
            ) from error
        logging.getLogger("weasyprint").propagate = False  # what it says may quote the page
        logging.getLogger("fontTools").propagate = False

    def laid_out(self, html: str) -> "Pages":
        """The pages that the HTML takes."""
        fetcher = self._library.urls.URLFetcher(allowed_protocols=())
        return Pages(self._library.HTML(string=html, url_fetcher=fetcher, base_url=None).render())


class Pages:
    """Pages that have been laid out."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def __len__(self) -> int:
        return len(self._document.pages)

    def pdf(self) -> bytes:
        """They as PDF."""
        made: bytes = self._document.write_pdf()
        return made
