"""Star-convex outlines in micrometres, and the pixel grid on which one cell is painted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray

OUTLINE_VERTICES = 128
"""At 18 um, the widest cell, a chord of 1/128 turn stays within 3 nm of its arc."""

ANGLES = np.linspace(0.0, 2.0 * np.pi, OUTLINE_VERTICES, endpoint=False)


@dataclass(frozen=True, slots=True)
class RadialOutline:
    """A closed curve given by its distance from a centre in every direction.

    Attributes:
        x_um: Centre from the left edge of the field, um.
        y_um: Centre from the top edge of the field, um.
        radii_um: Distance from the centre at `ANGLES` (from +x towards +y), shape (128,), um.
    """

    x_um: float
    y_um: float
    radii_um: NDArray[np.float64]

    @property
    def reach_um(self) -> float:
        """Largest distance from the centre, um."""
        return float(self.radii_um.max())

    @property
    def area_um2(self) -> float:
        """Enclosed area, um2."""
        chords = self.radii_um * np.roll(self.radii_um, -1)
        return float(0.5 * np.sin(2.0 * np.pi / OUTLINE_VERTICES) * chords.sum())

    def moved_to(self, x_um: float, y_um: float) -> "RadialOutline":
        """The same curve about another centre."""
        return RadialOutline(x_um, y_um, self.radii_um)

    def radius_at(self, angle: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distance from the centre to the curve in the given directions (radians), um."""
        return _lookup(self.radii_um, angle)

    def points_um(self) -> NDArray[np.float64]:
        """Vertices, shape (128, 2), (x, y) in um from the top left corner of the field."""
        x = self.x_um + self.radii_um * np.cos(ANGLES)
        y = self.y_um + self.radii_um * np.sin(ANGLES)
        return np.stack([x, y], axis=1)

    def polygon_px(self, mpp_um: float) -> FloatArray:
        """Vertices, shape (128, 2), (x, y) in pixels; pixel (row, column) spans column..column+1."""
        return (self.points_um() / mpp_um).astype(np.float32)

    def holds_any(self, points_um: NDArray[np.float64], gap_um: float = 0.0) -> bool:
        """Whether one of the points, shape (n, 2), lies inside the curve or radially within `gap_um`."""
        dx, dy = points_um[:, 0] - self.x_um, points_um[:, 1] - self.y_um
        return bool(np.any(np.hypot(dx, dy) < self.radius_at(np.arctan2(dy, dx)) + gap_um))


def meet(first: RadialOutline, second: RadialOutline, gap_um: float = 0.0) -> bool:
    """Whether two outlines overlap, or come closer than `gap_um`."""
    distance = float(np.hypot(first.x_um - second.x_um, first.y_um - second.y_um))
    if distance > first.reach_um + second.reach_um + gap_um:
        return False
    return first.holds_any(second.points_um(), gap_um) or second.holds_any(first.points_um(), gap_um)


def blob(
    rng: np.random.Generator,
    diameter_um: float,
    *,
    axis_ratio: float = 1.0,
    roughness: float = 0.0,
    harmonics: tuple[int, int] = (2, 6),
) -> RadialOutline:
    """A turned ellipse with a wavy border, centred on (0, 0), of the area of a disc of that diameter.

    Args:
        rng: Source of the turn and of the waves.
        diameter_um: Diameter of the disc of equal area, um.
        axis_ratio: Long over short axis, >= 1.
        roughness: Standard deviation of the border as a fraction of the radius.
        harmonics: Lowest and highest number of waves around the border.
    """
    turn = rng.uniform(0.0, np.pi)
    ellipse = 1.0 / np.hypot(
        np.cos(ANGLES - turn) / np.sqrt(axis_ratio), np.sin(ANGLES - turn) * np.sqrt(axis_ratio)
    )
    radii = ellipse * (1.0 + roughness * _waves(rng, *harmonics))
    outline = RadialOutline(0.0, 0.0, radii)
    scale = 0.5 * diameter_um * np.sqrt(np.pi / outline.area_um2)
    return RadialOutline(0.0, 0.0, radii * scale)


def _waves(rng: np.random.Generator, lowest: int, highest: int) -> NDArray[np.float64]:
    """Random periodic function of unit variance on `ANGLES`, long waves stronger than short ones."""
    order = np.arange(lowest, highest + 1)
    amplitude = rng.normal(size=order.size) / order
    phase = rng.uniform(0.0, 2.0 * np.pi, order.size)
    waves = (amplitude[:, None] * np.cos(order[:, None] * ANGLES + phase[:, None])).sum(axis=0)
    return np.asarray(waves / np.sqrt(0.5 * (1.0 / order**2).sum()))


@dataclass(frozen=True, slots=True)
class CellGrid:
    """Pixel centres around one cell, in micrometres from its centre.

    Attributes:
        top: Row of the field where the grid starts (may be negative).
        left: Column of the field where the grid starts (may be negative).
        mpp_um: Micrometres per pixel.
        x_um: Shape (h, w).
        y_um: Shape (h, w).
        relative_radius: Distance from the centre over that of the outline; below 1 inside. Shape (h, w).
        border_um: Distance from the outline along the ray from the centre, positive inside. Shape (h, w).
    """

    top: int
    left: int
    mpp_um: float
    x_um: FloatArray
    y_um: FloatArray
    relative_radius: FloatArray
    border_um: FloatArray

    @classmethod
    def around(cls, outline: RadialOutline, mpp_um: float, margin_um: float = 0.5) -> "CellGrid":
        """Grid that covers an outline and a margin around it."""
        left, x_um = _axis(outline.x_um, outline.reach_um + margin_um, mpp_um)
        top, y_um = _axis(outline.y_um, outline.reach_um + margin_um, mpp_um)
        x, y = np.meshgrid(x_um, y_um)
        distance = np.hypot(x, y)
        radius = outline.radius_at(np.arctan2(y, x))
        single = np.float32
        return cls(
            top,
            left,
            mpp_um,
            x.astype(single),
            y.astype(single),
            (distance / radius).astype(single),
            (radius - distance).astype(single),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.x_um.shape[0], self.x_um.shape[1]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """The pixels whose centre lies inside the outline, shape (h, w)."""
        return self.border_um > 0

    def coverage(self, softness_um: float = 0.0) -> FloatArray:
        """0 outside to 1 inside, passing the border linearly over `softness_um` (one pixel at least)."""
        width = max(softness_um, self.mpp_um)
        return np.asarray(np.clip(self.border_um / width + 0.5, 0.0, 1.0), np.float32)


def _axis(centre_um: float, reach_um: float, mpp_um: float) -> tuple[int, NDArray[np.float64]]:
    first = int(np.floor((centre_um - reach_um) / mpp_um))
    last = int(np.ceil((centre_um + reach_um) / mpp_um))
    columns = np.arange(first, last, dtype=np.float64)
    return first, (columns + 0.5) * mpp_um - centre_um


def _lookup(radii_um: NDArray[np.float64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear interpolation on the circle; np.interp with `period` sorts its table at every call."""
    place = np.mod(angle, 2.0 * np.pi) * (OUTLINE_VERTICES / (2.0 * np.pi))
    low = place.astype(np.intp) % OUTLINE_VERTICES
    share = place - np.floor(place)
    return np.asarray(radii_um[low] * (1.0 - share) + radii_um[(low + 1) % OUTLINE_VERTICES] * share)
