"""Takes the pictures of the documentation: what IT sees in the Prefect UI, a handover with its form, a night sheet.

    make demo                                                  (in one terminal; it prints the address of a run)
    .venv/bin/python docs/screenshots.py ADDRESS-OF-THE-RUN    (in another)

    .venv/bin/python docs/screenshots.py --monitoring ADDRESS-OF-THE-RUN    (those of the how-to on monitoring)

    handslag night-sheet EPISODE --html sheet.html             (of a made-up patient)
    .venv/bin/python docs/screenshots.py sheet.html

Needs Chromium; CHROMIUM names it where it is not /usr/bin/chromium. It only looks: it submits nothing.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
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
    with _page(_SHEET_WIDTH if is_sheet else _WIDTH) as page:
        page.goto(address, wait_until="domcontentloaded")
        if not is_sheet:
            _open_form(page)
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture, full_page=is_sheet)


def take_monitoring(run: str) -> None:
    """Keep what IT looks at and presses in the Prefect UI; `run` is the address of a suspended handover."""
    ui, _, number = run.partition("/runs/flow-run/")
    ended = {
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
        "flows": {"name": {"any_": ["handover"]}},
        "limit": 1,
    }
    over = _first(f"{ui}/api/flow_runs/filter", ended)
    table = _first(f"{ui}/api/artifacts/latest/filter", {"artifacts": {"key": {"any_": ["waiting"]}}})
    with _page(_WIDTH) as page:
        _open(page, f"{ui}/runs?tag=state:requested", "Flow runs")
        _keep(page, "prefect-filter")
        _open(page, f"{ui}/runs/flow-run/{number}", "Resume")
        _keep(page, "prefect-run")
        page.get_by_role("button", name="Cancel").first.click()
        _keep(page, "prefect-cancel")
        _open(page, f"{ui}/runs/flow-run/{over['id']}", "Retry")
        _keep(page, "prefect-retry")
        _open(page, f"{ui}/artifacts/artifact/{table['latest_id']}", "What waits for whom")
        _keep(page, "prefect-waiting")


def _first(address: str, wanted: dict[str, Any]) -> dict[str, Any]:
    found = httpx.post(address, json=wanted, timeout=30).raise_for_status().json()
    return dict(found[0])


def _open(page: Page, address: str, words: str) -> None:
    page.goto(address, wait_until="domcontentloaded")
    page.get_by_text(words).first.wait_for()


def _keep(page: Page, name: str) -> None:
    page.wait_for_timeout(2500)
    page.screenshot(path=PICTURES / f"{name}.png")


@contextmanager
def _page(width: int) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_QUIET))
        page = browser.new_page(viewport={"width": width, "height": _HEIGHT}, device_scale_factor=1.5)
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        yield page
        browser.close()


def _open_form(page: Page) -> None:
    page.get_by_role("button", name="Resume").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("What has happened?").wait_for()
    dialog.locator(".p-select-button__control").first.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--monitoring":
        take_monitoring(sys.argv[2])
        sys.exit()
    if len(sys.argv) != 2:
        sys.exit(
            "Give the address of a suspended run, such as http://127.0.0.1:4200/runs/flow-run/…, or a saved sheet."
        )
    given, is_sheet = sys.argv[1], sys.argv[1].endswith(".html")
    picture = PICTURES / ("night-sheet.png" if is_sheet else "prefect-suspended.png")
    take(Path(given).absolute().as_uri() if is_sheet else given, picture, is_sheet=is_sheet)
    sys.stdout.write(f"Wrote {picture}\n")
