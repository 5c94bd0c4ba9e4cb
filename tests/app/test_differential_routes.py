import pytest

from cytovox.app.settings import Settings
from cytovox.domain.reference_ranges import default_reference_ranges


@pytest.fixture
def done(client, png):
    """A finished case: one red cell, one neutrophil, one platelet."""
    case = client.upload(png).json()
    return client.wait_for(case["id"], "done")["id"]


@pytest.fixture
def ranges(client):
    """Address of the ranges, which are the shipped ones before and after."""
    yield "/api/reference-ranges"
    client.put("/api/reference-ranges", json={})


def test_differential_of_a_case(client, done):
    answer = client.get(f"/api/cases/{done}/differential.json")
    document = answer.json()
    assert answer.status_code == 200
    assert (document["material"], document["total"]) == ("blood", 1)
    assert document["progress"]["missing"] == 99
    neutrophil = next(row for row in document["rows"] if row["key"] == "neutrophil")
    assert (neutrophil["percent"], neutrophil["low"], neutrophil["high"]) == (100.0, 2.5, 100.0)
    assert neutrophil["reference"]["source"]
    assert document["red_cells"]["count"] == 1
    assert "few_cells" in [flag["key"] for flag in document["flags"]]


def test_unknown_cases_are_a_404(client):
    assert client.get("/api/cases/nothing/differential.json").status_code == 404


def test_the_shipped_ranges_come_first(client, ranges):
    document = client.get(ranges).json()
    assert document["is_default"]
    assert {r["key"]: (r["low"], r["high"]) for r in document["blood"]} == {
        key: (r.low, r.high) for key, r in default_reference_ranges().blood.items()
    }
    assert {"key": "me_ratio", "name": "M:E ratio", "unit": "ratio"} in document["marrow_keys"]


def test_ranges_of_a_laboratory_are_kept_and_used(client, ranges, done):
    own = [{"key": "neutrophil", "low": 45, "high": 70, "source": "our laboratory, 2026"}]
    changed = client.put(ranges, json={"blood": own}).json()
    assert not changed["is_default"]
    assert changed["changed_by"]
    assert client.get(ranges).json() == changed
    assert [r["key"] for r in changed["blood"]] == ["neutrophil"]
    assert len(changed["marrow"]) == len(default_reference_ranges().marrow)
    rows = client.get(f"/api/cases/{done}/differential.json").json()["rows"]
    assert next(r for r in rows if r["key"] == "neutrophil")["reference"]["high"] == 70
    assert client.put(ranges, json={}).json()["is_default"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([{"key": "neutrophil", "low": 50, "high": 40, "source": "s"}], "low <= high"),
        ([{"key": "neutrophil", "low": 50, "high": 140, "source": "s"}], "100"),
        ([{"key": "unicorn", "low": 0, "high": 1, "source": "s"}], "unicorn"),
        ([{"key": "monocyte", "low": 0, "high": 1, "source": " "}], "source"),
        ([{"key": "monocyte", "low": 0, "high": 1, "source": "s"}] * 2, "twice"),
    ],
)
def test_wrong_ranges_are_refused_and_change_nothing(client, ranges, wrong, said):
    before = client.get(ranges).json()
    answer = client.put(ranges, json={"blood": wrong})
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]
    assert client.get(ranges).json() == before


def test_ranges_outlive_the_server(serve, analysis, data_folder):
    own = [{"key": "monocyte", "low": 1, "high": 9, "source": "ours"}]
    for _ in range(2):
        with serve(Settings(data_folder=data_folder), analysis) as client:
            kept = client.get("/api/reference-ranges").json()
            client.put("/api/reference-ranges", json={"blood": own})
    assert [r["key"] for r in kept["blood"]] == ["monocyte"]
