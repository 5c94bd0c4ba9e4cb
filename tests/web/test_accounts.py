"""A server with accounts, as people meet it: signing in and out, tokens, other people's accounts, roles."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.app.conftest import Client, picture_bytes
from tests.app.people import ADA, PASSWORD, RITA, VERA, laboratory, signed_in
from tests.web.conftest import PATIENCE_MS, unexpected

from cytovox.app.front_end import STATIC

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
NARROW = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"}
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    if not (STATIC / "index.html").is_file():
        pytest.skip("the front end is not built: run npm ci and npm run build in web/, or make test")
    with laboratory(tmp_path_factory.mktemp("accounts") / "data") as client:
        yield client


@pytest.fixture
def open_page(browser: Browser, server: Client) -> Iterator[Open]:
    """Opens a page in a browser of its own."""
    contexts, complaints = [], []

    def open_page(address: str, **options: object) -> Page:
        context = browser.new_context(base_url=str(server.base_url), **{**DESKTOP, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.extend(unexpected(message)))
        page.goto(address)
        return page

    expect.set_options(timeout=PATIENCE_MS)
    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> Page:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def test_who_signs_in_gets_to_the_wanted_page_and_out_again(open_page: Open) -> None:
    page = open_page("/archive?q=nothing")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    sign_in(page, RITA, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    sign_in(page, RITA)
    expect(page.get_by_role("heading", name="Archive", level=1)).to_be_visible()
    assert page.url.endswith("/archive?q=nothing")
    page.reload()
    page.get_by_role("button", name="Account of rita Test").click()
    expect(page.get_by_text("rita · reviewer")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Accounts")).to_have_count(0)
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_session_that_ends_elsewhere_leaves_nothing_on_the_screen(open_page: Open, server: Client) -> None:
    page = sign_in(open_page("/archive"), VERA)
    expect(page.get_by_role("heading", name="Archive", level=1)).to_be_visible()
    with closing(signed_in(server, VERA)) as phone:
        phone.delete("/api/session", params={"everywhere": True})
    page.get_by_role("link", name="Start", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_token_is_shown_once_works_and_is_revoked(open_page: Open, server: Client) -> None:
    page = sign_in(open_page("/account"), RITA)
    page.get_by_label("What the token is for").fill("night run")
    page.get_by_role("button", name="Make a token").click()
    secret = page.get_by_role("status").locator("code").inner_text()
    script = {"authorization": f"Bearer {secret}"}
    assert httpx.get(f"{server.base_url}/api/cases", headers=script).status_code == 200
    page.reload()
    expect(page.get_by_role("list", name="Your API tokens")).to_contain_text("Last used")
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke the token for night run").click()
    expect(page.get_by_text("You have no API token.")).to_be_visible()
    assert httpx.get(f"{server.base_url}/api/cases", headers=script).status_code == 401


def test_an_admin_adds_somebody_whose_role_shows_in_what_is_offered(open_page: Open, server: Client) -> None:
    with closing(signed_in(server, RITA)) as rita:
        rita.upload(picture_bytes("PNG"), name="of-rita.png")
    admin = sign_in(open_page("/accounts"), ADA)
    admin.get_by_role("button", name="Add an account").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("zoe")
    dialog.get_by_label("Role").select_option("viewer")
    dialog.get_by_label("Password", exact=True).fill("zoe is in a row")
    expect(dialog.get_by_text("The name of the account must not be in it.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Add the account")).to_be_disabled()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Add the account").click()
    expect(admin.get_by_role("list", name="Accounts")).to_contain_text("zoe")

    zoe = sign_in(open_page("/"), "zoe")
    expect(zoe.get_by_role("heading", name="Look at what is there")).to_be_visible()
    expect(zoe.get_by_role("link", name="of-rita.png")).to_be_visible()
    expect(zoe.get_by_role("button", name="Delete of-rita.png")).to_have_count(0)

    admin.get_by_label("Role of zoe").select_option("reviewer")
    expect(admin.get_by_label("Role of zoe")).to_be_enabled()
    zoe.reload()
    expect(zoe.get_by_role("heading", name="Drop a blood smear here")).to_be_visible()
    expect(zoe.get_by_role("button", name="Delete of-rita.png")).to_have_count(0)
    admin.get_by_role("button", name="Disable zoe").click()
    expect(admin.get_by_text("may not sign in")).to_be_visible()
    zoe.reload()
    expect(zoe.get_by_role("heading", name="Sign in")).to_be_visible()
    admin.get_by_label("Role of ada").select_option("viewer")
    expect(admin.get_by_role("alert")).to_contain_text("last account that may manage accounts")


@pytest.mark.parametrize(
    "options", [{"color_scheme": "light"}, {**NARROW, "color_scheme": "dark"}], ids=["light", "narrow-dark"]
)
def test_everybody_can_use_these_pages(open_page: Open, options: dict) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run npm ci in web/")
    page = open_page("/account", **options)
    sign_in(page, ADA, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    assert found_wrong(page) == []
    sign_in(page, ADA)
    expect(page.get_by_text("You have no API token.")).to_be_visible()
    page.get_by_label("New password", exact=True).fill("short")
    assert found_wrong(page) == []
    page.goto("/accounts")
    expect(page.get_by_role("list", name="Accounts")).to_be_visible()
    assert found_wrong(page) == []
    page.get_by_role("button", name="Add an account").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_timeout(300)
    assert found_wrong(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def found_wrong(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 A and AA."""
    # Not as a script element, which the content security policy refuses.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    violations = page.evaluate("rules => axe.run({ runOnly: rules }).then((r) => r.violations)", rules)
    return [f"{v['id']}: {node['failureSummary']} {node['html']}" for v in violations for node in v["nodes"]]


def test_without_accounts_nothing_of_them_shows(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Drop a blood smear here")).to_be_visible()
    expect(page.get_by_role("button", name="Account of")).to_have_count(0)
    page.goto("/accounts")
    expect(page.get_by_text("This server has no accounts")).to_be_visible()
