"""Takes the picture of the README from a running demonstration: a suspended handover in the Prefect UI, with its form.

    make demo                                                  (in one terminal; it prints the address of a run)
    .venv/bin/python docs/screenshots.py ADDRESS-OF-THE-RUN    (in another)

Needs Chromium; CHROMIUM names it where it is not /usr/bin/chromium. It only looks: it submits nothing.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURE = Path(__file__).parent / "pictures" / "prefect-suspended.png"

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
_PATIENCE_MILLISECONDS = 90_000


def take(address: str, picture: Path) -> None:
    """Open the page of a suspended run, open its form and the choices in it, and keep what is seen as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_QUIET))
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, device_scale_factor=1.5)
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        page.goto(address, wait_until="domcontentloaded")
        _open_form(page)
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture)
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
            "Give the address of a suspended run: python docs/screenshots.py http://127.0.0.1:4200/runs/flow-run/…"
        )
    take(sys.argv[1], PICTURE)
    sys.stdout.write(f"Wrote {PICTURE}\n")
