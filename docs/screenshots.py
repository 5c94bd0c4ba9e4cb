"""Take the README's screenshots of the sample smear: `python docs/screenshots.py [CHROMIUM]`.

Needs the extra `dev` and a Chromium; everything shown is made by Cytovox itself.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).with_name("images")
ADDRESS, PORT = "http://127.0.0.1:8791", "8791"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # WebGL without a graphics processor


@dataclass(frozen=True)
class Shot:
    """A picture of the application.

    Attributes:
        prepare: Leads from the start page to what is to be seen.
        theme: Light or dark.
        width: Of the window.
        height: Of the window.
    """

    prepare: Callable[[Page], None]
    theme: str = "light"
    width: int = 1440
    height: int = 900


def open_sample(page: Page) -> None:
    """The sample smear, analysed."""
    page.get_by_role("button", name="Try the sample smear").click()
    page.get_by_role("table").first.wait_for(timeout=30_000)


def ask_why(page: Page) -> None:
    """Where the evidence of its first white cell lay."""
    open_sample(page)
    page.get_by_role("region", name="White cells").get_by_role("button").first.click()
    page.get_by_role("button", name="Why?").click()


def show_map(page: Page) -> None:
    """The ten-class map."""
    open_sample(page)
    page.get_by_role("button", name="Show map").click()


def hold_a_cell(page: Page) -> None:
    """Its eosinophil in 3D."""
    open_sample(page)
    page.get_by_role("region", name="White cells").get_by_role("button", name="eosinophil").first.click()
    page.get_by_role("link", name="3D", exact=True).click()
    page.locator("[data-status=ready]").first.wait_for(timeout=120_000)


def review(page: Page) -> None:
    """The review page with two cells confirmed."""
    open_sample(page)
    page.get_by_role("link", name="Review the cells").click()
    page.locator("[data-cell]").first.wait_for(timeout=30_000)
    for key in ("j", "Enter", "Enter", "j"):
        page.keyboard.press(key)


def report(page: Page) -> None:
    """The report, not yet signed."""
    open_sample(page)
    page.get_by_role("link", name="Report", exact=True).first.click()
    page.get_by_role("button", name="Sign", exact=True).wait_for(timeout=30_000)


def open_sample_stack(page: Page) -> None:
    """The rendered abdomen."""
    page.goto(f"{ADDRESS}/stacks")
    page.get_by_role("button", name="Try the sample stack").click()
    page.get_by_role("table").first.wait_for(timeout=60_000)
    page.locator("[data-status=ready]").first.wait_for(timeout=120_000)


SHOTS = {
    "field-dark.png": Shot(open_sample, theme="dark"),
    "phone.png": Shot(open_sample, width=390, height=844),
    "why.png": Shot(ask_why),
    "map.png": Shot(show_map),
    "cell-3d.png": Shot(hold_a_cell),
    "review.png": Shot(review),
    "report.png": Shot(report),
    "stack.png": Shot(open_sample_stack),
}


def main() -> None:
    """Serve the application, open the sample, take each shot."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    IMAGES.mkdir(exist_ok=True)
    command = [Path(sys.executable).with_name("cytovox"), "serve", "--port", PORT]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _await_server()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                for name, shot in SHOTS.items():
                    _take(browser, name, shot)
                browser.close()
        finally:
            server.terminate()


def _await_server() -> None:
    for _ in range(60):
        try:
            httpx.get(f"{ADDRESS}/api/health").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("the application did not start within 30 seconds")


def _take(browser: Browser, name: str, shot: Shot) -> None:
    size = {"width": shot.width, "height": shot.height}
    page = browser.new_page(viewport=size, color_scheme=shot.theme)
    page.goto(ADDRESS)
    shot.prepare(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(3000)
    page.screenshot(path=IMAGES / name)
    page.close()


if __name__ == "__main__":
    main()
