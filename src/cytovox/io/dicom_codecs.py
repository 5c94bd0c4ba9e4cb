"""Compressed DICOM pixels, decoded with imagecodecs (BSD licence), which comes with Cytovox anyway.

pydicom's own plugin for JPEG lossless and 12-bit JPEG needs pylibjpeg-libjpeg, which is GPL.
"""

import struct

import imagecodecs
import numpy as np
from pydicom import uid
from pydicom.pixels.decoders.base import DecodeRunner, get_decoder

PLUGIN = "cytovox"
"""Name under which pydicom knows this module."""

_DECODERS = {
    uid.JPEGBaseline8Bit: imagecodecs.jpeg8_decode,
    uid.JPEGExtended12Bit: imagecodecs.jpeg8_decode,
    uid.JPEGLossless: imagecodecs.jpegsof3_decode,
    uid.JPEGLosslessSV1: imagecodecs.jpegsof3_decode,
    uid.JPEGLSLossless: imagecodecs.jpegls_decode,
    uid.JPEGLSNearLossless: imagecodecs.jpegls_decode,
    uid.JPEG2000Lossless: imagecodecs.jpeg2k_decode,
    uid.JPEG2000: imagecodecs.jpeg2k_decode,
}
_CODE_STREAM, _WITHIN = b"\xff\x4f\xff\x51", 1000
_FIRST_FRAME, _LAST_FRAME, _JPEG_LS_FRAME = 0xFFC0, 0xFFCF, 0xFFF7
_NO_FRAMES = {0xFFC4, 0xFFC8, 0xFFCC}
DECODED = frozenset(_DECODERS)
"""Transfer syntaxes that this module decodes."""
DECODER_DEPENDENCIES = dict.fromkeys(_DECODERS, ("imagecodecs",))
"""What pydicom tells a user to install where `is_available` says no."""


def is_available(syntax: str) -> bool:
    """Whether this module decodes a transfer syntax."""
    return syntax in _DECODERS


def decode_frame(source: bytes, runner: DecodeRunner) -> bytearray:
    """The pixels of one compressed frame, little endian, as pydicom's decoder plugins return them."""
    stated = stated_size(source)
    if stated is not None and stated != (runner.rows, runner.columns):
        raise ValueError("the compressed picture has another size than the header says")
    pixels = np.ascontiguousarray(_DECODERS[uid.UID(runner.transfer_syntax)](source))
    runner.set_option("bits_allocated", pixels.dtype.itemsize * 8)
    runner.set_option("planar_configuration", 0)
    return bytearray(pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes())


def stated_size(source: bytes) -> tuple[int, int] | None:
    """Rows and columns that a compressed frame says it has, or None where it says nothing.

    Decoders make room for that size before they read on, so it is held to the header's first.

    Args:
        source: A JPEG 2000 code stream (ISO/IEC 15444-1 A.5.1), bare or in its file format, or a stream of
            JPEG or JPEG-LS (ISO/IEC 10918-1 B.2).
    """
    if (start := source.find(_CODE_STREAM, 0, _WITHIN)) >= 0:
        width, height, left, top = struct.unpack_from(">4I", source, start + 8)
        return height - top, width - left
    at = 2
    while source[:2] == b"\xff\xd8" and at + 9 <= len(source):
        marker, length = struct.unpack_from(">HH", source, at)
        if marker == _JPEG_LS_FRAME or (_FIRST_FRAME <= marker <= _LAST_FRAME and marker not in _NO_FRAMES):
            rows, columns = struct.unpack_from(">HH", source, at + 5)
            return rows, columns
        at += 2 + length
    return None


for _syntax in _DECODERS:
    if PLUGIN not in get_decoder(_syntax).available_plugins:
        get_decoder(_syntax).add_plugin(PLUGIN, (__name__, "decode_frame"))
