"""TIFF pictures of cameras and microscopes, through tifffile."""

import io
import math
import re

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from cytovox.domain.errors import ImageFileError
from cytovox.domain.image import COARSEST_UM_PER_PX, RgbPixels
from cytovox.io.raster_file import check_size
from cytovox.io.to_rgb import UnusablePixelsError, eight_bit, on_white, rgb, upright

_ORIENTATION, _X_RESOLUTION = 274, 282
_ASSOCIATED_ALPHA, _UNASSOCIATED_ALPHA = 1, 2
_MOST_SAMPLES = 5
_UM_PER = {
    "um": 1.0, "µm": 1.0, "μm": 1.0, "\\u00b5m": 1.0, "micron": 1.0, "microns": 1.0, "micrometer": 1.0,
    "nm": 1e-3, "mm": 1e3, "cm": 1e4, "m": 1e6,
}  # fmt: skip
_LEAST_MPP_UM, _MOST_MPP_UM = 0.005, COARSEST_UM_PER_PX


def read_tiff(data: bytes, name: str, max_pixels: int) -> tuple[RgbPixels, float | None]:
    """Upright RGB pixels of a TIFF file, and micrometres per pixel where a microscope wrote them.

    Args:
        data: The file's bytes.
        name: What to call the file in messages.
        max_pixels: Largest picture to decode; checked before decoding.

    Raises:
        ImageFileError: Too large, several pages, cut short, or samples that are no photograph's.
        Exception: Whatever tifffile raises on damaged data; the caller names the file.
    """
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        _check_layout(file, page, name, max_pixels)
        _check_whole(page, len(data), name)
        orientation = page.tags.valueof(_ORIENTATION, 1)
        try:
            pixels = _pixels(page, data)
        except UnusablePixelsError as error:
            raise ImageFileError(name, str(error)) from error
        return upright(pixels, orientation if isinstance(orientation, int) else 1), _mpp_um(file, page)


def _check_layout(file: tifffile.TiffFile, page: tifffile.TiffPage, name: str, max_pixels: int) -> None:
    check_size(page.imagewidth, page.imagelength, name, max_pixels)
    # The first page with reduced copies of itself is one picture; slides carry label and overview besides.
    others = [p for p in file.pages[1:] if not getattr(p, "is_reduced", False)] if not file.is_svs else []
    if others:
        raise ImageFileError(
            name,
            f"expected a single picture, found {len(others) + 1} pages; "
            "save the page you want as a TIFF or PNG",
        )
    samples, depth = page.samplesperpixel, page.imagedepth
    if samples > _MOST_SAMPLES or depth > 1 or page.dtype is None:
        raise ImageFileError(
            name,
            f"expected a grey or colour picture, found {samples} samples per pixel, depth {depth}, "
            f"type {page.dtype}",
        )
    if page.is_tiled and page.tilewidth * page.tilelength > max(max_pixels, 2**24):
        raise ImageFileError(
            name, f"its tiles of {page.tilewidth} x {page.tilelength} pixels are not plausible"
        )


def _check_whole(page: tifffile.TiffPage, length: int, name: str) -> None:
    # Missing strips and tiles would come out black without a word.
    ends = [start + count for start, count in zip(page.dataoffsets, page.databytecounts, strict=False)]
    if not ends or max(ends) > length:
        raise ImageFileError(name, "the file is cut short: part of the picture lies beyond its end")
    if 0 in page.databytecounts or len(ends) < math.prod(page.chunked):
        raise ImageFileError(name, "part of the picture is missing in the file")


def _pixels(page: tifffile.TiffPage, data: bytes) -> RgbPixels:
    kind = page.photometric.name if hasattr(page.photometric, "name") else str(page.photometric)
    if kind in {"SEPARATED", "CIELAB", "ICCLAB", "ITULAB"} or (kind == "YCBCR" and page.compression == 1):
        return _through_pillow(data)
    samples = np.asarray(page.asarray())
    if page.planarconfig == 2 and samples.ndim == 3:
        samples = np.moveaxis(samples, 0, -1)
    samples = samples.reshape(page.imagelength, page.imagewidth, -1)
    if kind == "PALETTE":
        return rgb(_from_palette(samples[..., 0], page.colormap))
    levels = eight_bit(samples, page.bitspersample)
    colours = 3 if levels.shape[2] >= 3 else 1
    shown = levels[..., :colours]
    if kind == "MINISWHITE":
        shown = 255 - shown
    extra = page.extrasamples[0] if page.extrasamples and levels.shape[2] > colours else None
    if extra in {_ASSOCIATED_ALPHA, _UNASSOCIATED_ALPHA}:
        shown = on_white(shown, levels[..., colours], premultiplied=extra == _ASSOCIATED_ALPHA)
    return rgb(shown)


def _from_palette(indices: NDArray[np.generic], colormap: NDArray[np.uint16] | None) -> NDArray[np.uint8]:
    if colormap is None or indices.dtype.kind not in "ub":
        raise UnusablePixelsError("expected a palette with the palette picture, found none")
    # Some writers put 8-bit values where the standard wants 16-bit ones.
    colours = colormap if colormap.max() < 256 else colormap >> 8
    return np.asarray(colours.T.astype(np.uint8)[indices.astype(np.intp).clip(0, colormap.shape[1] - 1)])


def _through_pillow(data: bytes) -> RgbPixels:
    with Image.open(io.BytesIO(data), formats=("TIFF",)) as file:
        return rgb(np.asarray(file.convert("RGB"), np.uint8))


def _mpp_um(file: tifffile.TiffFile, page: tifffile.TiffPage) -> float | None:
    """Micrometres per pixel of OME-TIFF, ImageJ and Aperio files; a printer's resolution is no scale."""
    description = page.description or ""
    if file.is_ome:
        mpp = _ome_mpp_um(description)
    elif file.is_imagej:
        mpp = _imagej_mpp_um(file, page)
    elif file.is_svs:
        found = re.search(r"\bMPP\s*=\s*([0-9.]+)", description)
        mpp = _number(found[1]) if found else None
    else:
        mpp = None
    return mpp if mpp is not None and _LEAST_MPP_UM <= mpp <= _MOST_MPP_UM else None


def _ome_mpp_um(xml: str) -> float | None:
    pixels = re.search(r"<(?:\w+:)?Pixels\b[^>]*>", xml)
    if pixels is None:
        return None
    sizes = []
    for axis in "XY":
        size = re.search(rf'\bPhysicalSize{axis}="([^"]+)"', pixels[0])
        unit = re.search(rf'\bPhysicalSize{axis}Unit="([^"]+)"', pixels[0])
        value = _number(size[1]) if size else None
        factor = _UM_PER.get(unit[1].lower() if unit else "um")
        if value is None or factor is None:
            return None
        sizes.append(value * factor)
    return sizes[0] if math.isclose(sizes[0], sizes[1], rel_tol=0.02) else None


def _imagej_mpp_um(file: tifffile.TiffFile, page: tifffile.TiffPage) -> float | None:
    unit = str((file.imagej_metadata or {}).get("unit", "")).lower()
    resolution = page.tags.valueof(_X_RESOLUTION)
    if unit not in _UM_PER or not isinstance(resolution, tuple) or 0 in resolution:
        return None
    return float(_UM_PER[unit] * resolution[1] / resolution[0])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
