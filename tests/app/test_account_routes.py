"""Signing in, staying signed in and out again, as browsers and scripts do it; and what the log says of it."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from tests.app.conftest import Client
from tests.app.people import ADA, PASSWORD, RITA, VERA, browser, laboratory, sign_in, signed_in

from cytovox.app import account_gate

NEW = "five smears in a row"
HTTPS = {"x-forwarded-proto": "https", "host": "127.0.0.1"}


@pytest.fixture
def server(data_folder: Path) -> Iterator[Client]:
    with laboratory(data_folder) as client:
        yield client


@pytest.fixture
def rita(server: Client) -> Iterator[Client]:
    with closing(signed_in(server, RITA)) as client:
        yield client


@pytest.fixture
def ada(server: Client) -> Iterator[Client]:
    with closing(signed_in(server, ADA)) as client:
        yield client


def code_of(answer) -> str:
    return answer.json()["error"]["code"]


def test_who_signs_in_is_known_until_the_sign_out(server: Client) -> None:
    with closing(browser(server)) as client:
        before = client.get("/api/session").json()
        assert before == {"accounts": True, "any_account": True, "account": None, "roles_may": []}
        assert sign_in(client, "Rita").json() == {
            "accounts": True,
            "any_account": True,
            "account": {"name": RITA, "full_name": "rita Test", "role": "reviewer"},
            "roles_may": ["view", "review"],
        }
        assert client.get("/api/session").json()["account"]["name"] == RITA
        assert client.get("/api/cases").status_code == 200
        token = client.cookies["cytovox_session"]
        assert client.delete("/api/session").status_code == 204
        assert "cytovox_session" not in client.cookies
        assert client.get("/api/cases").status_code == 401
        client.cookies.set("cytovox_session", token)
        assert client.get("/api/cases").status_code == 401, "the token is dead, not only forgotten"


def test_an_empty_server_says_so(data_folder: Path, serve, analysis) -> None:
    from cytovox.app.settings import Settings

    with serve(Settings(accounts=True, data_folder=data_folder), analysis) as client:
        assert client.get("/api/session").json()["any_account"] is False
        assert sign_in(client, "admin", "admin").status_code == 401


@pytest.mark.parametrize(
    ("headers", "name", "secure"), [({}, "cytovox_session", False), (HTTPS, "__Host-cytovox", True)]
)
def test_no_script_reads_the_cookie_and_no_other_site_sends_it(
    server: Client, headers: dict[str, str], name: str, secure: bool
) -> None:
    answer = server.post("/api/session", json={"name": RITA, "password": PASSWORD}, headers=headers)
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert cookie.key == name
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
    assert (bool(cookie["secure"]), cookie["domain"], cookie["max-age"]) == (secure, "", "")
    assert cookie.value not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    # The plain cookie does not count where there is HTTPS: another host of the domain may have set it.
    answer = server.get("/api/cases", headers={**headers, "cookie": f"{name}={cookie.value}"})
    assert answer.status_code == 200
    wrong = {"cytovox_session", "__Host-cytovox"} - {name}
    answer = server.get("/api/cases", headers={**headers, "cookie": f"{wrong.pop()}={cookie.value}"})
    assert answer.status_code == 401


def test_a_session_that_was_planted_is_not_taken_over(server: Client) -> None:
    with closing(browser(server, cookie="cytovox_session=planted")) as client:
        assert "planted" not in sign_in(client, RITA).headers["set-cookie"]
    assert server.get("/api/cases", headers={"cookie": "cytovox_session=planted"}).status_code == 401
    with closing(signed_in(server, VERA)) as client:
        veras = client.cookies["cytovox_session"]
        assert sign_in(client, RITA).status_code == 200
        assert server.get("/api/cases", headers={"cookie": f"cytovox_session={veras}"}).status_code == 401


def test_a_token_in_the_address_is_no_sign_in(rita: Client, server: Client) -> None:
    secret = rita.post("/api/account/tokens", json={"label": "script"}).json()["secret"]
    for name in ("token", "access_token", "api_key", "cytovox_session"):
        assert server.get("/api/cases", params={name: secret}).status_code == 401


def test_a_change_by_cookie_must_say_which_page_it_comes_from(server: Client, rita: Client) -> None:
    cookie = {"cookie": f"cytovox_session={rita.cookies['cytovox_session']}"}
    assert code_of(server.post("/api/cases/sample", headers=cookie)) == "no_origin"
    proxied = {**cookie, "authorization": "Basic cHJveHk6cGFzcw=="}
    assert code_of(server.post("/api/cases/sample", headers=proxied)) == "no_origin"
    for elsewhere in ("https://evil.example", "null", "http://[bad"):
        answer = server.post("/api/cases/sample", headers={**cookie, "origin": elsewhere})
        assert code_of(answer) == "foreign_origin"
    for site, status in (("cross-site", 403), ("same-site", 403), ("none", 403), ("same-origin", 404)):
        answer = server.post(f"/api/cases/{'0' * 32}/retry", headers={**cookie, "sec-fetch-site": site})
        assert answer.status_code == status, site
    page = {**cookie, **HTTPS, "cookie": cookie["cookie"].replace("cytovox_session", "__Host-cytovox")}
    for origin, status in (("http://127.0.0.1", 403), ("https://127.0.0.1", 404)):
        answer = server.post(f"/api/cases/{'0' * 32}/retry", headers={**page, "origin": origin})
        assert answer.status_code == status, origin
    assert server.get("/api/cases", headers=cookie).status_code == 200


def test_another_site_signs_nobody_in(server: Client) -> None:
    answer = server.post(
        "/api/session", json={"name": RITA, "password": PASSWORD}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_script_works_with_its_token_alone(rita: Client, server: Client, png: bytes) -> None:
    made = rita.post("/api/account/tokens", json={"label": " night\x07 run ", "days": 7}).json()
    assert made["token"]["label"] == "night run"
    script = {"authorization": f"Bearer {made['secret']}"}
    answer = server.post("/api/cases", files={"picture": ("a.png", png)}, headers=script)
    assert answer.status_code == 202
    assert answer.json()["owner"] == RITA
    assert server.get(f"/api/cases/{answer.json()['id']}/history", headers=script).json()[0]["actor"] == RITA
    (shown,) = rita.get("/api/account/tokens").json()
    assert shown["used_utc"] > made["token"]["created_utc"]
    assert "secret" not in shown
    assert rita.delete(f"/api/account/tokens/{shown['id']}").status_code == 204
    assert server.get("/api/cases", headers=script).status_code == 401
    # A wrong token is refused although a good cookie comes with it: scripts must notice.
    assert rita.get("/api/cases", headers=script).status_code == 401
    assert rita.post("/api/account/tokens", json={"label": "\x07"}).status_code == 422


def test_wrong_passwords_are_slowed_down_by_name(server: Client) -> None:
    with closing(browser(server)) as client:
        for _ in range(10):
            answer = sign_in(client, RITA, "wrong")
            assert (answer.status_code, code_of(answer)) == (401, "wrong_credentials")
        answer = sign_in(client, "RITA")
        assert (answer.status_code, code_of(answer)) == (429, "too_many_attempts")
        assert 0 < int(answer.headers["retry-after"]) <= 30
        assert sign_in(client, VERA).status_code == 200, "others are not held up"


def test_wrong_passwords_are_slowed_down_by_address(server: Client) -> None:
    def attempt(number: int, address: str) -> int:
        return server.post(
            "/api/session",
            json={"name": f"guess{number}", "password": "wrong"},
            headers={"x-forwarded-for": address},
        ).status_code

    # Of version 6 the network counts, for whoever has one address of it has 2^64.
    assert {attempt(number, f"2001:db8::{number:x}") for number in range(30)} == {401}
    assert attempt(31, "2001:db8::ffff:1") == 429
    assert attempt(32, "2001:db8:0:1::1") == 401


def test_right_passwords_are_not_counted(server: Client) -> None:
    with closing(browser(server)) as client:
        for _ in range(12):
            assert sign_in(client, RITA).status_code == 200


def test_the_own_password_is_changed_by_who_knows_it(server: Client, rita: Client) -> None:
    with closing(signed_in(server, RITA)) as phone:
        wrong = {"current_password": "wrong", "new_password": NEW}
        answer = rita.put("/api/account/password", json=wrong)
        assert (answer.status_code, code_of(answer)) == (403, "wrong_password")
        answer = rita.put(
            "/api/account/password", json={"current_password": PASSWORD, "new_password": "my rita and me"}
        )
        assert (answer.status_code, "without the name" in answer.text) == (422, True)
        change = {"current_password": PASSWORD, "new_password": NEW}
        assert rita.put("/api/account/password", json=change).status_code == 204
        assert rita.get("/api/cases").status_code == 200
        assert phone.get("/api/cases").status_code == 401
        assert sign_in(phone, RITA, NEW).status_code == 200
        for _ in range(9):
            assert rita.put("/api/account/password", json=wrong).status_code in {403, 429}
        assert rita.put("/api/account/password", json=wrong).status_code == 429


def test_signing_out_everywhere_ends_all_sessions(server: Client, rita: Client) -> None:
    with closing(signed_in(server, RITA)) as phone, closing(signed_in(server, VERA)) as vera:
        assert phone.delete("/api/session", params={"everywhere": True}).status_code == 204
        assert rita.get("/api/cases").status_code == 401
        assert vera.get("/api/cases").status_code == 200


def test_an_admin_manages_accounts(server: Client, ada: Client, rita: Client) -> None:
    wanted = {"name": "Zoe", "full_name": "Zoë Z.", "role": "viewer", "password": PASSWORD}
    assert ada.post("/api/accounts", json=wanted).status_code == 201
    assert code_of(ada.post("/api/accounts", json={**wanted, "name": "zoe"})) == "name_taken"
    with closing(signed_in(server, "zoe")) as zoe:
        assert ada.patch("/api/accounts/zoe", json={"role": "reviewer"}).json()["role"] == "reviewer"
        assert zoe.get("/api/session").json()["roles_may"] == ["view", "review"]
        assert ada.patch("/api/accounts/zoe", json={"disabled": True}).json()["disabled"]
        assert zoe.get("/api/cases").status_code == 401
    assert ada.put("/api/accounts/rita/password", json={"password": NEW}).status_code == 204
    assert rita.get("/api/cases").status_code == 401
    names = [(account["name"], account["disabled"]) for account in ada.get("/api/accounts").json()]
    assert names == [(ADA, False), (RITA, False), (VERA, False), ("Zoe", True)]
    assert code_of(ada.patch("/api/accounts/ada", json={"role": "viewer"})) == "last_admin"
    assert ada.patch("/api/accounts/nobody", json={"role": "viewer"}).status_code == 404
    lines = [(line["actor"], line["action"]) for line in ada.get("/api/accounts/zoe/history").json()]
    assert lines == [
        (ADA, "account_changed"),
        (ADA, "account_changed"),
        ("Zoe", "signed_in"),
        (ADA, "account_added"),
    ]


def test_everybody_sees_all_cases_but_deletes_only_their_own(
    server: Client, rita: Client, ada: Client, png: bytes
) -> None:
    ids = [rita.upload(png).json()["id"] for _ in range(2)]
    ada.patch("/api/accounts/vera", json={"role": "reviewer"})
    with closing(signed_in(server, VERA)) as vera:
        assert {case["id"] for case in vera.get("/api/cases").json()} == {*ids}
        assert {case["owner"] for case in vera.get("/api/cases").json()} == {RITA}
        assert vera.patch(f"/api/cases/{ids[0]}", json={"tags": ["seen"]}).status_code == 200
        assert code_of(vera.delete(f"/api/cases/{ids[0]}")) == "not_yours"
    assert rita.delete(f"/api/cases/{ids[0]}").status_code == 204
    assert ada.delete(f"/api/cases/{ids[1]}").status_code == 204
    assert rita.post(f"/api/cases/{ids[1]}/restore").status_code == 200
    lines = [(line["actor"], line["action"]) for line in rita.get(f"/api/cases/{ids[1]}/history").json()]
    assert [*lines[:1], *lines[-2:]] == [(RITA, "created"), (ADA, "deleted"), (RITA, "restored")]


def test_a_stream_of_events_ends_with_its_session(
    server: Client, rita: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_gate, "LOOKS_AGAIN_S", 0.1)
    begun, lines = threading.Event(), []

    def follow() -> None:
        with rita.stream("GET", "/api/events") as answer:
            for line in answer.iter_lines():
                lines.append(line)
                begun.set()

    reader = threading.Thread(target=follow)
    reader.start()
    assert begun.wait(10)
    time.sleep(0.4)
    assert reader.is_alive(), "the stream goes on while somebody is signed in"
    token = rita.cookies["cytovox_session"]
    answer = server.delete(
        "/api/session",
        headers={"cookie": f"cytovox_session={token}", "origin": str(server.base_url).rstrip("/")},
    )
    assert answer.status_code == 204
    reader.join(10)
    assert not reader.is_alive()
    assert rita.get("/api/events").status_code == 401


def test_what_a_browser_keeps_counts_for_one_person(rita: Client, png: bytes) -> None:
    case = rita.upload(png).json()["id"]
    picture = rita.get(f"/api/cases/{case}/picture")
    assert "private" in picture.headers["cache-control"]
    assert picture.headers["vary"] == "Cookie, Authorization"
    assert rita.get("/api/cases").headers["cache-control"] == "no-store"


def test_nothing_that_is_private_stands_in_the_log(
    server: Client, rita: Client, ada: Client, png: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with closing(browser(server)) as client:
        sign_in(client, "Typed-Password-As-Name", "other wrong password")
        sign_in(client, RITA, "wrong password of rita")
    secret = rita.post("/api/account/tokens", json={"label": "label of a token"}).json()["secret"]
    rita.put("/api/account/password", json={"current_password": PASSWORD, "new_password": NEW})
    rita.put("/api/account/password", json={"current_password": NEW, "new_password": "short"})
    ada.post("/api/accounts", json={"name": "zoe", "role": "viewer", "password": "a password of zoe"})
    ada.post("/api/accounts", json={"name": "zoe", "role": "viewer", "password": "a password of zoe"})
    ada.put("/api/accounts/rita/password", json={"password": "the password from ada"})
    case = rita.upload(png, name="Meier Anna 1960.png")
    script = {"authorization": f"Bearer {secret}"}
    case = ada.upload(png, name="Meier Anna 1960.png").json()
    ada.patch(f"/api/cases/{case['id']}", json={"subject": "subject-77", "specimen": "specimen-77"})
    ada.get("/api/cases", params={"query": "Meier"}, headers=script)
    ada.wait_for(case["id"], "done")
    ada.delete(f"/api/cases/{case['id']}")
    # httpx is the browser here, and tells what it does.
    told = "\n".join(
        f"{r.getMessage()} {r.exc_text}" for r in caplog.records if not r.name.startswith("http")
    )
    assert "failed sign-in from 127.0.0.1" in told
    for private in (
        "Typed-Password",
        "wrong password",
        PASSWORD,
        NEW,
        "short",
        "a password of zoe",
        "the password from ada",
        "label of a token",
        secret.removeprefix("cytovox_"),
        rita.cookies["cytovox_session"],
        ada.cookies["cytovox_session"],
        "Meier",
        "subject-77",
        "specimen-77",
    ):
        assert private not in told


def test_a_defect_is_told_in_the_log_without_the_address(
    data_folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    with laboratory(data_folder) as server, closing(signed_in(server, RITA)) as rita:
        monkeypatch.setattr("cytovox.app.store.CaseStore.get", broken)
        assert rita.get("/api/cases/private-key").status_code == 500
    told = "\n".join(r.getMessage() for r in caplog.records if r.name == "cytovox.app")
    assert "unexpected error at GET /api/cases/{case_id}" in told
    assert "private-key" not in told
