"""A headset for the browser tests: the WebXR emulator iwer, with both controllers."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

IWER = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "iwer" / "build" / "iwer.min.js"
HEADSET = """
globalThis.headset = new IWER.XRDevice(IWER.metaQuest3);
headset.installRuntime({ forceInstall: true });
"""
READ_SIGNS = """
globalThis.signs = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (words, ...place) {
  signs.push(words);
  write.call(this, words, ...place);
};
"""
FRAMES = """(count) => new Promise((done) => {
  const next = () => (count-- > 0 ? headset.activeSession.requestAnimationFrame(next) : done());
  next();
})"""
SMALL = {"viewport": {"width": 800, "height": 600}, "color_scheme": "light", "reduced_motion": "reduce"}
needs_iwer = pytest.mark.skipif(
    not IWER.exists(), reason="the WebXR emulator is not installed: npm ci in web/"
)


def enter_vr(page: Page) -> None:
    page.get_by_role("button", name="Enter VR").click()
    page.wait_for_function("headset.activeSession !== undefined")


def hands(page: Page, left: tuple[float, float, float], right: tuple[float, float, float]) -> None:
    """Puts both controllers somewhere, metres, and waits until that is drawn."""
    for hand, place in (("left", left), ("right", right)):
        page.evaluate(f"headset.controllers.{hand}.position.set({place[0]}, {place[1]}, {place[2]})")
    page.evaluate(FRAMES, 3)


def controller(page: Page, call: str, *only: str) -> None:
    """Calls a method of one controller or both, and waits until that is drawn."""
    for hand in only or ("left", "right"):
        page.evaluate(f"headset.controllers.{hand}.{call}")
    page.evaluate(FRAMES, 3)
