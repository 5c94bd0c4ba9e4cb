"""Surfaces as binary STL: shape alone, in the surfaces' own unit, z up."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cytovox.domain.surface import PlacedSurface
from cytovox.io.atomic import write_whole
from cytovox.report.model_words import RESEARCH_USE, trust_words, unit_of

HEADER_BYTES = 80
_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def write_stl(scene: Sequence[PlacedSurface], path: Path) -> None:
    """Write surfaces to an STL file, whole or not at all."""
    write_whole(path, stl_bytes(scene))


def stl_bytes(scene: Sequence[PlacedSurface]) -> bytes:
    """Surfaces as a binary STL file; all parts stand one after the other.

    The format knows no unit and no text but its header, which names both.

    Args:
        scene: Surfaces at their places, all in one unit.

    Raises:
        InputError: There is no surface, or their units differ.
    """
    triangles = [
        part.vertices[part.faces] + np.array(placed.offset, np.float32)
        for placed in scene
        for part in placed.surface.parts
    ]
    corners = np.concatenate(triangles)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    records = np.zeros(len(corners), _TRIANGLE)
    records["corners"] = corners
    records["normal"] = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-20)
    return _header(scene) + np.array([len(records)], "<u4").tobytes() + records.tobytes()


def _header(scene: Sequence[PlacedSurface]) -> bytes:
    """80 bytes; the words that matter most come first, for a long list is cut."""
    # Not "solid" at the start: readers would take the file for text.
    fixed = f"Cytovox, {unit_of(scene)}, {RESEARCH_USE}: "
    return (fixed + trust_words(scene)).encode("ascii", "replace")[:HEADER_BYTES].ljust(HEADER_BYTES)
