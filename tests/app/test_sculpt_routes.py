import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cytovox.app.results import FINDINGS
from cytovox.app.server import cytovox_version
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore


@pytest.fixture(scope="module")
def case(client, png) -> str:
    """A finished case with a red cell, a neutrophil and a platelet, at an estimated 0.1 um per pixel."""
    return finished(client, png)


def finished(client, data: bytes, **form: str) -> str:
    case_id = client.upload(data, **form).json()["id"]
    assert client.wait_for(case_id, "done", "failed")["state"] == "done"
    return case_id


def glb_document(data: bytes) -> dict:
    """The JSON of a GLB file; its header is checked (glTF 2.0, 4.4)."""
    magic, version, length, text_length, kind = struct.unpack("<4sIII4s", data[:20])
    assert (magic, version, length, kind) == (b"glTF", 2, len(data), b"JSON")
    return json.loads(data[20 : 20 + text_length])


def width_um(document: dict) -> float:
    """Greatest extent along the picture's x axis, micrometres."""
    boxes = [accessor for accessor in document["accessors"] if "min" in accessor]
    return max(box["max"][0] for box in boxes) - min(box["min"][0] for box in boxes)


def test_a_cell_is_as_wide_as_its_outline(client, case: str) -> None:
    # The red cell is a circle of radius 10 px at 0.1 um per pixel.
    answer = client.get(f"/api/cases/{case}/cells/1.glb")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "model/gltf-binary")
    document = glb_document(answer.content)
    assert width_um(document) == pytest.approx(2.0, rel=0.05)
    assert document["nodes"][document["scenes"][0]["nodes"][0]]["scale"] == [1e-6] * 3


def test_a_model_says_how_far_it_can_be_trusted(client, case: str) -> None:
    red, white = (glb_document(client.get(f"/api/cases/{case}/cells/{n}.glb").content) for n in (1, 2))
    assert "thickness from absorbance" in red["asset"]["extras"]["notice"]
    assert "depth inferred from one image" in white["asset"]["extras"]["notice"]


def test_the_pose_in_suspension_is_narrower(client, case: str) -> None:
    flat, round_ = (
        width_um(glb_document(client.get(f"/api/cases/{case}/cells/2.glb", params={"pose": pose}).content))
        for pose in ("slide", "suspension")
    )
    assert round_ < 0.9 * flat


def test_coarse_is_smaller(client, case: str) -> None:
    fine = client.get(f"/api/cases/{case}/cells/2.glb").content
    coarse = client.get(f"/api/cases/{case}/cells/2.glb", params={"coarse": True}).content
    assert len(coarse) < 0.7 * len(fine)


@pytest.mark.parametrize(("form", "media_type"), [("stl", "model/stl"), ("obj", "model/obj")])
def test_other_formats(client, case: str, form: str, media_type: str) -> None:
    answer = client.get(f"/api/cases/{case}/cells/1.{form}")
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'inline; filename="smear-cell-001.{form}"'
    if form == "stl":
        (triangles,) = np.frombuffer(answer.content, "<u4", 1, 80)
        assert len(answer.content) == 84 + 50 * triangles
    else:
        assert answer.text.startswith("# Cytovox 3D model")


def test_the_scene_holds_every_cell_and_the_slide(client, case: str) -> None:
    document = glb_document(client.get(f"/api/cases/{case}/scene.glb").content)
    root = document["nodes"][document["scenes"][0]["nodes"][0]]
    names = [document["nodes"][child]["name"] for child in root["children"]]
    assert names[0] == "slide"
    assert [name.split(":")[0] for name in names[1:]] == ["cell 1", "cell 2", "cell 3"]
    # The red cell lies at (20, 20) of a picture of 80 x 60 pixels: left of the middle and behind it.
    assert document["nodes"][root["children"][1]]["translation"][::2] == pytest.approx([-2.0, -1.0], abs=0.1)


def test_the_scene_is_kept_with_the_case(
    serve: Callable, analysis, png: bytes, kept: CaseStore, data_folder: Path
) -> None:
    with serve(Settings(data_folder=data_folder), analysis) as client:
        case_id = finished(client, png)
        first = client.get(f"/api/cases/{case_id}/scene.glb").content
        assert kept.read(case_id, f"scene-{cytovox_version()}.glb") == first
        # Made from the kept file: the findings that it came from are no longer needed.
        kept.write(case_id, FINDINGS, b"")
        assert client.get(f"/api/cases/{case_id}/scene.glb").content == first


def test_refusals(client, case: str) -> None:
    def problem(path: str) -> tuple[int, str]:
        answer = client.get(path)
        return answer.status_code, answer.json()["error"]["code"]

    assert problem(f"/api/cases/{case}/cells/4.glb") == (404, "cell_not_found")
    assert problem(f"/api/cases/{'0' * 32}/cells/1.glb") == (404, "case_not_found")
    assert problem(f"/api/cases/{'0' * 32}/scene.glb") == (404, "case_not_found")
    assert problem(f"/api/cases/{case}/cells/1.fbx") == (422, "invalid_request")
    assert problem(f"/api/cases/{case}/cells/0.glb") == (422, "invalid_request")
    assert problem(f"/api/cases/{case}/cells/1.glb?pose=upside_down") == (422, "invalid_request")


def test_without_a_scale_there_is_no_model(
    serve: Callable, analysis, png: bytes, kept: CaseStore, data_folder: Path
) -> None:
    with serve(Settings(data_folder=data_folder), analysis) as client:
        case_id = finished(client, png)
        document = json.loads(kept.read(case_id, FINDINGS))
        document["scale"] = {"mpp_um": None, "origin": "unknown", "relative_sd": None, "red_cells": 0}
        kept.write(case_id, FINDINGS, json.dumps(document).encode())
        for path in ("cells/1.glb", "scene.glb"):
            answer = client.get(f"/api/cases/{case_id}/{path}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_model")


def test_a_case_that_is_not_done_has_no_model(serve: Callable, gate, png: bytes) -> None:
    with serve(Settings(), gate) as client:
        case_id = client.upload(png).json()["id"]
        assert client.get(f"/api/cases/{case_id}/cells/1.glb").status_code == 404
        gate.release.set()
        client.wait_for(case_id, "done")


def test_models_follow_what_reviewers_correct(client, png: bytes) -> None:
    case_id = finished(client, png)
    cell, scene = f"/api/cases/{case_id}/cells/1.glb", f"/api/cases/{case_id}/scene.glb"
    first = client.get(cell)
    assert client.get(cell, headers={"if-none-match": first.headers["etag"]}).status_code == 304

    def cells_there() -> list[str]:
        nodes = glb_document(client.get(scene).content)["nodes"]
        return sorted({n["name"].partition(":")[0] for n in nodes if n["name"].startswith("cell ")})

    assert cells_there() == ["cell 1", "cell 2", "cell 3"]

    def edit(**wanted: object) -> None:
        answer = client.post(f"/api/cases/{case_id}/edits", json=wanted)
        assert answer.status_code == 201, answer.text

    edit(kind="redraw", cell_id=1, polygon=[[15, 5], [25, 5], [25, 35], [15, 35]])
    changed = client.get(cell, headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert width_um(glb_document(changed.content)) == pytest.approx(1.0, rel=0.1)
    edit(kind="remove", cell_id=2)
    assert cells_there() == ["cell 1", "cell 3"]
    gone = client.get(f"/api/cases/{case_id}/cells/2.glb")
    assert (gone.status_code, "removed" in gone.json()["error"]["message"]) == (404, True)
    # The ids of the others stay.
    assert client.get(f"/api/cases/{case_id}/cells/3.glb").status_code == 200
    edit(kind="add", label="red_cell", polygon=[[40, 40], [60, 40], [60, 55], [40, 55]])
    added = glb_document(client.get(f"/api/cases/{case_id}/cells/4.glb").content)
    assert width_um(added) == pytest.approx(2.0, rel=0.1)
    assert client.get(f"/api/cases/{case_id}/cells/5.glb").status_code == 404
