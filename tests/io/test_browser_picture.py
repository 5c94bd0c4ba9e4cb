import io

import numpy as np
import pytest
from PIL import Image

from cytovox.io.browser_picture import THUMBNAIL_PX, browser_picture
from cytovox.io.smear import open_smear_bytes


def encoded(pixels: np.ndarray, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (30, 50, 3), np.uint8)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_a_browser_shows_alike_goes_through_untouched(pixels: np.ndarray, kind: str) -> None:
    data = encoded(pixels, kind)
    shown = browser_picture(data, open_smear_bytes(data, "a"))
    assert shown.data is data
    assert shown.media_type == f"image/{kind.lower()}"


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_is_shown_as_it_was_read(pixels: np.ndarray, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(pixels, "JPEG", exif=exif)
    image = open_smear_bytes(data, "a.jpg")
    shown = browser_picture(data, image)
    assert shown.media_type == "image/png"
    np.testing.assert_array_equal(np.array(Image.open(io.BytesIO(shown.data))), image.pixels)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGBA", "PNG"),
        ("P", "PNG"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("RGB", "BMP"),
        ("LA", "PNG"),
        ("L", "TIFF"),
    ],
)
def test_what_a_browser_may_show_otherwise_becomes_the_pixels_that_were_read(
    pixels, mode: str, kind: str
) -> None:
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, kind)
    image = open_smear_bytes(buffer.getvalue(), f"a.{kind.lower()}")
    shown = browser_picture(buffer.getvalue(), image)
    assert shown.media_type == "image/png"
    np.testing.assert_array_equal(np.array(Image.open(io.BytesIO(shown.data)).convert("RGB")), image.pixels)


@pytest.mark.parametrize(("height", "width"), [(30, 50), (1200, 900), (3, 2000)])
def test_thumbnail_keeps_the_shape_and_its_bound(height: int, width: int) -> None:
    data = encoded(np.full((height, width, 3), 90, np.uint8), "PNG")
    thumbnail = Image.open(io.BytesIO(browser_picture(data, open_smear_bytes(data, "a")).thumbnail))
    assert thumbnail.format == "JPEG"
    assert max(thumbnail.size) <= THUMBNAIL_PX
    factor = min(1, THUMBNAIL_PX / max(width, height))
    assert thumbnail.size == pytest.approx((width * factor, max(1, height * factor)), abs=1)
    assert np.array(thumbnail).mean() == pytest.approx(90, abs=2)
