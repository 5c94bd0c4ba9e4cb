"""Pictures of smears from files: JPEG, PNG, TIFF, BMP and WebP."""

import logging
from pathlib import Path

from cytovox.domain.errors import CytovoxError, ImageFileError, InputError
from cytovox.domain.image import COARSEST_UM_PER_PX, RgbPixels, ScaleOrigin, SmearImage
from cytovox.io.quiet_decoding import quiet_decoding
from cytovox.io.raster_file import read_raster
from cytovox.io.tiff_file import read_tiff

MAX_PIXELS = 100_000_000
"""Largest picture that is decoded unless the caller says otherwise: 300 MB of RGB, 1 GB while decoding."""
MAX_FILE_BYTES = 1_000_000_000
"""Largest file that is read at all."""

_EXPECTED = "expected a JPEG, PNG, TIFF, BMP or WebP picture"
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_RASTER_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM")
_OTHER_STARTS = {
    b"GIF8": "a GIF, which has too few colours for a smear; save the picture as PNG",
    b"%PDF": "a PDF document; save the picture in it as PNG or JPEG",
    b"PK\x03\x04": "a ZIP archive or office document; unpack the pictures first",
    b"\x1f\x8b": "a gzip archive; unpack the picture first",
    b"<svg": "an SVG drawing; save it as PNG",
    b"<?xml": "an XML document",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}

# Without a handler of its own, what tifffile says about damaged files would be printed to the terminal.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


def open_smear(path: str | Path, mpp_um: float | None = None, *, max_pixels: int = MAX_PIXELS) -> SmearImage:
    """The picture in a file, as upright RGB.

    Transparent parts become white, 16-bit samples 8-bit, and grey, palette and CMYK pictures RGB. The scale
    comes from `mpp_um`, else from the metadata of OME-TIFF, ImageJ and Aperio files, else it is unknown: a
    resolution in dots per inch says nothing about a microscope.

    Args:
        path: JPEG, PNG, TIFF, BMP or WebP file with one picture.
        mpp_um: Micrometres per pixel, where known.
        max_pixels: Largest picture to decode; checked before decoding.

    Raises:
        ImageFileError: The file is missing, unreadable, damaged, of another kind, animated or too large.
        InputError: `mpp_um` is out of range.
    """
    path = Path(path)
    return _decode(_file_bytes(path), str(path), path.name, mpp_um, max_pixels)


def open_smear_bytes(
    data: bytes, name: str, mpp_um: float | None = None, *, max_pixels: int = MAX_PIXELS
) -> SmearImage:
    """The picture in the bytes of a file, as `open_smear` reads it.

    Args:
        data: The bytes of the file.
        name: What to call it in results and messages.
        mpp_um: Micrometres per pixel, where known.
        max_pixels: Largest picture to decode; checked before decoding.

    Raises:
        ImageFileError: The bytes are damaged, of another kind, animated or too large.
        InputError: `mpp_um` is out of range.
    """
    return _decode(data, name, name, mpp_um, max_pixels)


def _file_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImageFileError(str(path), f"{_EXPECTED}, found a folder")
        if path.exists() and not path.is_file():
            raise ImageFileError(str(path), f"{_EXPECTED}, found a device or pipe")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ImageFileError(
                str(path), f"{size:,} bytes are more than the {MAX_FILE_BYTES:,} that are read"
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ImageFileError(str(path), f"{_EXPECTED} there, found no file of that name") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ImageFileError(str(path), f"the file cannot be read: {reason}") from error


def _decode(data: bytes, name: str, source: str, mpp_um: float | None, max_pixels: int) -> SmearImage:
    if mpp_um is not None and not 0 < mpp_um <= COARSEST_UM_PER_PX:
        raise InputError(
            f"scale: expected above 0 and at most {COARSEST_UM_PER_PX:g} micrometres per pixel, "
            f"got {mpp_um:g}"
        )
    _check_kind(data, name)
    with quiet_decoding():
        pixels, own_mpp_um = _pixels(data, name, max_pixels)
    if mpp_um is None and own_mpp_um is not None:
        return SmearImage(pixels, own_mpp_um, source, ScaleOrigin.METADATA)
    return SmearImage(pixels, mpp_um, source)


def _check_kind(data: bytes, name: str) -> None:
    if not data:
        raise ImageFileError(name, f"{_EXPECTED}, found an empty file (0 bytes)")
    if data.startswith((*_RASTER_STARTS, *_TIFF_STARTS)) or _is_webp(data):
        return
    if data[4:8] == b"ftyp":
        raise ImageFileError(
            name, f"{_EXPECTED}, found HEIC, AVIF or a video; save the picture as JPEG or PNG"
        )
    if data[128:132] == b"DICM":
        raise ImageFileError(name, f"{_EXPECTED}, found DICOM; export the picture as PNG")
    found = next((what for start, what in _OTHER_STARTS.items() if data.lstrip().startswith(start)), None)
    raise ImageFileError(name, f"{_EXPECTED}, found {found or 'something else'}")


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _pixels(data: bytes, name: str, max_pixels: int) -> tuple[RgbPixels, float | None]:
    try:
        if data.startswith(_TIFF_STARTS):
            return read_tiff(data, name, max_pixels)
        return read_raster(data, name, max_pixels), None
    except CytovoxError:
        raise
    except MemoryError as error:
        raise ImageFileError(name, "there is not enough memory to decode the picture") from error
    except Exception as error:
        # Decoders raise nearly anything on damaged data: OSError, SyntaxError, struct.error, KeyError, ...
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ImageFileError(name, f"the picture is damaged or cut short ({reason})") from error
