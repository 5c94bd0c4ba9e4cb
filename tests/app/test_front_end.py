from pathlib import Path

import pytest

from cytovox.app.settings import Settings


@pytest.fixture
def site(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Cytovox</title>")
    (static / "assets" / "app-1a2b.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("root: secret")
    return static


@pytest.fixture
def page(serve, analysis, site: Path):
    with serve(Settings(), analysis, static=site) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/cases/0123", "/anything/at/all", "/api/docs"])
def test_addresses_of_the_application_get_its_one_page(page, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


def test_hashed_files_may_be_kept_for_ever(page) -> None:
    answer = page.get("/assets/app-1a2b.js")
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]


def test_a_missing_asset_is_a_404_and_not_the_page(page) -> None:
    assert page.get("/assets/old-9z9z.js").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
def test_an_unknown_api_address_is_a_json_404(page, method: str) -> None:
    answer = page.request(method, "/api/nothing/here")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert "/api/docs" in answer.json()["error"]["message"]


def test_a_wrong_method_is_a_json_405_or_404(page) -> None:
    answer = page.put("/api/health")
    assert answer.status_code in {404, 405}
    assert "error" in answer.json()


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//secret.txt",
        "/%00",
    ],
)
def test_no_path_leads_out_of_the_folder(page, path: str) -> None:
    answer = page.build_request("GET", "/")
    answer.url = answer.url.copy_with(raw_path=path.encode())
    assert "secret" not in page.send(answer).text


def test_a_link_out_of_the_folder_is_not_followed(page, site: Path) -> None:
    (site / "link.txt").symlink_to(site.parent / "secret.txt")
    assert "secret" not in page.get("/link.txt").text


def test_without_a_built_front_end_the_page_says_so(serve, analysis, tmp_path: Path) -> None:
    with serve(Settings(), analysis, static=tmp_path / "none") as client:
        answer = client.get("/")
        assert client.get("/api/health").status_code == 200
    assert answer.status_code == 503
    assert "make run" in answer.text
