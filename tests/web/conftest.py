"""A served application whose analysis tells the rendered truth, and a browser to look at it."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from tests.web.told_truth import tell_truth, tell_why, told_models

from cytovox.app.front_end import STATIC
from cytovox.app.jobs import Progress
from cytovox.app.server import application_server, create_app
from cytovox.app.settings import Settings
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage

# A busy machine may take long for one step; a step that never comes still fails.
PATIENCE_MS = 20_000
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class HeldAnalysis:
    """The truth, held back where a test wants to look at a running case."""

    go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.go.set()

    def __call__(self, image: SmearImage, progress: Progress) -> SmearFindings:
        deadline = time.monotonic() + 20
        while not self.go.wait(0.02):
            assert time.monotonic() < deadline, "nobody let the analysis go"
            progress(0.4, "looking for cells")
        return tell_truth(image, progress)


@dataclass(frozen=True)
class Site:
    """Where the application is, and the hand on its analysis."""

    url: str
    analysis: HeldAnalysis


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    if not (STATIC / "index.html").is_file():
        pytest.skip("the front end is not built: run npm ci and npm run build in web/, or make test")
    analysis = HeldAnalysis()
    app = create_app(Settings(upload_limit_mb=2), analysis, models=told_models, explain=tell_why)
    server = application_server(app, host="127.0.0.1", port=0, log_level="error")
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Site(f"http://127.0.0.1:{port}", analysis)
    server.should_exit = True
    thread.join(30)


@pytest.fixture(scope="session")
def sample_address(site: Site) -> str:
    """Where the finished sample smear is."""
    with httpx.Client(base_url=site.url) as client:
        case = client.post("/api/cases/sample").raise_for_status().json()
        deadline = time.monotonic() + 60
        while client.get(f"/api/cases/{case['id']}").json()["state"] != "done":
            assert time.monotonic() < deadline
            time.sleep(0.05)
    return f"/cases/{case['id']}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = (
        os.environ.get("CYTOVOX_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if chromium is None:
        pytest.skip(
            "there is no Chromium on this machine: install Debian's chromium, or set CYTOVOX_CHROMIUM"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(Path(chromium)), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context_options() -> dict:
    """Size and theme of the page; a test may parametrise it."""
    return {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light", "reduced_motion": "reduce"}


@pytest.fixture
def context(browser: Browser, site: Site, context_options: dict) -> Iterator[BrowserContext]:
    # What a service worker fetches, a test cannot hold back; it has tests of its own.
    context = browser.new_context(base_url=site.url, service_workers="block", **context_options)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """A page that fails the test when it logs an error or asks another server for anything."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.extend(unexpected(message)))
    page.on(
        "request",
        lambda r: complaints.append(r.url) if not r.url.startswith((site.url, "data:", "blob:")) else None,
    )
    yield page
    assert complaints == []


def unexpected(message: ConsoleMessage) -> list[str]:
    # Chromium logs every answer of 400 and above by itself; the page shows those to the user.
    ours = message.type == "error" and not message.text.startswith("Failed to load resource")
    return [message.text] if ours else []
