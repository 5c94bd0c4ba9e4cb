import json
import logging
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from cytovox.app.settings import Settings


def followed(client: httpx.Client, path: str) -> Iterator[tuple[str, dict]]:
    """Events of a stream as they come."""
    with client.stream("GET", path, timeout=20) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


def test_events_of_a_case_tell_it_as_it_is_and_then_each_change(serve, gate, png: bytes) -> None:
    with serve(Settings(), gate) as client:
        case_id = client.upload(png).json()["id"]
        events = followed(client, f"/api/cases/{case_id}/events")
        name, first = next(events)
        assert (name, first["id"]) == ("case", case_id)
        assert first["state"] in {"queued", "running"}
        while (case := next(events)[1])["progress"] == 0:
            pass
        assert (case["state"], case["step"]) == ("running", "looking for cells")
        gate.release.set()
        while (case := next(events)[1])["state"] != "done":
            pass
        assert case == client.get(f"/api/cases/{case_id}").json()
        client.delete(f"/api/cases/{case_id}")
        assert next(events) == ("deleted", {"id": case_id})
        events.close()
        assert client.get(f"/api/cases/{case_id}/events").status_code == 404


def test_events_of_all_cases_tell_of_new_and_changed_ones(serve, analysis, png: bytes) -> None:
    with serve(Settings(), analysis) as client:
        old = client.upload(png).json()["id"]
        client.wait_for(old, "done")
        seen: list[tuple[str, dict]] = []

        def listen() -> None:
            for event in followed(client, "/api/events"):
                seen.append(event)
                if event[0] == "case" and event[1]["tags"] == ["last"]:
                    return

        thread = threading.Thread(target=listen)
        thread.start()
        time.sleep(0.5)
        new = client.upload(png).json()["id"]
        client.wait_for(new, "done")
        client.patch(f"/api/cases/{old}", json={"tags": ["last"]})
        thread.join(20)
    ids = [event[1]["id"] for event in seen]
    assert new in ids
    assert ids[-1] == old


def test_an_open_stream_does_not_keep_the_server_from_stopping(serve, analysis, png: bytes) -> None:
    begun, seen = threading.Event(), []

    def listen(base_url: httpx.URL, case_id: str) -> None:
        with httpx.Client(base_url=base_url) as own:
            for event in followed(own, f"/api/cases/{case_id}/events"):
                seen.append(event)
                begun.set()

    with serve(Settings(), analysis) as client:
        thread = threading.Thread(target=listen, args=(client.base_url, client.upload(png).json()["id"]))
        thread.start()
        assert begun.wait(20)
    thread.join(20)
    assert not thread.is_alive()
    assert seen


def test_rename_and_tag(client, png: bytes) -> None:
    case_id = client.upload(png, "before.png").json()["id"]
    address = f"/api/cases/{case_id}"
    tags = ["  Malaria ", "malaria", "slide\t7", ""]
    case = client.patch(address, json={"name": "../x/after.png", "tags": tags}).json()
    assert (case["name"], case["tags"]) == ("after.png", ["Malaria", "slide 7"])
    assert client.patch(address, json={}).json()["tags"] == ["Malaria", "slide 7"]
    assert client.patch(address, json={"tags": []}).json()["tags"] == []
    assert [a["action"] for a in client.get(f"{address}/history").json()] == ["created", "changed", "changed"]
    assert client.get(f"{address}/history").json()[1]["fields"] == ["name", "tags"]
    assert client.get(f"{address}/history").json()[0]["actor"] == "127.0.0.1"


@pytest.mark.parametrize(
    "changes",
    [{"state": "done"}, {"name": ""}, {"name": "x" * 121}, {"tags": ["x" * 41]}, {"tags": ["x"] * 21}, []],
)
def test_changes_that_make_no_sense_are_refused(client, png: bytes, changes: object) -> None:
    case_id = client.upload(png).json()["id"]
    answer = client.patch(f"/api/cases/{case_id}", json=changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")


def test_the_list_is_searched_and_paged(serve, analysis, png: bytes) -> None:
    with serve(Settings(), analysis) as client:
        ids = [client.upload(png, f"slide {n}.png").json()["id"] for n in range(5)][::-1]
        client.patch(f"/api/cases/{ids[0]}", json={"tags": ["a", "b"]})
        client.patch(f"/api/cases/{ids[2]}", json={"subject": "Person 7", "specimen": "S-12"})

        def listed(**params: object) -> list[str]:
            return [case["id"] for case in client.get("/api/cases", params=params).json()]

        assert listed() == ids
        assert listed(query="SLIDE 3") == [ids[1]]
        assert listed(query="person 7") == listed(query="s-12") == [ids[2]]
        assert listed(query="%") == []
        assert listed(tag=["a", "B"]) == [ids[0]]
        assert listed(kind="smear") == ids
        assert listed(kind="volume") == []
        assert listed(limit=2) == ids[:2]
        assert listed(limit=2, after=ids[1]) == ids[2:4]
        assert client.get("/api/cases", params={"limit": 2}).headers["x-total-count"] == "5"
        assert client.get("/api/cases", params={"limit": 0}).status_code == 422
        assert client.get("/api/cases", params={"after": "nothing"}).status_code == 404
        assert client.get("/api/tags").json() == [{"tag": "a", "cases": 1}, {"tag": "b", "cases": 1}]


def test_deleting_can_be_undone(client, png: bytes) -> None:
    case_id = client.upload(png).json()["id"]
    case = client.wait_for(case_id, "done")
    client.delete(f"/api/cases/{case_id}")
    assert case_id in [c["id"] for c in client.get("/api/cases", params={"deleted": True}).json()]
    assert client.post(f"/api/cases/{case_id}/restore").json() == case
    assert client.get(f"/api/cases/{case_id}/findings.json").status_code == 200
    assert client.post(f"/api/cases/{case_id}/restore").status_code == 404


def test_an_analysis_can_be_cancelled_and_tried_again(serve, gate, png: bytes) -> None:
    with serve(Settings(), gate) as client:
        case_id = client.upload(png).json()["id"]
        assert gate.entered.wait(20)
        cancelled = client.post(f"/api/cases/{case_id}/cancel").json()
        assert (cancelled["state"], cancelled["error"]["code"]) == ("failed", "cancelled")
        assert gate.ended.wait(20)
        gate.release.set()
        assert client.post(f"/api/cases/{case_id}/retry").status_code == 202
        assert client.wait_for(case_id, "done")["error"] is None
        assert client.post(f"/api/cases/{case_id}/retry").status_code == 409
        assert client.post(f"/api/cases/{case_id}/cancel").json()["state"] == "done"


def test_no_log_line_carries_the_name_of_a_picture(serve, png: bytes, caplog) -> None:
    def break_down(image, _progress):
        raise RuntimeError(f"{image.source}: secret detail")

    with caplog.at_level(logging.DEBUG), serve(Settings(), break_down) as client:
        client.wait_for(client.upload(png, "Jane Doe 1970.png").json()["id"], "failed")
    assert "secret detail" in caplog.text
    assert "Doe" not in caplog.text
