"""Bodies in space: closed surfaces of named parts, with their colours and the words that belong to them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray


class LengthUnit(StrEnum):
    """Unit of a surface's vertices."""

    MICROMETRE = "um"
    MILLIMETRE = "mm"

    @property
    def metres(self) -> float:
        """Metres a unit."""
        return 1e-6 if self is LengthUnit.MICROMETRE else 1e-3


@dataclass(frozen=True, slots=True)
class SurfacePart:
    """One closed body, or several of a kind: a nucleus, the granules.

    Axes are right-handed: x to the right of the picture, y up in it, z out of it towards the viewer.

    Attributes:
        name: What a person reads ("nucleus").
        vertices: Shape (n, 3), float32.
        faces: Triangles as vertex indices, shape (m, 3), int32, anticlockwise seen from outside.
        normals: Outward unit normals of the vertices, shape (n, 3), float32.
        colours: sRGB of the vertices, shape (n, 3), uint8.
        opacity: Above 0, 1 for opaque.
    """

    name: str
    vertices: FloatArray
    faces: NDArray[np.int32]
    normals: FloatArray
    colours: NDArray[np.uint8]
    opacity: float = 1.0

    def __post_init__(self) -> None:
        rows = len(self.vertices)
        for column in ("vertices", "normals", "colours"):
            shape = getattr(self, column).shape
            if shape != (rows, 3):
                raise InputError(f"part '{self.name}': expected {column} of shape ({rows}, 3), got {shape}")
        if self.faces.ndim != 2 or self.faces.shape[1] != 3 or len(self.faces) == 0:
            raise InputError(f"part '{self.name}': expected faces of shape (m, 3), got {self.faces.shape}")
        if self.faces.min() < 0 or self.faces.max() >= rows:
            raise InputError(f"part '{self.name}': a face names a vertex beyond its {rows}")
        if not np.isfinite(self.vertices).all() or not np.isfinite(self.normals).all():
            raise InputError(f"part '{self.name}': expected finite vertices and normals")
        if not 0.0 < self.opacity <= 1.0:
            raise InputError(f"part '{self.name}': expected an opacity above 0 and at most 1")

    @property
    def volume(self) -> float:
        """Enclosed volume, cubic units: the sum of tetrahedra from the origin (divergence theorem)."""
        corners = self.vertices.astype(np.float64)[self.faces]
        return float(np.einsum("ij,ij->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6.0)


@dataclass(frozen=True, slots=True)
class Surface:
    """A body of one or several parts.

    Attributes:
        name: What a person reads ("3 neutrophil").
        parts: Innermost first, so that what is drawn in order shows through what is translucent.
        notice: How far the shape can be trusted; every export carries it.
        unit: Unit of the vertices.
    """

    name: str
    parts: tuple[SurfacePart, ...]
    notice: str
    unit: LengthUnit = LengthUnit.MICROMETRE

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        if not names or len(set(names)) != len(names):
            raise InputError(f"surface '{self.name}': expected parts of different names, got {names}")
        if not self.notice.strip():
            raise InputError(f"surface '{self.name}': expected a notice on how far its shape can be trusted")

    @property
    def bounds(self) -> FloatArray:
        """Lowest and highest corner, shape (2, 3)."""
        points = np.concatenate([part.vertices for part in self.parts])
        return np.stack([points.min(axis=0), points.max(axis=0)])

    def part(self, name: str) -> SurfacePart:
        """The part of that name.

        Raises:
            InputError: There is none.
        """
        for part in self.parts:
            if part.name == name:
                return part
        known = ", ".join(part.name for part in self.parts)
        raise InputError(f"surface '{self.name}' has no part '{name}'; it has {known}")


@dataclass(frozen=True, slots=True)
class PlacedSurface:
    """A surface somewhere in a scene.

    Attributes:
        surface: The body, about its own origin.
        offset: Where its origin lies (x, y, z), in its own unit.
    """

    surface: Surface
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
