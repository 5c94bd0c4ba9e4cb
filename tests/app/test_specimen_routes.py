from collections.abc import Iterator
from urllib.parse import quote

import pytest
from tests.app.conftest import Client, picture_bytes, serving
from tests.app.counted_pictures import told_by_name, upload_counted

from cytovox.app.settings import Settings


@pytest.fixture(scope="module")
def counting() -> Iterator[Client]:
    with serving(Settings(), told_by_name) as client:
        yield client


def count(client: Client, key: str) -> dict:
    answer = client.get(f"/api/specimens/{quote(key, safe='')}/differential.json")
    assert answer.status_code == 200, answer.text
    return answer.json()


def figures(document: dict) -> dict[str, tuple]:
    rows = document["differential"]["rows"]
    return {row["key"]: (row["count"], row["percent"], row["low"], row["high"]) for row in rows}


def test_pictures_of_one_smear_are_one_count(counting: Client) -> None:
    upload_counted(counting, "neutrophil 50, lymphocyte 30, red_cell 90.png", specimen="pooled")
    upload_counted(counting, "neutrophil 70, lymphocyte 45, eosinophil 5, red_cell 10.png", specimen="pooled")
    alone = upload_counted(counting, "neutrophil 120, lymphocyte 75, eosinophil 5, red_cell 100.png")
    found = count(counting, "pooled")
    together = counting.get(f"/api/cases/{alone}/differential.json").json()
    assert figures(found) == figures({"differential": together})
    assert found["differential"]["total"] == 200
    assert found["differential"]["pictures"] == 2
    assert found["differential"]["progress"]["target"] == 400
    assert [picture["differential"]["total"] for picture in found["pictures"]] == [80, 120]
    assert found["agreement"]["cells"] == 200
    assert not found["agreement"]["differ"]
    assert found["warnings"] == []


def test_pictures_of_different_smears_are_noticed(counting: Client) -> None:
    said = {"specimen": "mixed up"}
    upload_counted(counting, "neutrophil 60, lymphocyte 30.png", subject="P-1", **said)
    upload_counted(counting, "neutrophil 20, lymphocyte 70.png", subject="P-2", **said)
    found = count(counting, "mixed up")
    assert found["agreement"]["differ"]
    assert "differ more than chance" in found["agreement"]["text"]
    assert [warning["key"] for warning in found["warnings"]] == ["several_subjects"]
    assert "P-1" not in found["warnings"][0]["message"]


def test_the_same_bytes_count_once_and_that_is_said(counting: Client) -> None:
    data = picture_bytes("PNG", width=33)
    first = upload_counted(counting, "neutrophil 8.png", copy_of=data, specimen="copies")
    again = upload_counted(counting, "neutrophil 7.png", copy_of=data, specimen="copies")
    found = count(counting, "copies")
    assert found["differential"]["total"] == 8
    assert [(p["case_id"], p["use"], p["same_as"]) for p in found["pictures"]] == [
        (first, "counted", None),
        (again, "same_picture", first),
    ]
    counting.delete(f"/api/cases/{first}")
    assert count(counting, "copies")["differential"]["total"] == 7
    counting.post(f"/api/cases/{first}/restore")


def test_what_is_not_finished_or_of_other_material_is_left_out_and_said(counting: Client) -> None:
    upload_counted(counting, "neutrophil 5.png", specimen="left out")
    upload_counted(counting, "neutrophil 3.png", specimen="left out")
    upload_counted(counting, "neutrophil 9.png", specimen="left out", material="marrow")
    broken = upload_counted(counting, "broken.png", specimen="left out")
    found = count(counting, "left out")
    assert found["material"] == "blood"
    assert found["differential"]["total"] == 8
    assert [p["use"] for p in found["pictures"]] == ["counted", "counted", "other_material", "failed"]
    assert next(p for p in found["pictures"] if p["case_id"] == broken)["differential"] is None


def test_a_smear_without_a_finished_picture_has_no_count_yet(counting: Client) -> None:
    upload_counted(counting, "broken.png", specimen="nothing yet")
    found = count(counting, "nothing yet")
    assert (found["differential"], found["agreement"]) == (None, None)


@pytest.mark.parametrize("key", ["S 12/a", "100 % größe?#&", "a/differential.json", "../x", "日本", "a\\b"])
def test_any_text_is_a_key(counting: Client, key: str) -> None:
    upload_counted(counting, "neutrophil 2.png", specimen=key)
    assert count(counting, key)["key"] == key
    assert {"key": key, "cases": 1, "finished": 1} in counting.get("/api/specimens").json()


def test_a_key_of_dots_comes_with_a_space_behind_it(counting: Client) -> None:
    upload_counted(counting, "neutrophil 2.png", specimen="..")
    assert count(counting, ".. ")["key"] == ".."


def test_a_picture_is_taken_out_and_put_in(counting: Client) -> None:
    upload_counted(counting, "neutrophil 4.png", specimen="changing")
    second = upload_counted(counting, "neutrophil 6.png", specimen="changing")
    counting.patch(f"/api/cases/{second}", json={"specimen": ""})
    assert count(counting, "changing")["differential"]["total"] == 4
    counting.patch(f"/api/cases/{second}", json={"specimen": "changing"})
    assert count(counting, "changing")["differential"]["total"] == 10


@pytest.mark.parametrize("key", ["nobody has this", "%00", "%20", "%ff"])
def test_an_unknown_key_is_not_found(counting: Client, key: str) -> None:
    answer = counting.get(f"/api/specimens/{key}/differential.json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_case_has_it")
