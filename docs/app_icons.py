"""Draw the icons of the installed application from its logo: `python docs/app_icons.py [CHROMIUM]`.

Needs the extra `dev` and a Chromium.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PUBLIC = Path(__file__).parents[1] / "web" / "public"
GROUND = "#101416"
# A mask may cut all but the inner 80 %; the logo's corners would lie outside.
# https://www.w3.org/TR/appmanifest/#icon-masks
ICONS = {
    "icon-192": (192, 1.0),
    "icon-512": (512, 1.0),
    "maskable-512": (512, 0.72),
    "apple-touch-icon": (180, 0.9),
}


def main() -> None:
    """Draw each icon."""
    logo = (PUBLIC / "favicon.svg").read_text()
    (PUBLIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=sys.argv[1] if sys.argv[1:] else "/usr/bin/chromium", args=["--no-sandbox"]
        )
        for name, (size, share) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            # Those that fill their square have no round corners of their own.
            ground = "transparent" if share == 1 else GROUND
            page.set_content(
                f"<style>body{{margin:0;height:100vh;display:grid;place-items:center;background:{ground}}}"
                f"svg{{width:{100 * share}%}}</style>{logo}"
            )
            page.screenshot(path=PUBLIC / "icons" / f"{name}.png", omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
