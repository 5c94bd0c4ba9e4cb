"""Compressed DICOM pixels, decoded with imagecodecs (BSD licence), which comes with Cytovox anyway.

pydicom's own plugin for JPEG lossless and 12-bit JPEG needs pylibjpeg-libjpeg, which is GPL.
"""

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
DECODED = frozenset(_DECODERS)
"""Transfer syntaxes that this module decodes."""
DECODER_DEPENDENCIES = dict.fromkeys(_DECODERS, ("imagecodecs",))
"""What pydicom tells a user to install where `is_available` says no."""


def is_available(syntax: str) -> bool:
    """Whether this module decodes a transfer syntax."""
    return syntax in _DECODERS


def decode_frame(source: bytes, runner: DecodeRunner) -> bytearray:
    """The pixels of one compressed frame, little endian, as pydicom's decoder plugins return them."""
    pixels = np.ascontiguousarray(_DECODERS[uid.UID(runner.transfer_syntax)](source))
    runner.set_option("bits_allocated", pixels.dtype.itemsize * 8)
    runner.set_option("planar_configuration", 0)
    return bytearray(pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes())


for _syntax in _DECODERS:
    if PLUGIN not in get_decoder(_syntax).available_plugins:
        get_decoder(_syntax).add_plugin(PLUGIN, (__name__, "decode_frame"))
