import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from cytovox.app.cases import Case
from cytovox.app.jobs import coarse_counts, smear_job
from cytovox.app.settings import Settings
from cytovox.domain.material import Material
from cytovox.domain.taxonomies import load_taxonomy


def test_progress_and_step_are_told_while_a_case_runs(serve, gate, png: bytes) -> None:
    with serve(Settings(), gate) as client:
        case_id = client.upload(png).json()["id"]
        gate.entered.wait(10)
        deadline = time.monotonic() + 10
        while (case := client.get(f"/api/cases/{case_id}").json())["progress"] == 0:
            assert time.monotonic() < deadline
        assert case["state"] == "running"
        assert case["step"] == "looking for cells"
        assert 0 < case["progress"] < 1
        gate.release.set()
        assert client.wait_for(case_id, "done")["progress"] == 1


def test_a_full_queue_refuses_and_recovers(serve, gate, png: bytes) -> None:
    with serve(Settings(max_waiting=2), gate) as client:
        running = client.upload(png).json()["id"]
        gate.entered.wait(10)
        waiting = [client.upload(png).json()["id"] for _ in range(2)]
        refused = client.upload(png)
        assert refused.status_code == 503
        assert refused.json()["error"]["code"] == "queue_full"
        assert len(client.get("/api/cases").json()) == 3
        client.delete(f"/api/cases/{waiting[0]}")
        assert client.upload(png).status_code == 202
        gate.release.set()
        for case_id in (running, waiting[1]):
            client.wait_for(case_id, "done")


def test_deleting_a_running_case_stops_its_analysis_and_the_next_one_runs(serve, gate, png: bytes) -> None:
    with serve(Settings(), gate) as client:
        first = client.upload(png, "first.png").json()["id"]
        gate.entered.wait(10)
        gate.entered.clear()
        second = client.upload(png, "second.png").json()["id"]
        assert client.delete(f"/api/cases/{first}").status_code == 204
        assert gate.ended.wait(10)
        assert gate.entered.wait(10)
        gate.release.set()
        assert client.wait_for(second, "done")["name"] == "second.png"
        assert [case["id"] for case in client.get("/api/cases").json()] == [second]
    assert gate.sources == ["first.png", "second.png"]


def test_a_deleted_case_leaves_no_results_when_the_analysis_cannot_be_stopped(
    serve, example_findings, png: bytes, data_folder
) -> None:
    entered, release = threading.Event(), threading.Event()

    def deaf(image, _progress):
        entered.set()
        assert release.wait(10)
        return example_findings(image)

    with serve(Settings(data_folder=data_folder), deaf) as client:
        case_id = client.upload(png).json()["id"]
        entered.wait(10)
        client.delete(f"/api/cases/{case_id}")
        release.set()
        other = client.upload(png).json()["id"]
        client.wait_for(other, "done")
        assert [case["id"] for case in client.get("/api/cases").json()] == [other]
        restored = client.post(f"/api/cases/{case_id}/restore").json()
        assert (restored["state"], restored["counts"]) == ("queued", None)
        client.wait_for(case_id, "done")


def test_stopping_in_the_middle_keeps_the_case_for_the_next_start(
    serve, gate, analysis, png: bytes, data_folder
):
    settings = Settings(data_folder=data_folder)
    with serve(settings, gate) as client:
        ids = [client.upload(png, f"{n}.png").json()["id"] for n in range(3)]
        gate.entered.wait(10)
        started = time.monotonic()
    assert time.monotonic() - started < 10
    assert gate.ended.is_set()
    with serve(settings, analysis) as client:
        for case_id in ids:
            client.wait_for(case_id, "done")
        assert [case["id"] for case in client.get("/api/cases").json()] == ids[::-1]


class Counted:
    """Findings, as far as coarse counts need them."""

    def __init__(self, counts: dict[str, int], material: str) -> None:
        self.counts, self.cells = counts, SimpleNamespace(taxonomy=load_taxonomy(material))


@pytest.mark.parametrize("keys", [["red_cell", "infected_red_cell"], ["red_cell"]])
def test_coarse_counts_follow_the_lineage(keys: list[str]) -> None:
    found = dict.fromkeys(keys, 2) | {"neutrophil_band": 3, "erythroblast": 1, "platelet_clump": 4}
    counts = coarse_counts(Counted(found | {"unidentified": 9}, "blood"))
    assert (counts.red_cells, counts.white_cells, counts.platelets) == (2 * len(keys), 4, 4)
    assert counts.unidentified == 9


def test_in_marrow_what_is_no_cell_of_any_kind_is_unidentified() -> None:
    found = {
        "blast": 2,
        "plasma_cell": 1,
        "faggot_cell": 1,
        "not_identifiable": 5,
        "artefact": 1,
        "red_cell": 7,
    }
    counts = coarse_counts(Counted(found | {"unidentified": 3}, "marrow"))
    assert (counts.red_cells, counts.white_cells, counts.platelets, counts.unidentified) == (7, 4, 0, 9)


def test_each_case_is_analysed_as_the_material_it_is_of(png, example_findings) -> None:
    asked = []

    def analysis_of(material: Material):
        def analyze(image, progress):
            asked.append((image.source, material))
            return example_findings(image)

        return analyze

    job = smear_job({material: analysis_of(material) for material in Material})
    case = Case("1" * 32, "m.png", "", 80, 60, None, False, "image/png", material=Material.MARROW)
    for one in (case, replace(case, name="b.png", material=Material.BLOOD)):
        job(one, lambda _file: png, lambda *_: None)
    assert asked == [("m.png", Material.MARROW), ("b.png", Material.BLOOD)]
