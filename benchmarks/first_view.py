"""How soon a page shows something, how a long archive scrolls: `python -m benchmarks.first_view`.

Needs the built front end, Chromium and the test extra. Frames are drawn without a graphics card.
"""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, Response, sync_playwright

from cytovox.app.case_rows import insert_case
from cytovox.app.cases import Case, CaseState, CellCounts
from cytovox.app.opening import open_store
from cytovox.app.server import application_server, create_app
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore, new_case_id

CASES = 5000
TIMES = 5
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What a person came for, by page: the time until it is painted counts.
PAGES = {"/": "h1:has-text('Drop a blood smear')", "/archive": "[aria-label=Cases] li a"}
PAINTED = (
    "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
)
# From end to end in steps of a wheel: each frame's time, and the most rows that were in the document.
SCROLL = """async () => {
  const times = [], rows = () => document.querySelectorAll("[aria-label=Cases] > li").length;
  const frame = () => new Promise(requestAnimationFrame);
  let most = 0, before = await frame();
  while (scrollY + innerHeight < document.documentElement.scrollHeight - 2) {
    scrollBy(0, 400);
    const now = await frame();
    times.push(now - before);
    before = now;
    most = Math.max(most, rows());
  }
  return { times, most };
}"""


def main() -> None:
    """Print times of first views, bytes of scripts, and frame times of the long list."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _served(Path(folder)) as url,
        sync_playwright() as player,
    ):
        chromium = os.environ.get("CYTOVOX_CHROMIUM") or shutil.which("chromium")
        browser = player.chromium.launch(executable_path=chromium, args=FLAGS)
        for path, shown in PAGES.items():
            _print_first_view(browser, url + path, shown)
        _print_scrolling(browser, url)
        browser.close()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Address of an application with an archive of many cases."""
    settings = Settings(data_folder=folder)
    store = open_store(settings)
    _fill(store)
    store.close()
    server = application_server(create_app(settings), host="127.0.0.1", port=0, log_level="error")
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


def _fill(store: CaseStore) -> None:
    with store.database.writing() as connection:
        for number in range(CASES):
            insert_case(connection, _case(number), {})


def _case(number: int) -> Case:
    return Case(
        id=new_case_id(),
        name=f"field {number}.jpg",
        created_utc=f"2026-01-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00.000Z",
        width=640,
        height=480,
        mpp_um=None,
        sample=False,
        picture_media_type="image/jpeg",
        state=CaseState.DONE,
        progress=1.0,
        counts=CellCounts(red_cells=200 + number % 50, white_cells=number % 9, platelets=number % 20),
        tags=("teaching",) if number % 7 == 0 else (),
        specimen=f"S-{number // 10}" if number % 3 == 0 else None,
    )


def _answers_to(page: Page) -> list[Response]:
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    return answers


def _print_first_view(browser: Browser, address: str, shown: str) -> None:
    views_ms: list[float] = []
    for _ in range(TIMES):
        context = browser.new_context()  # with nothing kept
        page = context.new_page()
        answers = _answers_to(page)
        page.goto(address, wait_until="commit")
        page.wait_for_selector(shown)
        views_ms.append(float(page.evaluate(PAINTED)))
        if len(views_ms) == TIMES:
            page.wait_for_load_state("networkidle")
            _print_scripts(page, [len(a.body()) for a in answers if a.url.endswith(".js")])
        context.close()
    print(f"  first view, nothing kept: median {np.median(views_ms):.0f} ms, longest {max(views_ms):.0f} ms")


def _print_scripts(page: Page, sizes: list[int]) -> None:
    three = "loaded" if page.evaluate("() => '__THREE__' in globalThis") else "not loaded"
    path = page.evaluate("location.pathname")
    print(f"{path}: {sum(sizes) / 1000:.0f} kB of scripts in {len(sizes)} files; three.js {three}")


def _print_scrolling(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{url}/archive")
    page.wait_for_selector(PAGES["/archive"])
    found = page.evaluate(SCROLL)
    times = np.array(found["times"])
    page.wait_for_selector(f"[aria-posinset='{CASES}'] a")
    print(f"{CASES} cases scrolled end to end in {len(times)} frames:")
    median, most = np.percentile(times, [50, 95])
    print(f"  frame median {median:.1f} ms, 95th percentile {most:.1f} ms, longest {times.max():.0f} ms")
    print(f"  at most {found['most']} rows in the document")


if __name__ == "__main__":
    main()
