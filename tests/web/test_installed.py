"""The application as one that is installed: its manifest, its page without a server, its next version."""

import io
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from tests.web.conftest import PATIENCE_MS
from tests.web.told_truth import tell_truth, tell_why, told_models

from cytovox.app.front_end import STATIC
from cytovox.app.server import application_server, create_app
from cytovox.app.settings import Settings

VERSION = re.compile(r'VERSION = "([0-9a-f]{16})"')
HASHED = re.compile(r"-([\w-]{8})\.(?:js|css|woff2?)$")


@contextmanager
def served(static: Path, port: int = 0) -> Iterator[int]:
    """Port of an application of its own, with these pages."""
    app = create_app(Settings(), tell_truth, models=told_models, explain=tell_why, static=static)
    server = application_server(app, host="127.0.0.1", port=port, log_level="error")
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A copy of the built pages, to be changed."""
    if not (STATIC / "index.html").is_file():
        pytest.skip("the front end is not built: run npm ci and npm run build in web/, or make test")
    return Path(shutil.copytree(STATIC, tmp_path / "static"))


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[[], Page]]:
    """A browser window as a person has it, service worker included."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield context.new_page
    context.close()


def next_version(pages: Path) -> None:
    """Makes the pages those of another build: each hashed file has another name, in all that refer to it."""
    names = {}
    for file in (pages / "assets").iterdir():
        if found := HASHED.search(file.name):
            names[file.name] = file.name.replace(found[1], found[1][::-1])
    pattern = re.compile("|".join(map(re.escape, names)))
    for file in pages.rglob("*"):
        if file.suffix in {".js", ".css", ".html"}:
            text = pattern.sub(lambda found: names[found[0]], file.read_text(encoding="utf-8"))
            file.write_text(VERSION.sub('VERSION = "00000000ffffffff"', text), encoding="utf-8")
    for old, new in names.items():
        (pages / "assets" / old).rename(pages / "assets" / new)


def kept_paths(page: Page) -> list[str]:
    """What the service worker keeps, as `CACHE PATH`."""
    return page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys())
              found.push(`${name} ${new URL(request.url).pathname}`);
          return found;
        }"""
    )


def wait_for_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def wait_for_caches(page: Page, name: str) -> None:
    """Returns once this is the only cache. (A promise passes `wait_for_function` before it is settled.)"""
    page.evaluate(
        """async ([name, patience]) => {
          const end = performance.now() + patience;
          while ((await caches.keys()).join() !== name) {
            if (performance.now() > end) throw new Error(`caches: ${await caches.keys()}`);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        }""",
        [name, PATIENCE_MS],
    )


def test_it_can_be_installed(pages: Path, window: Callable[[], Page]) -> None:
    page = window()
    with served(pages) as port:
        page.goto(f"http://127.0.0.1:{port}/")
        wait_for_worker(page)
        devtools = page.context.new_cdp_session(page)
        errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        # Every window of a test is a private one, in which nothing is ever installed.
        assert {error["errorId"] for error in errors} <= {"in-incognito"}
        assert devtools.send("Page.getAppManifest")["errors"] == []
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            answer = client.get("/manifest.webmanifest")
            assert answer.headers["content-type"] == "application/manifest+json"
            for icon in answer.json()["icons"]:
                picture = client.get(icon["src"]).raise_for_status()
                assert picture.headers["content-type"].startswith(icon["type"])
                if icon["type"] == "image/png":
                    with Image.open(io.BytesIO(picture.content)) as opened:
                        assert f"{opened.width}x{opened.height}" == icon["sizes"]


def test_without_its_server_it_says_so_and_comes_back(pages: Path, window: Callable[[], Page]) -> None:
    page = window()
    with served(pages) as port:
        page.goto(f"http://127.0.0.1:{port}/archive")
        wait_for_worker(page)
        page.reload()
        expect(page.get_by_role("heading", name="Archive")).to_be_visible()
        paths = [one.split()[1] for one in kept_paths(page)]
        assert any(path.startswith("/assets/") for path in paths)
        assert not any(path.startswith("/api") for path in paths)
    page.reload()
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()
    assert page.evaluate("document.images[0].naturalWidth") > 0
    with served(pages, port):
        page.get_by_role("link", name="Try again").click()
        expect(page.get_by_role("heading", name="Archive")).to_be_visible()


def test_a_new_version_takes_the_place_of_an_open_one(pages: Path, window: Callable[[], Page]) -> None:
    page = window()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with served(pages) as port:
        page.goto(f"http://127.0.0.1:{port}/")
        wait_for_worker(page)
        page.reload()
        expect(page.get_by_role("heading", name="Drop a blood smear here")).to_be_visible()
        next_version(pages)
        # This page was not opened yet: its part of the earlier build is gone from the server.
        page.get_by_role("link", name="Archive", exact=True).click()
        expect(page.get_by_role("heading", name="Archive", exact=True)).to_be_visible()
        page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
        wait_for_caches(page, "cytovox-00000000ffffffff")
        page.reload()
        expect(page.get_by_role("heading", name="Archive", exact=True)).to_be_visible()
        assert {one.split()[0] for one in kept_paths(page)} == {"cytovox-00000000ffffffff"}
    assert complaints == []
