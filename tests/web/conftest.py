"""A served application whose analysis tells the rendered truth, and a browser to look at it."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from cytovox.app.front_end import STATIC
from cytovox.app.jobs import Progress
from cytovox.app.server import create_app
from cytovox.app.settings import Settings
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning, SmearFindings
from cytovox.domain.image import Scale, ScaleOrigin, SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.sample import sample_truth

CLASSES = (
    "red_cell", "platelet", "white_cell", "neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte",
    "immature_granulocyte", "erythroblast",
)  # fmt: skip
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


def analysed_class(label: str) -> str:
    """The class of the run that a rendered label belongs to."""
    return next(key for key in load_taxonomy("blood").lineage(label) if key in CLASSES)


def truth_probabilities(labels: list[str]) -> np.ndarray:
    """Mostly certain, every seventh cell less so, with a runner-up among the white cells for a white cell."""
    rng = np.random.default_rng(7)
    rows = np.full((len(labels), len(CLASSES)), 1e-3)
    for row, label in enumerate(labels):
        sure = 0.52 if row % 7 == 3 else rng.uniform(0.86, 0.995)
        own = CLASSES.index(label)
        other = 3 + (own - 2) % 7 if own >= 3 else (own + 1) % 3
        rows[row, own], rows[row, other] = sure, 0.9 * (1 - sure)
    return (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)


def tell_truth(image: SmearImage, progress: Progress) -> SmearFindings:
    """The sample smear's rendered truth; another size has no cells, one called "refused" fails."""
    progress(0.3, "looking for cells")
    if "refused" in image.source:
        raise InputError(f"{image.source}: expected a stained smear, got something else")
    is_sample = (image.width, image.height) == (1280, 960)
    truth = sample_truth() if is_sample else None
    labels = [analysed_class(label) for label in truth.labels] if truth else []
    scale = image.scale if image.mpp_um else Scale(0.1, ScaleOrigin.ESTIMATED, 0.04, labels.count("red_cell"))
    if not is_sample:
        scale = Scale.unknown()
    cells = CellTable.from_outlines(
        tuple(truth.outlines) if truth else (),
        classes=CLASSES,
        score=np.linspace(0.99, 0.8, len(labels), dtype=np.float32),
        probabilities=truth_probabilities(labels),
        picture_size=(image.height, image.width),
        mpp_um=scale.mpp_um,
    )
    warning = QualityWarning(
        "blurred", "The picture is a little blurred. Refocus and take it again if you can."
    )
    return SmearFindings(
        source=image.source,
        width=image.width,
        height=image.height,
        cells=cells,
        scale=scale,
        warnings=() if is_sample else (warning,),
        provenance=Provenance(
            "0.1.0", "2026-01-01T00:00:00Z", (ModelUse("finder", "1", "0" * 64),), {}, "1" * 64
        ),
    )


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
    app = create_app(Settings(upload_limit_mb=2), analysis, models=lambda: ())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
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
    context = browser.new_context(base_url=site.url, **context_options)
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
