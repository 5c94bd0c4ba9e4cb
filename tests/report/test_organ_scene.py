"""Organs as GLB, STL and OBJ: places, sides, names, codes; read back by others' readers."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from tests.report.khronos import issues_of

from cytovox.analysis.organ_measures import measure_organs
from cytovox.domain.errors import InputError
from cytovox.domain.surface import PlacedSurface
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.volume import LabelMap, VolumeGrid
from cytovox.report.obj import obj_bytes
from cytovox.report.organ_scene import organ_glb, organ_scene, scene_middle, write_organ_glb
from cytovox.report.stl import stl_bytes
from cytovox.sculpt.organs import sculpt_organs

ORGANS = load_taxonomy("organs")
AXIAL = np.array([[0, 0, 2.0, 300], [0, 2.0, 0, -100], [4.0, 0, 0, -900], [0, 0, 0, 1]])


@pytest.fixture(scope="module")
def labels() -> LabelMap:
    """A liver on the patient's right, in front and high up; a left kidney, behind and low down."""
    voxels = np.zeros((20, 30, 40), np.uint16)
    voxels[10:18, 4:16, 3:20], voxels[2:9, 18:26, 28:36] = 5, 3
    organs = {5: ORGANS["liver"], 3: ORGANS["kidney_left"]}
    return LabelMap(voxels, VolumeGrid(voxels.shape, AXIAL), organs)


def document(data: bytes) -> dict[str, object]:
    length = int.from_bytes(data[12:16], "little")
    return dict(json.loads(data[20 : 20 + length]))


def test_the_patient_stands_upright_and_faces_the_viewer(labels: LabelMap) -> None:
    data = organ_glb(sculpt_organs(labels), measure_organs(labels))
    read = trimesh.load_scene(io.BytesIO(data), file_type="glb")
    assert read.extents == pytest.approx((0.066, 0.064, 0.044), abs=0.004)
    assert read.bounds.mean(axis=0) == pytest.approx((0, 0, 0), abs=1e-6)
    meshes = {mesh.metadata["name"]: mesh for mesh in read.dump()}
    liver, kidney = (meshes[name].bounds.mean(axis=0) for name in ("liver", "left kidney"))
    assert liver[0] < kidney[0]  # the viewer's left is the patient's right
    assert liver[1] > kidney[1]  # head up
    assert liver[2] > kidney[2]  # the front is towards the viewer
    assert meshes["liver"].volume * 1e6 == pytest.approx(labels.volume_ml(5), rel=0.01)
    assert meshes["liver"].is_watertight


def test_nodes_say_what_they_are(labels: LabelMap) -> None:
    surfaces = sculpt_organs(labels)
    tree = document(organ_glb(surfaces, measure_organs(labels), notice="demonstration only"))
    nodes = {node["name"]: node["extras"] for node in tree["nodes"] if "extras" in node}
    kidney = nodes["left kidney"]
    assert (kidney["key"], kidney["label"], kidney["cut"]) == ("kidney_left", 3, False)
    assert kidney["volume_ml"] == pytest.approx(labels.volume_ml(3), abs=0.001)
    assert [(code["system"], code["code"], code["display"]) for code in kidney["codes"]] == [
        ("SNOMED CT", "64033007", "Kidney"),
        ("SNOMED CT", "7771000", "Left"),
    ]
    about = tree["asset"]["extras"]
    assert about["origin_lps_mm"] == pytest.approx(scene_middle(surfaces), abs=0.001)
    for word in ("label map", "demonstration only", "Research and education use only"):
        assert word in about["notice"]


def test_stl_and_obj_lie_on_the_scan(labels: LabelMap) -> None:
    surfaces = sculpt_organs(labels)
    placed = [PlacedSurface(surface) for surface in surfaces]
    stl = trimesh.load_mesh(io.BytesIO(stl_bytes(placed)), file_type="stl")
    bounds = np.stack([surface.bounds for surface in surfaces])
    expected = [bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)]
    assert stl.bounds == pytest.approx(np.stack(expected), abs=1e-3)
    assert stl.volume / 1000 == pytest.approx(labels.volume_ml(5) + labels.volume_ml(3), rel=0.01)
    assert b"lengths in mm" in obj_bytes(placed)


def test_khronos_validator_finds_nothing(tmp_path: Path, labels: LabelMap) -> None:
    write_organ_glb(sculpt_organs(labels), measure_organs(labels), tmp_path / "a.glb")
    issues = issues_of(tmp_path / "a.glb")
    assert (issues["numErrors"], issues["numWarnings"], issues["messages"]) == (0, 0, [])


def test_what_is_no_scene_is_refused(labels: LabelMap) -> None:
    with pytest.raises(InputError, match="at least one organ"):
        organ_scene(())
    with pytest.raises(InputError, match="one measure an organ, got 1 for 2"):
        organ_glb(sculpt_organs(labels), measure_organs(labels)[:1])
