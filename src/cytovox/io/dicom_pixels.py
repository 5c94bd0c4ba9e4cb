"""Grey values of DICOM slices: decoded, turned to MONOCHROME2, padding set to air, rescaled."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.utils import iter_pixels

from cytovox.domain.errors import ImageFileError
from cytovox.io.dicom_codecs import DECODED, PLUGIN
from cytovox.io.dicom_headers import SliceHeader
from cytovox.io.quiet_decoding import quiet_decoding

AIR_HU = -1024
"""What CT padding becomes: scanners fill the corners of a round picture with values below any tissue's."""


_READ = {
    *DECODED,
    pydicom.uid.ImplicitVRLittleEndian,
    pydicom.uid.ExplicitVRLittleEndian,
    pydicom.uid.ExplicitVRBigEndian,
    pydicom.uid.DeflatedExplicitVRLittleEndian,
    pydicom.uid.RLELossless,
}


class Padding(Enum):
    """What becomes of pixels that a scanner filled in around the picture."""

    AIR = "air"
    DARKEST = "darkest"
    KEPT = "kept"


def grey_type(slices: Sequence[SliceHeader]) -> np.dtype[np.generic]:
    """Type that holds the grey values of all slices: int16 or int32 where they are whole, else float32."""
    if any(
        not (float(header.slope).is_integer() and float(header.intercept).is_integer()) for header in slices
    ):
        return np.dtype(np.float32)
    bounds = [bound for header in slices for bound in _bounds(header)]
    return np.dtype(np.int16 if min(bounds) >= -(2**15) and max(bounds) < 2**15 else np.int32)


def grey_slices(
    slices: Sequence[SliceHeader], name: str, *, padding: Padding
) -> Iterator[NDArray[np.generic]]:
    """The grey values of each slice, in order.

    Args:
        slices: What to read; frames of one file that follow each other are read together.
        name: What to call the series in messages.
        padding: What becomes of padding.

    Yields:
        Shape (row, column), of `grey_type`.

    Raises:
        ImageFileError: A slice is damaged, cut short or compressed in a way that cannot be read.
    """
    kind = grey_type(slices)
    done = 0
    for _, run in groupby(slices, key=lambda header: header.file.name):
        headers = list(run)
        for header, stored in zip(headers, _stored(headers, done, len(slices), name), strict=True):
            yield _grey(stored, header, kind, padding)
        done += len(headers)


@dataclass(frozen=True, slots=True)
class _Stored:
    pixels: NDArray[np.generic]
    padding: tuple[int, int] | None
    inverted: bool


def _stored(headers: Sequence[SliceHeader], done: int, total: int, name: str) -> Iterator[_Stored]:
    try:
        with quiet_decoding():
            frames = _decoded(headers, name)
    except (ImageFileError, MemoryError):
        raise
    except Exception:  # noqa: BLE001
        # Not "from error": pydicom quotes values of the header, and a server logs the whole chain.
        raise ImageFileError(
            name, f"slice {done + 1} of {total} is damaged or cut short; export the series again"
        ) from None
    for at, (frame, header) in enumerate(zip(frames, headers, strict=True), done + 1):
        if frame.pixels.shape != (header.rows, header.columns):
            raise ImageFileError(
                name,
                f"slice {at} of {total} holds {frame.pixels.shape} pixels where its header says "
                f"{header.rows} x {header.columns}; export the series again",
            )
        yield frame


def _decoded(headers: Sequence[SliceHeader], name: str) -> list[_Stored]:
    with headers[0].file.open() as stream:
        data = pydicom.dcmread(io.BytesIO(stream.read()), force=True)
    syntax = _syntax(data)
    if syntax not in _READ:
        raise ImageFileError(
            name,
            f"its pixels are compressed as {pydicom.uid.UID(syntax).name}, which is not read; "
            "export the series uncompressed or as JPEG 2000",
        )
    indices = [header.frame for header in headers]
    pixels = iter_pixels(data, indices=indices, raw=True, decoding_plugin=decoding_plugin(data))
    inverted = data.get("PhotometricInterpretation") == "MONOCHROME1"
    return [_Stored(values.copy(), _padding(data), inverted) for values in pixels]


def decoding_plugin(data: Dataset) -> str:
    """Name of the pydicom plugin that decodes a data set's pixels; "" leaves the choice to pydicom."""
    return PLUGIN if _syntax(data) in DECODED else ""


def _syntax(data: Dataset) -> str:
    meta = getattr(data, "file_meta", None)
    if meta is not None and meta.get("TransferSyntaxUID"):
        return str(meta.TransferSyntaxUID)
    # A file without meta information: how pydicom could parse it tells how its pixels are stored.
    little, implicit = data.original_encoding[1], data.original_encoding[0]
    syntax = pydicom.uid.ImplicitVRLittleEndian if implicit else pydicom.uid.ExplicitVRLittleEndian
    data.ensure_file_meta()
    data.file_meta.TransferSyntaxUID = syntax if little else pydicom.uid.ExplicitVRBigEndian
    return str(data.file_meta.TransferSyntaxUID)


def _grey(
    stored: _Stored, header: SliceHeader, kind: np.dtype[np.generic], padding: Padding
) -> NDArray[np.generic]:
    values = _meaningful(stored.pixels, header)
    outside = None
    if padding is not Padding.KEPT and stored.padding is not None:
        outside = (values >= stored.padding[0]) & (values <= stored.padding[1])
    if stored.inverted:
        lowest, highest = _range(header)
        values = highest + lowest - values
    if outside is not None and outside.any():
        values[outside] = _background(values[~outside], header, padding)
    if header.slope == 1 and header.intercept == 0:
        return values.astype(kind)
    if kind.kind == "f":
        return (values * np.float64(header.slope) + np.float64(header.intercept)).astype(kind)
    return (values * int(header.slope) + int(header.intercept)).astype(kind)


def _background(inside: NDArray[np.int64], header: SliceHeader, padding: Padding) -> int:
    if padding is Padding.AIR:
        return round((AIR_HU - header.intercept) / header.slope)
    return int(inside.min()) if inside.size else 0


def _meaningful(stored: NDArray[np.generic], header: SliceHeader) -> NDArray[np.int64]:
    # Old files keep overlays in the bits above the pixel's own.
    unused = 64 - header.stored_bits
    if header.signed:
        return (stored.astype(np.int64) << unused) >> unused
    return stored.astype(np.int64) & ((1 << header.stored_bits) - 1)


def _padding(data: Dataset) -> tuple[int, int] | None:
    # PS3.3 C.7.5.1.1.2: one value, or all from it to the range limit.
    try:
        value = int(data.PixelPaddingValue)
        limit = int(data.get("PixelPaddingRangeLimit", value))
    except (AttributeError, TypeError, ValueError):
        return None
    return min(value, limit), max(value, limit)


def _range(header: SliceHeader) -> tuple[int, int]:
    if header.signed:
        return -(2 ** (header.stored_bits - 1)), 2 ** (header.stored_bits - 1) - 1
    return 0, 2**header.stored_bits - 1


def _bounds(header: SliceHeader) -> tuple[float, float]:
    low, high = (header.slope * bound + header.intercept for bound in _range(header))
    return low, high
