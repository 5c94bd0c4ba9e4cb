"""Granules of eosinophils and basophils: small spheres where the picture shows them."""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import SurfacePart
from cytovox.imaging.local_maxima import local_maxima
from cytovox.imaging.smoothing import smooth
from cytovox.imaging.stain import optical_density
from cytovox.sculpt.body import bilinear
from cytovox.sculpt.options import Pose
from cytovox.sculpt.poses import suspension_scale
from cytovox.sculpt.view import CellView

MOST_GRANULES = 250
_GOLDEN = 0.6180339887
_ATTEMPTS = 5
"""Depths that are tried for a granule before a smaller one is, or it is left out."""
_SHARES = (1.0, 0.8, 0.6)
"""Of the usual radius, where there is no room for more; all are within the sizes that Bain gives."""
_ROOM_UM = 0.06
"""Least distance of a granule from the membrane and the nucleus."""


@dataclass(frozen=True, slots=True)
class GranuleKind:
    """What sets the granules of one type of cell apart.

    Attributes:
        name: Name of the part.
        radius_um: Usual radius, micrometres.
        weights: Share of red, green and blue absorbance in the signal that granules stand out in.
        contrast: Absorbance above the surroundings from which a peak is a granule.
        over_nucleus: Whether granules are seen over the nucleus.
        nucleus_room: Share of the cell's thickness that the nucleus may fill, to leave room for them.
    """

    name: str
    radius_um: float
    weights: tuple[float, float, float]
    contrast: float
    over_nucleus: bool
    nucleus_room: float


# Widths: eosinophil granules 0.5 to 1 um, basophil ones 0.2 to 1 um (Bain, Blood Cells, 5th ed., 2015).
GRANULES = MappingProxyType(
    {
        "eosinophil": GranuleKind(
            "eosinophilic granules", 0.42, (-0.5, 0.75, 0.75), 0.006, over_nucleus=False, nucleus_room=0.86
        ),
        "basophil": GranuleKind(
            "basophilic granules", 0.32, (0.4, 0.4, 0.2), 0.015, over_nucleus=True, nucleus_room=0.5
        ),
    }
)


@dataclass(frozen=True, slots=True)
class FoundGranules:
    """Granules of a cell on the slide.

    Attributes:
        centres_um: Shape (n, 3).
        radii_um: Shape (n,).
        colours: sRGB, shape (n, 3), uint8.
    """

    centres_um: FloatArray
    radii_um: FloatArray
    colours: NDArray[np.uint8]


def find_granules(
    view: CellView, light: NDArray[np.float32], kind: GranuleKind, cell2: FloatArray, nucleus2: FloatArray
) -> FoundGranules:
    """Granules at the peaks of their colour, at depths that the picture cannot tell.

    Depths follow the golden ratio, which spreads any number of them evenly. Where a sphere would leave the
    cell or meet the nucleus or a granule of a stronger peak, in either pose, a smaller one is tried, and
    then none.

    Args:
        view: The cell.
        light: Linear light (3,) of the empty slide.
        kind: Which granules.
        cell2: Square of the cell's half thickness, shape (n, n), um2.
        nucleus2: The same of its nucleus.
    """
    signal = smooth(
        optical_density(view.pixels, light) @ np.array(kind.weights, np.float32), 0.12 / view.step_um
    )
    peaks = signal - smooth(signal, 0.7 / view.step_um)
    sought = view.depth_um > kind.radius_um
    if not kind.over_nucleus:
        sought &= nucleus2 <= 0
    rows, columns = local_maxima(np.where(sought, peaks, -1.0).astype(np.float32), kind.contrast)
    order = np.argsort(-peaks[rows, columns], kind="stable")[:MOST_GRANULES]
    rows, columns = rows[order], columns[order]
    x, y = view.axis_um[columns], -view.axis_um[rows]
    centres, radii = np.zeros((len(rows), 3)), np.zeros(len(rows))
    for radius in np.multiply(kind.radius_um, _SHARES):
        for attempt in range(_ATTEMPTS):
            depths = _depths((rows, columns), float(radius), cell2, nucleus2, attempt)
            tried, left = np.stack([x, y, depths], axis=1), np.flatnonzero(radii == 0)
            for number in left[_fits(tried[left], float(radius), view, cell2, nucleus2)]:
                if _is_clear(tried[number], float(radius), centres[radii > 0], radii[radii > 0]):
                    centres[number], radii[number] = tried[number], radius
    kept = radii > 0
    colours = view.pixels[rows[kept], columns[kept]]
    return FoundGranules(centres[kept].astype(np.float32), radii[kept].astype(np.float32), colours)


def granule_part(found: FoundGranules, kind: GranuleKind, pose: Pose) -> SurfacePart | None:
    """All granules as one part; None where there are none."""
    count = len(found.centres_um)
    if count == 0:
        return None
    across, up = suspension_scale() if pose is Pose.SUSPENSION else (1.0, 1.0)
    centres = found.centres_um * np.array([across, across, up], np.float32)
    ball, faces = sphere()
    vertices = centres[:, None, :] + found.radii_um[:, None, None] * ball[None]
    first = np.arange(count, dtype=np.int32)[:, None, None] * len(ball)
    return SurfacePart(
        name=kind.name,
        vertices=vertices.reshape(-1, 3).astype(np.float32),
        faces=(faces[None] + first).reshape(-1, 3).astype(np.int32),
        normals=np.tile(ball, (count, 1)),
        colours=np.repeat(found.colours, len(ball), axis=0),
    )


@cache
def sphere() -> tuple[FloatArray, NDArray[np.int32]]:
    """Unit sphere of 42 vertices and 80 faces: an icosahedron whose edges are halved once."""
    golden = (1 + np.sqrt(5)) / 2
    corners = [np.roll([0.0, a, b * golden], shift) for shift in range(3) for a in (-1, 1) for b in (-1, 1)]
    points = [corner / np.linalg.norm(corner) for corner in corners]
    edge = min(float(np.linalg.norm(points[0] - other)) for other in points[1:]) * 1.01
    triples = [
        (a, b, c)
        for a in range(12)
        for b in range(a + 1, 12)
        for c in range(b + 1, 12)
        if max(np.linalg.norm(points[i] - points[j]) for i, j in ((a, b), (b, c), (a, c))) < edge
    ]
    middles: dict[tuple[int, int], int] = {}
    faces = []
    for a, b, c in triples:
        if np.linalg.det([points[a], points[b], points[c]]) < 0:
            b, c = c, b  # noqa: PLW2901 - seen from outside, anticlockwise
        for i, j in ((a, b), (b, c), (c, a)):
            if (min(i, j), max(i, j)) not in middles:
                middles[min(i, j), max(i, j)] = len(points)
                points.append((points[i] + points[j]) / np.linalg.norm(points[i] + points[j]))
        ab, bc, ca = (middles[min(i, j), max(i, j)] for i, j in ((a, b), (b, c), (c, a)))
        faces += [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
    return np.array(points, np.float32), np.array(faces, np.int32)


def _depths(
    at: tuple[NDArray[np.int64], NDArray[np.int64]],
    radius_um: float,
    cell2: FloatArray,
    nucleus2: FloatArray,
    attempt: int,
) -> NDArray[np.float64]:
    """Heights of granules: anywhere beside the nucleus, in turn above and below it where they lie over it."""
    reach = np.clip(np.sqrt(np.clip(cell2[at], 0, None)) - radius_um - _ROOM_UM, 0, None)
    blocked = np.sqrt(np.clip(nucleus2[at], 0, None))
    number = np.arange(len(reach)) + attempt
    beside = (2 * np.mod(number * _GOLDEN, 1.0) - 1) * reach
    between = (blocked + radius_um + _ROOM_UM + reach) / 2
    return np.where(blocked > 0, np.where(number % 2 == 0, 1, -1) * between, beside)


def _fits(
    centres: NDArray[np.float64], radius_um: float, view: CellView, cell2: FloatArray, nucleus2: FloatArray
) -> NDArray[np.bool_]:
    """Whether each sphere lies in the cell and clear of the nucleus, in both poses."""
    ball, _ = sphere()
    middle, fits = (len(cell2) - 1) / 2, np.ones(len(centres), np.bool_)
    across, up = suspension_scale()
    for scale in ((1.0, 1.0, 1.0), (1 / across, 1 / across, 1 / up)):
        points = centres[:, None, :] + (radius_um + _ROOM_UM) * ball[None] * np.array(scale)
        rows, columns = middle - points[..., 1] / view.step_um, middle + points[..., 0] / view.step_um
        z2 = np.square(points[..., 2]).ravel()
        within = z2 < bilinear(cell2, rows.ravel(), columns.ravel())
        free = z2 > bilinear(nucleus2, rows.ravel(), columns.ravel())
        fits &= (within & free).reshape(len(centres), -1).all(axis=1)
    return fits


def _is_clear(
    centre: NDArray[np.float64], radius_um: float, others: NDArray[np.float64], radii: NDArray[np.float64]
) -> bool:
    """Whether a sphere meets none of some others, in both poses."""
    across, up = suspension_scale()
    apart = [np.linalg.norm((others - centre) * scale, axis=1) for scale in ((1, 1, 1), (across, across, up))]
    return bool((np.minimum(*apart) >= radii + radius_um).all())
