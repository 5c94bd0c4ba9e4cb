import io
import os
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.image import ScaleOrigin, SmearImage
from cytovox.io.smear import open_smear, open_smear_bytes


def picture(height: int = 40, width: int = 60) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 4 % 256, y * 5 % 256, (x + y) * 2 % 256], axis=-1).astype(np.uint8)


def encoded(pixels: np.ndarray | Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def tiff(samples: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, **options)
    return buffer.getvalue()


def close(found: np.ndarray, expected: np.ndarray, levels: float = 0) -> bool:
    return found.shape == expected.shape and bool(
        np.abs(found.astype(int) - expected.astype(int)).max() <= levels
    )


LOSSLESS = {
    "png": lambda p: encoded(p, "PNG"),
    "bmp": lambda p: encoded(p, "BMP"),
    "webp": lambda p: encoded(p, "WEBP", lossless=True),
    "tiff": lambda p: tiff(p, photometric="rgb"),
    "tiff-lzw": lambda p: tiff(p, photometric="rgb", compression="lzw", predictor=True),
    "tiff-deflate-tiled": lambda p: tiff(p, photometric="rgb", compression="deflate", tile=(16, 32)),
    "tiff-planar": lambda p: tiff(np.moveaxis(p, -1, 0), photometric="rgb", planarconfig="separate"),
    "tiff-big": lambda p: tiff(p, photometric="rgb", bigtiff=True),
    "tiff-motorola": lambda p: tiff(p, photometric="rgb", byteorder=">"),
    "tiff-strips": lambda p: tiff(p, photometric="rgb", rowsperstrip=7),
    "tiff-pillow": lambda p: encoded(p, "TIFF", compression="tiff_adobe_deflate"),
}


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_formats_return_the_pixels_written(kind: str) -> None:
    image = open_smear_bytes(LOSSLESS[kind](picture()), "p")
    assert np.array_equal(image.pixels, picture())
    assert image.pixels.flags.c_contiguous
    assert image.pixels.flags.writeable
    assert (image.mpp_um, image.scale_origin) == (None, ScaleOrigin.UNKNOWN)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_jpeg_is_close(options: dict[str, object]) -> None:
    smooth = np.full((48, 64, 3), (200, 120, 160), np.uint8)
    assert close(open_smear_bytes(encoded(smooth, "JPEG", quality=95, **options), "p").pixels, smooth, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_as_pillow_applies_it(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = np.kron(picture(5, 9), np.ones((8, 8, 1), np.uint8))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {}))
    expected = np.asarray(ImageOps.exif_transpose(Image.open(buffer)).convert("RGB"))
    assert close(open_smear_bytes(buffer.getvalue(), "p").pixels, expected)


def grey_rgb(grey: np.ndarray) -> np.ndarray:
    return np.repeat(grey[..., None], 3, axis=2)


def test_grey_becomes_rgb() -> None:
    grey = picture()[..., 0]
    for data in (encoded(grey, "PNG"), tiff(grey, photometric="minisblack"), encoded(grey, "BMP")):
        assert np.array_equal(open_smear_bytes(data, "p").pixels, grey_rgb(grey))
    inverted = open_smear_bytes(tiff(grey, photometric="miniswhite"), "p").pixels
    assert np.array_equal(inverted, grey_rgb(255 - grey))


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_sixteen_bit_files_fill_the_range_whatever_their_depth(bits: int) -> None:
    ramp = np.linspace(0, 2**bits - 1, 256).round().astype(np.uint16).reshape(16, 16)
    expected = grey_rgb(np.arange(256, dtype=np.uint8).reshape(16, 16))
    png = io.BytesIO()
    Image.fromarray(ramp).save(png, "PNG")
    assert close(open_smear_bytes(png.getvalue(), "p").pixels, expected, 1)
    assert close(open_smear_bytes(tiff(ramp, photometric="minisblack"), "p").pixels, expected, 1)


def test_sixteen_bit_colour_and_floats() -> None:
    wide = picture().astype(np.uint16) * 257
    assert np.array_equal(open_smear_bytes(tiff(wide, photometric="rgb"), "p").pixels, picture())
    unit = (picture() / 255).astype(np.float32)
    assert np.array_equal(open_smear_bytes(tiff(unit, photometric="rgb"), "p").pixels, picture())
    with pytest.raises(ImageFileError, match=r"0\.\.1 or 0\.\.255, got 0 to"):
        open_smear_bytes(tiff(unit * 1000, photometric="rgb"), "p")
    with pytest.raises(ImageFileError, match="int16"):
        open_smear_bytes(tiff(picture().astype(np.int16), photometric="rgb"), "p")


def test_sixteen_bit_rgb_png_keeps_the_high_bytes() -> None:
    rows = picture(4, 5).astype(">u2") * 257
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 5, 4, 16, 2, 0, 0, 0)), (b"IDAT", zlib.compress(raw))]
    assert np.array_equal(open_smear_bytes(png_of([*chunks, (b"IEND", b"")]), "p").pixels, picture(4, 5))


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    parts = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def with_alpha() -> tuple[np.ndarray, np.ndarray]:
    """RGBA of one colour at 256 opacities, and what it looks like on white."""
    alpha = np.arange(256, dtype=np.uint8).reshape(16, 16)
    rgba = np.dstack([np.full((16, 16), v, np.uint8) for v in (100, 0, 255)] + [alpha])
    opacity = alpha[..., None] / 255
    return rgba, np.rint(rgba[..., :3] * opacity + 255 * (1 - opacity)).astype(np.uint8)


def test_transparency_shows_white() -> None:
    rgba, expected = with_alpha()
    for data in (
        encoded(rgba, "PNG"),
        encoded(rgba, "WEBP", lossless=True, exact=True),
        tiff(rgba, photometric="rgb", extrasamples=["unassalpha"]),
    ):
        assert close(open_smear_bytes(data, "p").pixels, expected, 1)
    premultiplied = np.dstack([np.rint(rgba[..., :3] * (rgba[..., 3:] / 255)).astype(np.uint8), rgba[..., 3]])
    data = tiff(premultiplied, photometric="rgb", extrasamples=["assocalpha"])
    assert close(open_smear_bytes(data, "p").pixels, expected, 1)
    unspecified = tiff(rgba, photometric="rgb", extrasamples=["unspecified"])
    assert np.array_equal(open_smear_bytes(unspecified, "p").pixels, rgba[..., :3])


def test_grey_with_alpha_shows_white() -> None:
    rgba, _ = with_alpha()
    expected = np.rint(100 * (rgba[..., 3] / 255) + 255 * (1 - rgba[..., 3] / 255)).astype(np.uint8)
    grey_alpha = Image.merge("LA", [Image.fromarray(rgba[..., i]) for i in (0, 3)])
    buffer = io.BytesIO()
    grey_alpha.save(buffer, "PNG")
    assert close(open_smear_bytes(buffer.getvalue(), "p").pixels, grey_rgb(expected), 1)


def test_palettes() -> None:
    few = (picture() // 64) * 64
    palette = Image.fromarray(few).quantize(64, dither=Image.Dither.NONE)
    expected = np.asarray(palette.convert("RGB"))
    for kind in ("PNG", "TIFF", "BMP"):
        buffer = io.BytesIO()
        palette.save(buffer, kind)
        assert np.array_equal(open_smear_bytes(buffer.getvalue(), "p").pixels, expected)
    buffer = io.BytesIO()
    palette.save(buffer, "PNG", transparency=int(np.asarray(palette)[0, 0]))
    shown = open_smear_bytes(buffer.getvalue(), "p").pixels
    transparent = np.asarray(palette) == np.asarray(palette)[0, 0]
    assert (shown[transparent] == 255).all()
    assert np.array_equal(shown[~transparent], expected[~transparent])


def test_bilevel_and_cmyk() -> None:
    bilevel = Image.fromarray(picture()[..., 0] > 100)
    buffer = io.BytesIO()
    bilevel.save(buffer, "PNG")
    assert np.array_equal(open_smear_bytes(buffer.getvalue(), "p").pixels, np.asarray(bilevel.convert("RGB")))
    cmyk = Image.fromarray(np.full((32, 32, 3), (200, 100, 50), np.uint8)).convert("CMYK")
    for kind, options in (("JPEG", {"quality": 95}), ("TIFF", {})):
        buffer = io.BytesIO()
        cmyk.save(buffer, kind, **options)
        assert close(open_smear_bytes(buffer.getvalue(), "p").pixels, np.asarray(cmyk.convert("RGB")), 4)


def test_scale_comes_from_microscope_metadata_only() -> None:
    def scale(data: bytes, given: float | None = None) -> tuple[float | None, ScaleOrigin | None]:
        image = open_smear_bytes(data, "p", given)
        return image.mpp_um and round(image.mpp_um, 6), image.scale_origin

    ome = {"axes": "YXS", "PhysicalSizeX": 0.11, "PhysicalSizeY": 0.11, "PhysicalSizeXUnit": "µm"}
    assert scale(tiff(picture(), ome=True, metadata=ome)) == (0.11, ScaleOrigin.METADATA)
    nanometres = ome | {"PhysicalSizeX": 110, "PhysicalSizeXUnit": "nm"}
    assert scale(tiff(picture(), ome=True, metadata=nanometres)) == (0.11, ScaleOrigin.METADATA)
    oblong = ome | {"PhysicalSizeY": 0.3}
    assert scale(tiff(picture(), ome=True, metadata=oblong)) == (None, ScaleOrigin.UNKNOWN)
    imagej = tiff(picture(), imagej=True, resolution=(8.0, 8.0), metadata={"unit": "um", "axes": "YXS"})
    assert scale(imagej) == (0.125, ScaleOrigin.METADATA)
    assert scale(imagej, 0.2) == (0.2, ScaleOrigin.GIVEN)
    for printer in (
        tiff(picture(), photometric="rgb", resolution=(72, 72), resolutionunit="inch"),
        encoded(picture(), "JPEG", dpi=(72, 72)),
        encoded(picture(), "PNG", dpi=(300, 300)),
        tiff(picture(), imagej=True, resolution=(8.0, 8.0), metadata={"unit": "inch", "axes": "YXS"}),
    ):
        assert scale(printer) == (None, ScaleOrigin.UNKNOWN)


@pytest.mark.parametrize("mpp_um", [0, -1, float("nan"), float("inf"), 2.1, 100])
def test_impossible_scale_is_refused(mpp_um: float) -> None:
    with pytest.raises(InputError, match="micrometres per pixel"):
        open_smear_bytes(encoded(picture(), "PNG"), "p", mpp_um)
    with pytest.raises(InputError, match="micrometres per pixel"):
        SmearImage(picture(), mpp_um)


def animation(kind: str) -> bytes:
    frames = [Image.fromarray(np.full((20, 20, 3), v, np.uint8)) for v in (10, 90, 200)]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def big_png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png_of([(b"IHDR", header), (b"IDAT", zlib.compress(bytes(10**6))), (b"IEND", b"")])


def big_tiff(width: int, height: int) -> bytes:
    data = bytearray(tiff(picture(), photometric="rgb"))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        tags = file.pages.first.tags
        for code, value in ((256, width), (257, height)):
            size = {"H": 2, "I": 4}[tags[code].dtype.name[0].replace("S", "H").replace("L", "I")]
            data[tags[code].valueoffset : tags[code].valueoffset + size] = value.to_bytes(size, "little")
    return bytes(data)


REFUSED = {
    "empty": (b"", "empty file"),
    "text": (b"these are no pixels at all", "something else"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "zip": (b"PK\x03\x04....", "ZIP"),
    "gif": (b"GIF89a........", "GIF"),
    "web page": (b"\n<!DOCTYPE html><html>", "web page"),
    "heic": (b"\0\0\0\x18ftypheic", "HEIC"),
    "dicom": (bytes(128) + b"DICM....", "DICOM"),
    "only a signature": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "animated png": (animation("PNG"), "animation of 3 frames"),
    "animated webp": (animation("WEBP"), "animation of 3 frames"),
    "pages": (animation("TIFF"), "3 pages"),
    "z stack": (tiff(np.zeros((4, 8, 8), np.uint8), photometric="minisblack"), "4 pages"),
    "many samples": (
        tiff(np.zeros((8, 8, 9), np.uint8), photometric="minisblack", planarconfig=1),
        "9 samples",
    ),
    "png bomb": (big_png(60_000, 60_000), "3600|3,600,000,000|60000 x 60000"),
    "tiff bomb": (big_tiff(60_000, 60_000), "60000 x 60000"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_single_picture_is_refused_with_name_and_reason(case: str) -> None:
    data, reason = REFUSED[case]
    with pytest.raises(ImageFileError, match=reason) as caught:
        open_smear_bytes(data, "slide 7.png")
    assert caught.value.name == "slide 7.png"
    assert str(caught.value).startswith("slide 7.png: ")


def test_pixel_limit_is_a_setting() -> None:
    data = encoded(picture(), "PNG")
    assert open_smear_bytes(data, "p", max_pixels=40 * 60).width == 60
    with pytest.raises(ImageFileError, match="more than the 2,399"):
        open_smear_bytes(data, "p", max_pixels=40 * 60 - 1)


def test_a_reduced_copy_behind_the_picture_does_not_disturb(tmp_path: Path) -> None:
    path = tmp_path / "pyramid.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(picture(64, 64), photometric="rgb", subifds=0)
        writer.write(picture(32, 32), photometric="rgb", subfiletype=1)
    assert np.array_equal(open_smear(path).pixels, picture(64, 64))


def test_phone_pictures_with_a_second_picture_are_read() -> None:
    buffer = io.BytesIO()
    smooth = Image.fromarray(np.full((32, 48, 3), (180, 90, 120), np.uint8))
    smooth.save(buffer, "MPO", save_all=True, append_images=[smooth.resize((24, 16))])
    assert open_smear_bytes(buffer.getvalue(), "p").pixels.shape == (32, 48, 3)


def test_files_are_named_after_themselves(tmp_path: Path) -> None:
    path = tmp_path / "smear.png"
    path.write_bytes(encoded(picture(), "PNG"))
    assert open_smear(path).source == "smear.png"
    assert open_smear(str(path), 0.1).scale.mpp_um == 0.1


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="found no file"):
        open_smear(tmp_path / "missing.png")
    with pytest.raises(ImageFileError, match="found a folder"):
        open_smear(tmp_path)
    with pytest.raises(ImageFileError, match="cannot be read"):
        open_smear("nul\0byte.png")
    with pytest.raises(ImageFileError, match=r"cannot be read|no file"):
        open_smear("x" * 5000)
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    with pytest.raises(ImageFileError, match="device or pipe"):
        open_smear(pipe)
    huge = tmp_path / "huge.tif"
    with huge.open("wb") as file:
        file.truncate(2 * 10**9)
    with pytest.raises(ImageFileError, match="bytes are more than"):
        open_smear(huge)


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(encoded(picture(), "PNG"))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(ImageFileError, match="Permission denied"):
        open_smear(path)


NOISE = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
VALID = {name: make(NOISE) for name, make in LOSSLESS.items()} | {
    "jpeg": encoded(NOISE, "JPEG"),
    "jpeg-exif": encoded(
        NOISE, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    ),
    "png-alpha": encoded(with_alpha()[0], "PNG"),
    "png-palette": encoded(Image.fromarray(NOISE).quantize(16), "PNG"),
    "tiff-jpeg": tiff(NOISE, photometric="rgb", compression="jpeg"),
    "tiff-16": tiff(NOISE.astype(np.uint16) * 257, photometric="rgb"),
    "webp-lossy": encoded(NOISE, "WEBP"),
    "ome": tiff(NOISE, ome=True, metadata={"axes": "YXS", "PhysicalSizeX": 0.1, "PhysicalSizeY": 0.1}),
}


@pytest.mark.parametrize("kind", VALID)
def test_a_file_cut_in_half_is_refused(kind: str) -> None:
    assert isinstance(open_smear_bytes(VALID[kind], "p"), SmearImage)
    with pytest.raises(ImageFileError, match="p: "):
        open_smear_bytes(VALID[kind][: len(VALID[kind]) // 2], "p")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damaged_files_give_a_picture_or_a_cytovox_error(data: st.DataObject) -> None:
    damaged = bytearray(VALID[data.draw(st.sampled_from(sorted(VALID)))])
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(0, len(damaged))) :]
    # Headers and tables, where damage does most harm, are at the beginning or, in TIFF files, at the end.
    for _ in range(data.draw(st.integers(0, 6))):
        if damaged:
            near_start = data.draw(st.booleans())
            place = data.draw(st.integers(0, min(len(damaged) - 1, 400)))
            damaged[place if near_start else -1 - place] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        outcome = attempt(bytes(damaged))
    assert leaked == []
    if isinstance(outcome, SmearImage):
        assert outcome.width * outcome.height <= 10**6
    else:
        assert outcome.name == "damaged"


def attempt(data: bytes) -> SmearImage | ImageFileError:
    try:
        return open_smear_bytes(data, "damaged", max_pixels=10**6)
    except ImageFileError as error:
        return error
