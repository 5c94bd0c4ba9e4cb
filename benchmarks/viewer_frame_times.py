"""Frame times of the 3D viewer at a field of about 200 cells: `python -m benchmarks.viewer_frame_times`.

Needs the built front end, Chromium and the test extra. Where a machine has no graphics card, or Chromium may
not use it, frames are drawn by software; the output names what drew them.
"""

import os
import shutil
import threading
import time

import httpx
import numpy as np
import uvicorn
from playwright.sync_api import Page, sync_playwright

from benchmarks.sculpt_speed import findings_of
from cytovox.app.server import create_app
from cytovox.app.settings import Settings
from cytovox.io.plain_png import plain_png
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear

FRAMES = 60
RENDERER = """() => {
  const context = document.createElement("canvas").getContext("webgl2");
  return context.getParameter(context.getExtension("WEBGL_debug_renderer_info").UNMASKED_RENDERER_WEBGL);
}"""
# One pixel is read back: only then is the frame wholly drawn.
TURN = """async (frames) => {
  const stage = document.querySelector("[role=application]"), canvas = stage.querySelector("canvas");
  const context = canvas.getContext("webgl2"), times = [];
  for (let i = 0; i < frames; i++) {
    stage.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    const start = performance.now();
    await new Promise((done) => requestAnimationFrame(() => {
      context.readPixels(0, 0, 1, 1, context.RGBA, context.UNSIGNED_BYTE, new Uint8Array(4));
      done();
    }));
    times.push(performance.now() - start);
  }
  return times;
}"""


def main() -> None:
    """Print the median and the 95th percentile of the frame times, of the whole field and of one cut open."""
    smear = render_smear(
        width=1500,
        height=1150,
        mpp_um=0.1,
        seed=3,
        options=RenderOptions(
            white_cells=("neutrophil_segmented", "lymphocyte", "monocyte"), red_cells_per_1000_um2=9.0
        ),
    )
    app = create_app(Settings(port=0), lambda _image, _progress: findings_of(smear))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        _measure(url, _case(url, plain_png(smear.image.pixels)), len(smear))
    finally:
        server.should_exit = True
        thread.join(30)


def _case(url: str, picture: bytes) -> str:
    with httpx.Client(base_url=url, timeout=60) as client:
        answer = client.post("/api/cases", files={"picture": ("field.png", picture)}, data={"mpp_um": "0.1"})
        case = str(answer.raise_for_status().json()["id"])
        while client.get(f"/api/cases/{case}").json()["state"] not in ("done", "failed"):
            time.sleep(0.1)
        client.get(f"/api/cases/{case}/scene.glb").raise_for_status()
    return case


def _measure(url: str, case: str, cells: int) -> None:
    chromium = os.environ.get("CYTOVOX_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page.goto(f"{url}/cases/{case}/3d")
        page.wait_for_selector("[data-status=ready] [data-view]", state="attached", timeout=120_000)
        renderer = str(page.evaluate(RENDERER))
        by_software = any(name in renderer for name in ("SwiftShader", "llvmpipe"))
        print(f"drawn by: {renderer}{' (software, no graphics card)' if by_software else ''}")
        print(f"field of {cells} cells, {FRAMES} frames while it turns, 1280 x 800 pixels")
        _print(page, "whole")
        page.get_by_role("application").press("c")
        page.get_by_role("radiogroup", name="Direction of the cut").get_by_text("From above").click()
        _print(page, "cut from above, through most cells")
        browser.close()


def _print(page: Page, what: str) -> None:
    times = np.array(page.evaluate(TURN, FRAMES))
    print(f"{what}: median {np.median(times):.0f} ms, 95th percentile {np.percentile(times, 95):.0f} ms")


if __name__ == "__main__":
    main()
