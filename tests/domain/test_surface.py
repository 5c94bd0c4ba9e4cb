from dataclasses import replace

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.surface import LengthUnit, Surface, SurfacePart


def tetrahedron() -> SurfacePart:
    corners = np.array([[0, 0, 0], [3, 0, 0], [0, 3, 0], [0, 0, 3]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    return SurfacePart("cell", corners, faces, corners / 3, np.zeros((4, 3), np.uint8))


def test_volume_and_bounds() -> None:
    assert tetrahedron().volume == pytest.approx(4.5)
    surface = Surface("cell 1", (tetrahedron(),), "depth inferred")
    assert surface.bounds.tolist() == [[0, 0, 0], [3, 3, 3]]
    assert surface.part("cell").volume == pytest.approx(4.5)
    assert (LengthUnit.MICROMETRE.metres, LengthUnit.MILLIMETRE.metres) == (1e-6, 1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vertices": np.zeros((4, 2), np.float32)}, "vertices of shape"),
        ({"normals": np.zeros((3, 3), np.float32)}, "normals of shape"),
        ({"faces": np.zeros((0, 3), np.int32)}, "faces of shape"),
        ({"faces": np.array([[0, 1, 4]], np.int32)}, "beyond its 4"),
        ({"vertices": np.full((4, 3), np.nan, np.float32)}, "finite"),
        ({"opacity": 0.0}, "opacity"),
    ],
)
def test_a_part_that_cannot_be_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(tetrahedron(), **change)


def test_a_surface_needs_parts_of_different_names_and_a_notice() -> None:
    with pytest.raises(InputError, match="different names"):
        Surface("cell 1", (tetrahedron(), tetrahedron()), "depth inferred")
    with pytest.raises(InputError, match="different names"):
        Surface("cell 1", (), "depth inferred")
    with pytest.raises(InputError, match="notice"):
        Surface("cell 1", (tetrahedron(),), " ")
    with pytest.raises(InputError, match="no part 'nucleus'; it has cell"):
        Surface("cell 1", (tetrahedron(),), "depth inferred").part("nucleus")
