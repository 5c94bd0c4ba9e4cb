"""Pictures of stained smears, and their physical scale."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError

RgbPixels = NDArray[np.uint8]
"""Red, green, blue; shape (H, W, 3), uint8."""


class ScaleOrigin(StrEnum):
    """Where a micrometres-per-pixel figure comes from."""

    GIVEN = "given"
    METADATA = "metadata"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scale:
    """Physical size of a pixel.

    Attributes:
        mpp_um: Micrometres per pixel, or None when unknown.
        origin: Where the figure comes from; anything estimated must be called so wherever it shows.
        relative_sd: Standard uncertainty of `mpp_um` as a fraction (0.05 = 5 %), or None when not known.
        red_cells: How many red cells an estimate rests on; 0 when it was not estimated.
    """

    mpp_um: float | None
    origin: ScaleOrigin
    relative_sd: float | None = None
    red_cells: int = 0

    def __post_init__(self) -> None:
        if (self.mpp_um is None) != (self.origin is ScaleOrigin.UNKNOWN):
            raise InputError(f"scale: {self.mpp_um} um/px does not go with origin '{self.origin}'")
        if self.mpp_um is not None and not 0.0 < self.mpp_um < 100.0:
            raise InputError(f"scale: expected 0 to 100 micrometres per pixel, got {self.mpp_um}")

    @classmethod
    def unknown(cls) -> "Scale":
        """The scale of a picture of which nothing is known."""
        return cls(mpp_um=None, origin=ScaleOrigin.UNKNOWN)


COARSEST_UM_PER_PX = 2.0
"""Largest scale of a picture that is looked at: a red cell of 7.5 um is 3.75 pixels wide there. Networks see
pictures enlarged to their own scale, so that a slip in the unit would ask for hours of work on nothing."""


@dataclass(frozen=True, slots=True)
class SmearImage:
    """A photograph or scan of a stained smear.

    Attributes:
        pixels: RGB, shape (H, W, 3), uint8.
        mpp_um: Micrometres per pixel from the user or from the file, or None when unknown.
        source: What to call the picture in results, usually its file name.
        scale_origin: Where `mpp_um` comes from; UNKNOWN exactly when `mpp_um` is None.
    """

    pixels: RgbPixels
    mpp_um: float | None = None
    source: str = "picture"
    scale_origin: ScaleOrigin | None = None

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if self.pixels.dtype != np.uint8 or len(shape) != 3 or shape[2] != 3 or 0 in shape:
            raise InputError(
                f"{self.source}: expected RGB pixels of shape (H, W, 3) and type uint8, "
                f"got shape {shape} and type {self.pixels.dtype}"
            )
        if self.scale_origin is None:
            origin = ScaleOrigin.UNKNOWN if self.mpp_um is None else ScaleOrigin.GIVEN
            object.__setattr__(self, "scale_origin", origin)
        Scale(self.mpp_um, self.scale_origin or ScaleOrigin.UNKNOWN)  # raises where they do not go together
        if self.mpp_um is not None and self.mpp_um > COARSEST_UM_PER_PX:
            raise InputError(
                f"scale: expected above 0 and at most {COARSEST_UM_PER_PX:g} micrometres per pixel (at more, "
                f"a red cell is under four pixels wide), got {self.mpp_um:g}"
            )

    @property
    def height(self) -> int:
        """Rows, in pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns, in pixels."""
        return int(self.pixels.shape[1])

    @property
    def scale(self) -> Scale:
        """The scale as the file or the user gave it (never estimated)."""
        return Scale(self.mpp_um, self.scale_origin or ScaleOrigin.UNKNOWN)
