"""GLB, STL and OBJ files, read back by others' readers."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import trimesh
from tests.report.khronos import issues_of

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import LengthUnit, PlacedSurface, Surface, SurfacePart
from cytovox.report.glb import glb_bytes, write_glb
from cytovox.report.model_words import form_of
from cytovox.report.obj import obj_bytes, write_obj
from cytovox.report.stl import stl_bytes, write_stl
from cytovox.sculpt.granules import sphere

WORDS = "depth inferred from one image"
# The glTF reader of Debian 12's Blender 3.4 asks for np.bool, which Debian 12's numpy 1.24 no longer has.
BLENDER = """
import bpy, numpy, sys
numpy.bool = bool
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=sys.argv[-1])
meshes = [o for o in bpy.data.objects if o.type == "MESH"]
print("PARTS", sorted(o.name for o in meshes))
print("WIDTH", max((o.matrix_world @ v.co).x for o in meshes for v in o.data.vertices))
"""


def ellipsoid(name: str, radii: tuple[float, float, float], opacity: float = 1.0) -> SurfacePart:
    ball, faces = sphere()
    normals = ball / np.array(radii)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    colours = np.tile(np.array([188, 64, 255], np.uint8), (len(ball), 1))
    return SurfacePart(
        name, (ball * radii).astype(np.float32), faces, normals.astype(np.float32), colours, opacity
    )


def cell() -> Surface:
    """7.5 um from left to right, 6 um from top to bottom, 2 um high."""
    parts = (ellipsoid("nucleus", (1.5, 1.2, 0.5)), ellipsoid("cytoplasm", (3.75, 3, 1), 0.4))
    return Surface("cell 1: lymphocyte", parts, WORDS)


@pytest.fixture
def scene() -> tuple[PlacedSurface, ...]:
    return PlacedSurface(cell()), PlacedSurface(cell(), (100.0, 20.0, 5.0))


def document(data: bytes) -> dict[str, object]:
    length = int.from_bytes(data[12:16], "little")
    return dict(json.loads(data[20 : 20 + length]))


def extent(points: FloatArray) -> FloatArray:
    return np.ptp(points, axis=0)


def test_glb_is_in_metres_with_y_up() -> None:
    read = trimesh.load_scene(io.BytesIO(glb_bytes([PlacedSurface(cell())])), file_type="glb")
    assert read.extents == pytest.approx((7.5e-6, 2e-6, 6e-6), rel=0.01 * 6)  # 42 vertices miss some poles
    width = 2 * np.abs(cell().parts[1].vertices[:, 0]).max() * 1e-6
    assert read.extents[0] == pytest.approx(width, rel=1e-5)


def test_glb_names_parts_and_places_cells(scene: tuple[PlacedSurface, ...]) -> None:
    tree = document(glb_bytes(scene))
    names = [node["name"] for node in tree["nodes"]]
    assert names.count("nucleus") == names.count("cytoplasm") == 2
    placed = [node for node in tree["nodes"] if "translation" in node]
    assert [node["translation"] for node in placed] == [[100.0, 5.0, -20.0]]
    assert len(tree["bufferViews"]) == 4


def test_glb_has_translucent_material_and_linear_colours() -> None:
    data = glb_bytes([PlacedSurface(cell())])
    materials = {m["name"]: m for m in document(data)["materials"]}
    assert materials["nucleus"]["alphaMode"] == "OPAQUE"
    assert materials["cytoplasm"]["alphaMode"] == "BLEND"
    assert materials["cytoplasm"]["pbrMetallicRoughness"]["baseColorFactor"][3] == 0.4
    read = trimesh.load_scene(io.BytesIO(data), file_type="glb")
    colour = np.asarray(next(iter(read.geometry.values())).visual.vertex_attributes["color"])[0]
    assert colour[:3] / 65535 == pytest.approx((0.503, 0.0513, 1.0), abs=0.01)  # IEC 61966-2-1


def test_files_say_how_far_they_can_be_trusted(scene: tuple[PlacedSurface, ...]) -> None:
    notice = document(glb_bytes(scene))["asset"]["extras"]["notice"]
    header = stl_bytes(scene)[:80].decode()
    comment = obj_bytes(scene).decode().splitlines()[1]
    for text in (notice, comment):
        assert WORDS in text
        assert "Research and education use only" in text
    assert WORDS in header
    assert "research use only" in header
    assert not header.startswith("solid")


def test_stl_keeps_its_unit_and_every_triangle(scene: tuple[PlacedSurface, ...]) -> None:
    read = trimesh.load_mesh(io.BytesIO(stl_bytes(scene)), file_type="stl")
    assert len(read.faces) == 4 * 80
    points = np.concatenate([p.surface.parts[1].vertices + np.array(p.offset) for p in scene])
    assert read.extents == pytest.approx(extent(points), rel=1e-5)
    assert read.volume == pytest.approx(2 * sum(part.volume for part in cell().parts), rel=1e-4)


def test_obj_keeps_colours_and_has_y_up() -> None:
    read = trimesh.load_mesh(io.BytesIO(obj_bytes([PlacedSurface(cell())])), file_type="obj")
    assert read.extents == pytest.approx(extent(cell().parts[1].vertices)[[0, 2, 1]], abs=1e-3)
    assert read.visual.vertex_colors[0][:3].tolist() == pytest.approx([188, 64, 255], abs=1)


def test_files_are_written_whole(tmp_path: Path, scene: tuple[PlacedSurface, ...]) -> None:
    write_glb(scene, tmp_path / "a.glb")
    write_stl(scene, tmp_path / "a.stl")
    write_obj(scene, tmp_path / "a.obj")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.glb", "a.obj", "a.stl"]


def test_what_cannot_be_written_is_refused() -> None:
    mixed = [
        PlacedSurface(cell()),
        PlacedSurface(Surface("organ", cell().parts, WORDS, LengthUnit.MILLIMETRE)),
    ]
    for scene in ([], mixed):
        with pytest.raises(InputError, match="one unit"):
            glb_bytes(scene)
    assert form_of(Path("a.GLB"), ("glb", "stl")) == "glb"
    with pytest.raises(InputError, match=r"a\.ply: expected a file name that ends with one of \.glb, \.stl"):
        form_of(Path("a.ply"), ("glb", "stl"))


def test_khronos_validator_finds_nothing(tmp_path: Path, scene: tuple[PlacedSurface, ...]) -> None:
    write_glb(scene, tmp_path / "a.glb")
    issues = issues_of(tmp_path / "a.glb")
    assert (issues["numErrors"], issues["numWarnings"], issues["messages"]) == (0, 0, [])


def test_blender_opens_it(tmp_path: Path) -> None:
    blender = shutil.which("blender")
    if blender is None:
        pytest.skip("needs Blender (Debian packages blender and python3-numpy)")
    write_glb([PlacedSurface(cell())], tmp_path / "a.glb")
    (tmp_path / "look.py").write_text(BLENDER)
    run = subprocess.run(
        [
            blender,
            "--background",
            "--factory-startup",
            "--python",
            tmp_path / "look.py",
            "--",
            tmp_path / "a.glb",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PARTS ['cytoplasm', 'nucleus']" in run.stdout
    width = float(run.stdout.partition("WIDTH ")[2].split()[0])
    assert width == pytest.approx(np.abs(cell().parts[1].vertices[:, 0]).max() * 1e-6, rel=0.01)
