"""Take the picture of the boundary report that the README shows: the example plan, in a real browser.

    python scripts/screenshot.py

It needs Chromium (Debian: apt-get install chromium). Fonts differ between machines, so that the bytes
of the picture do as well; it is taken anew when the page looks different.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
PICTURE = EXAMPLE / "boundary-report.png"
SIZE = (1360, 1180)
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def take(page_path: Path, picture: Path) -> None:
    """Open a page, show the first finding on its map, and write a picture of the map and the findings."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium is not here; install it (Debian: apt-get install chromium)")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=SWITCHES)
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
        page.goto(page_path.as_uri())
        page.wait_for_selector("#map[data-ready]")
        page.locator(".show").first.click()
        page.locator("#findings").evaluate("e => e.scrollIntoView()")
        page.wait_for_timeout(500)
        page.screenshot(path=picture)
        browser.close()
    # few colours are enough for a drawing, and make a third of the size
    with Image.open(picture) as taken:
        taken.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(picture, optimize=True)


def main() -> None:
    """Report the example and take its picture."""
    import footprint
    from footprint.model.output import now
    from footprint.reports.board import Board, save

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        save(Board(footprint.check(footprint.load_plan(EXAMPLE)), None, now()), path)
        take(path, PICTURE)
    print(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
