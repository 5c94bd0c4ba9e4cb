"""Take the README's screenshots of the sample smear: `python docs/screenshots.py [CHROMIUM]`.

Needs the extra `dev` and a Chromium; everything shown is made by Cytovox itself.
"""

import subprocess
import sys
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).with_name("images")
ADDRESS, PORT = "http://127.0.0.1:8791", "8791"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # WebGL without a graphics processor
SHOTS = {
    "field-dark.png": (1440, 900, "dark"),
    "phone.png": (390, 844, "light"),
    "why.png": (1440, 900, "light"),
    "map.png": (1440, 900, "light"),
    "cell-3d.png": (1440, 900, "light"),
    "review.png": (1440, 900, "light"),
}
EXPLAINED, MAPPED, CELL_3D, REVIEWED = "why.png", "map.png", "cell-3d.png", "review.png"


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
                for name in SHOTS:
                    _take(browser, name)
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


def _take(browser: Browser, name: str) -> None:
    width, height, theme = SHOTS[name]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    page.goto(ADDRESS)
    page.get_by_role("button", name="sample").first.click()
    page.get_by_role("table").first.wait_for(timeout=30_000)
    if name == EXPLAINED:
        page.get_by_role("region", name="White cells").get_by_role("button").first.click()
        page.get_by_role("button", name="Why?").click()
    if name == MAPPED:
        page.get_by_role("button", name="Show map").click()
        page.mouse.move(0, 0)
    if name == CELL_3D:
        page.get_by_role("region", name="White cells").get_by_role("button", name="eosinophil").first.click()
        page.get_by_role("link", name="3D", exact=True).click()
        page.locator("[data-status=ready]").first.wait_for(timeout=120_000)
    if name == REVIEWED:
        page.get_by_role("link", name="Review the cells").click()
        page.locator("[data-cell]").first.wait_for(timeout=30_000)
        for key in ("j", "Enter", "Enter", "j"):
            page.keyboard.press(key)
    page.wait_for_timeout(3000)
    page.screenshot(path=IMAGES / name)
    page.close()


if __name__ == "__main__":
    main()
