"""Surfaces as Wavefront OBJ: text with vertex colours, in the surfaces' own unit, y up."""

from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import numpy as np

from cytovox.domain.surface import PlacedSurface, SurfacePart
from cytovox.io.atomic import write_whole
from cytovox.report.model_words import full_notice, unit_of, y_up


def write_obj(scene: Sequence[PlacedSurface], path: Path) -> None:
    """Write surfaces to an OBJ file, whole or not at all."""
    write_whole(path, obj_bytes(scene))


def obj_bytes(scene: Sequence[PlacedSurface]) -> bytes:
    """Surfaces as an OBJ file: an object for each part, colours behind the coordinates of each vertex.

    Args:
        scene: Surfaces at their places, all in one unit.

    Raises:
        InputError: There is no surface, or their units differ.
    """
    text = StringIO()
    text.write(f"# Cytovox 3D model, lengths in {unit_of(scene)}, y up\n# {full_notice(scene)}\n")
    first = 1
    for placed in scene:
        for part in placed.surface.parts:
            name = " ".join(f"{placed.surface.name} - {part.name}".split())  # a line break would end it
            text.write(f"o {name}\n")
            text.writelines(_lines(part, placed.offset, first))
            first += len(part.vertices)
    return text.getvalue().encode()


def _lines(part: SurfacePart, offset: tuple[float, float, float], first: int) -> Iterator[str]:
    points = y_up(part.vertices + np.array(offset, np.float32))
    for (x, y, z), (r, g, b) in zip(points.tolist(), (part.colours / 255.0).tolist(), strict=True):
        yield f"v {x:.4f} {y:.4f} {z:.4f} {r:.3f} {g:.3f} {b:.3f}\n"
    for x, y, z in y_up(part.normals).tolist():
        yield f"vn {x:.3f} {y:.3f} {z:.3f}\n"
    for a, b, c in (part.faces + first).tolist():
        yield f"f {a}//{a} {b}//{b} {c}//{c}\n"
