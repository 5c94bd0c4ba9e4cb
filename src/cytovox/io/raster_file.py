"""JPEG, PNG, BMP and WebP pictures, through Pillow."""

import io
import struct

import numpy as np
from PIL import Image

from cytovox.domain.errors import ImageFileError
from cytovox.domain.image import RgbPixels
from cytovox.io.to_rgb import eight_bit, on_white, rgb, upright

_FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
_ORIENTATION = 0x0112


def read_raster(data: bytes, name: str, max_pixels: int) -> RgbPixels:
    """Upright RGB pixels of a JPEG, PNG, BMP or WebP file.

    Resolution tags of these formats speak of paper or screens and are not read as a scale.

    Args:
        data: The file's bytes.
        name: What to call the file in messages.
        max_pixels: Largest picture to decode; checked before decoding.

    Raises:
        ImageFileError: Too large, or more than one picture.
        Exception: Whatever Pillow raises on damaged data; the caller names the file.
    """
    with Image.open(io.BytesIO(data), formats=_FORMATS) as file:
        check_size(file.width, file.height, name, max_pixels)
        frames = getattr(file, "n_frames", 1)
        # Phones write JPEGs with a second picture behind the first (MPO): the first is the photograph.
        if frames > 1 and file.format != "MPO":
            raise ImageFileError(
                name,
                f"expected a single picture, found an animation of {frames} frames; "
                "save the frame you want as a PNG or JPEG",
            )
        file.load()
        return upright(_pixels(file), _orientation(file))


def check_size(width: int, height: int, name: str, max_pixels: int) -> None:
    """Raise an ImageFileError where a picture has more pixels than may be decoded."""
    if width * height > max_pixels:
        raise ImageFileError(
            name,
            f"{width} x {height} pixels are more than the {max_pixels:,} that may be decoded; "
            "crop or shrink the picture",
        )


def _orientation(file: Image.Image) -> int:
    try:
        return int(file.getexif().get(_ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return 1  # Damaged notes are no reason to refuse a picture that decodes.


def _pixels(file: Image.Image) -> RgbPixels:
    if file.mode in {"RGB", "L"} and "transparency" not in file.info:
        return rgb(np.asarray(file, np.uint8))
    if file.mode.startswith("I"):  # 16-bit grey, in a mode of 16 or 32 bits
        return rgb(eight_bit(np.asarray(file).clip(0, 65535).astype(np.uint16)))
    if file.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in file.info:
        samples = np.asarray(file.convert("RGBA"), np.uint8)
        return rgb(on_white(samples[..., :3], samples[..., 3]))
    return rgb(np.asarray(file.convert("RGB"), np.uint8))
