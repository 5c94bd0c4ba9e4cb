import csv
import io
from collections.abc import Iterator

import pytest
from tests.app.conftest import Client, serving
from tests.app.counted_pictures import told_by_name, upload_counted

from cytovox.app.settings import Settings


@pytest.fixture(scope="module")
def counting() -> Iterator[Client]:
    with serving(Settings(), told_by_name) as client:
        yield client


def test_smears_of_a_person_stand_in_the_order_of_time(counting: Client) -> None:
    said = {"subject": "P-17"}
    upload_counted(
        counting, "neutrophil 30, lymphocyte 10.png", specimen="b", collected_on="2026-03-09", **said
    )
    upload_counted(
        counting, "neutrophil 20, lymphocyte 20.png", specimen="a", collected_on="2026-03-02", **said
    )
    upload_counted(
        counting, "neutrophil 10, lymphocyte 30.png", specimen="a", collected_on="2026-03-02", **said
    )
    upload_counted(counting, "neutrophil 99.png", specimen="a", collected_on="2026-03-02", subject="P-18")
    broken = upload_counted(counting, "broken.png", **said)
    trend = counting.get("/api/subjects/P-17/trend.json").json()
    assert [
        (p["date"], p["specimen"], len(p["cases"]), p["differential"]["total"]) for p in trend["points"]
    ] == [
        ("2026-03-02", "a", 2, 80),
        ("2026-03-09", "b", 1, 40),
    ]
    shares = [{r["key"]: r["percent"] for r in p["differential"]["rows"]} for p in trend["points"]]
    assert [share["neutrophil"] for share in shares] == [37.5, 75]
    assert trend["unfinished"] == 1
    counting.delete(f"/api/cases/{broken}")
    assert counting.get("/api/subjects/P-17/trend.json").json()["unfinished"] == 0


def test_the_upload_dates_what_has_no_date(counting: Client) -> None:
    case_id = upload_counted(counting, "neutrophil 3.png", subject="undated")
    (point,) = counting.get("/api/subjects/undated/trend.json").json()["points"]
    assert point["date"] == counting.get(f"/api/cases/{case_id}").json()["created_utc"][:10]
    assert (point["collected"], point["cases"]) == (False, [case_id])


def test_the_table_tells_the_same_and_no_key_becomes_a_formula(counting: Client) -> None:
    name = "neutrophil 3, lymphocyte 1, red_cell 6, infected_red_cell 2.png"
    upload_counted(counting, name, subject="=cmd()", specimen="@x", collected_on="2026-01-05")
    answer = counting.get("/api/subjects/%3Dcmd()/trend.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    neutrophil = rows["neutrophil"]
    assert (neutrophil["subject"], neutrophil["specimen"]) == ("'=cmd()", "'@x")
    assert (neutrophil["date"], neutrophil["date_of"]) == ("2026-01-05", "specimen")
    assert [neutrophil[key] for key in ("count", "of", "percent")] == ["3", "4", "75"]
    assert float(neutrophil["low"]) < 75 < float(neutrophil["high"])
    assert [rows["parasitaemia"][key] for key in ("count", "of", "percent")] == ["2", "8", "25"]
    assert neutrophil["use"] == "research use only"


def test_an_unknown_person_is_not_found(counting: Client) -> None:
    for file in ("trend.json", "trend.csv"):
        answer = counting.get(f"/api/subjects/nobody/{file}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_case_has_it")


def test_the_table_is_asked_for_anew_for_it_follows_corrections(counting: Client) -> None:
    case_id = upload_counted(counting, "neutrophil 3, lymphocyte 1.png", subject="corrected")
    change = {"kind": "classify", "cell_id": 1, "label": "monocyte", "polygon": None, "reviewer": "R"}
    counts = []
    for _ in range(2):
        answer = counting.get("/api/subjects/corrected/trend.csv")
        assert answer.headers["cache-control"] == "private, no-cache"
        rows = {row["key"]: row["count"] for row in csv.DictReader(io.StringIO(answer.text))}
        counts.append((rows["neutrophil"], rows.get("monocyte")))
        assert counting.post(f"/api/cases/{case_id}/edits", json=change).status_code == 201
    assert counts == [("3", "0"), ("2", "1")]
