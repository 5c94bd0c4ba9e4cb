"""Cut-outs of corrected cells, large enough for any classifier to vary its view in."""

from cytovox.domain.image import RgbPixels
from cytovox.imaging.resample import crop_square

CUT_OUT_PX = 256
CUT_OUT_UM_PER_PX = 0.14
"""36 um in all: a third more than the view of the shipped classifiers, at 1.5 times their resolution."""


def correction_crop(pixels: RgbPixels, centre_xy: tuple[float, float], um_per_px: float) -> RgbPixels:
    """The cut-out of a cell, shape (256, 256, 3); beyond the picture its border is repeated.

    Args:
        pixels: The picture, RGB, shape (H, W, 3), uint8.
        centre_xy: Middle of the cell's outline, px.
        um_per_px: Micrometres per pixel of the picture.
    """
    return crop_square(pixels, centre_xy, CUT_OUT_PX * CUT_OUT_UM_PER_PX / um_per_px, CUT_OUT_PX)
