"""Draw the small pictures of the atlas anew: `python docs/atlas_pictures.py [CHROMIUM]`.

Needs the extra `dev` and a Chromium. Each is the textbook model of a class as the 3D view shows it at first,
without its names and on no ground, as a WebP file of 240 x 240 pixels.
"""

import io
import subprocess
import sys
import time
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "web" / "src" / "teach" / "pictures"
ADDRESS, PORT = "http://127.0.0.1:8792", "8792"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # WebGL without a graphics processor
SIDE_PX, QUALITY = 240, 82
MARGIN, VISIBLE = 1.12, 12
# Nothing but the model, and as much of it as the stage holds.
ALONE = """
html, body, main, article, [data-status] { background: none !important; }
[data-status] > :not([role=application]) { display: none !important; }
div:has(> [data-status]) { position: fixed !important; inset: 0; width: 480px;
  height: 480px !important; border: 0; z-index: 9999; }
header, footer, section, h1, p, a, label, table, input, svg { visibility: hidden !important; }
"""


def main() -> None:
    """Serve the application, open each page of the atlas, keep what its stage shows."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    PICTURES.mkdir(exist_ok=True)
    command = [Path(sys.executable).with_name("cytovox"), "serve", "--port", PORT]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            lessons = _lessons()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                page = browser.new_page(viewport={"width": 480, "height": 480}, device_scale_factor=2)
                for lesson in lessons:
                    if lesson["model"] is not None:
                        (PICTURES / f"{lesson['key']}.webp").write_bytes(_picture(page, lesson["key"]))
                browser.close()
        finally:
            server.terminate()


def _lessons() -> list[dict]:
    for _ in range(60):
        try:
            return list(httpx.get(f"{ADDRESS}/api/atlas/lessons").raise_for_status().json())
        except httpx.HTTPError:
            time.sleep(0.5)
    raise SystemExit("the application did not start within 30 seconds")


def _picture(page: Page, key: str) -> bytes:
    page.goto(f"{ADDRESS}/atlas?cell={key}")
    page.add_style_tag(content=ALONE)
    page.locator("[data-status=ready]").wait_for(timeout=120_000)
    page.wait_for_timeout(2500)
    shot = page.screenshot(omit_background=True, clip={"x": 0, "y": 0, "width": 480, "height": 480})
    image = _filling(Image.open(io.BytesIO(shot)).convert("RGBA"))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def _filling(image: Image.Image) -> Image.Image:
    """The model in the middle of a square, with a little ground about it."""
    left, top, right, bottom = image.getchannel("A").point(lambda a: 255 * (a > VISIBLE)).getbbox()
    half = max(right - left, bottom - top) * MARGIN / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    square = image.crop((round(x - half), round(y - half), round(x + half), round(y + half)))
    return square.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
