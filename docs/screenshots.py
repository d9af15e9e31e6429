"""Takes the pictures of the documentation: a suspended handover in the Prefect UI with its form, and a night sheet.

    make demo                                                  (in one terminal; it prints the address of a run)
    .venv/bin/python docs/screenshots.py ADDRESS-OF-THE-RUN    (in another)

    handslag night-sheet EPISODE --html sheet.html             (of a made-up patient)
    .venv/bin/python docs/screenshots.py sheet.html

Needs Chromium; CHROMIUM names it where it is not /usr/bin/chromium. It only looks: it submits nothing.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"

_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_WIDTH, _HEIGHT = 1280, 790
_SHEET_WIDTH = 740
_PATIENCE_MILLISECONDS = 90_000


def take(address: str, picture: Path, *, is_sheet: bool) -> None:
    """Keep what is seen of a page as PNG: a night sheet, or a suspended run with its form and its choices open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_QUIET))
        width = _SHEET_WIDTH if is_sheet else _WIDTH
        page = browser.new_page(viewport={"width": width, "height": _HEIGHT}, device_scale_factor=1.5)
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        page.goto(address, wait_until="domcontentloaded")
        if not is_sheet:
            _open_form(page)
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture, full_page=is_sheet)
        browser.close()


def _open_form(page: Page) -> None:
    page.get_by_role("button", name="Resume").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("What has happened?").wait_for()
    dialog.locator(".p-select-button__control").first.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(
            "Give the address of a suspended run, such as http://127.0.0.1:4200/runs/flow-run/…, or a saved sheet."
        )
    given, is_sheet = sys.argv[1], sys.argv[1].endswith(".html")
    picture = PICTURES / ("night-sheet.png" if is_sheet else "prefect-suspended.png")
    take(Path(given).absolute().as_uri() if is_sheet else given, picture, is_sheet=is_sheet)
    sys.stdout.write(f"Wrote {picture}\n")
