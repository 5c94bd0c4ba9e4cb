"""Pictures as a web browser can show them, on the same pixel grid as `open_smear` reads them."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image

from cytovox.domain.image import RgbPixels, SmearImage

THUMBNAIL_PX = 480
SLICE_THUMBNAIL_PX = 320
_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_EXIF_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class BrowserPicture:
    """A picture for the screen.

    Attributes:
        data: Encoded bytes; the very object that came in where those can be shown as they are.
        media_type: "image/jpeg", "image/png" or "image/webp".
        thumbnail: A small JPEG, its longer side at most `THUMBNAIL_PX`.
    """

    data: bytes
    media_type: str
    thumbnail: bytes


def browser_picture(data: bytes, image: SmearImage) -> BrowserPicture:
    """The picture for a browser: the file itself where a browser shows the same pixels, else a PNG.

    Args:
        data: The file's bytes, which `open_smear_bytes` could read.
        image: What it read from them.
    """
    thumbnail = _thumbnail(image.pixels)
    media_type = _media_type_if_showable(data, image)
    if media_type is not None:
        return BrowserPicture(data, media_type, thumbnail)
    return BrowserPicture(_encoded(image.pixels, "PNG", compress_level=1), "image/png", thumbnail)


def slice_thumbnail(pixels: RgbPixels, pixel_mm: tuple[float, float]) -> bytes:
    """A small JPEG of a slice in its true proportions, on a black square.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        pixel_mm: Height and width of a pixel.
    """
    height, width = pixels.shape[0] * pixel_mm[0], pixels.shape[1] * pixel_mm[1]
    scale = SLICE_THUMBNAIL_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = Image.new("RGB", (SLICE_THUMBNAIL_PX, SLICE_THUMBNAIL_PX))
    corner = ((SLICE_THUMBNAIL_PX - size[0]) // 2, (SLICE_THUMBNAIL_PX - size[1]) // 2)
    picture.paste(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0), corner)
    return _encoded_picture(picture, "JPEG", quality=82)


def _media_type_if_showable(data: bytes, image: SmearImage) -> str | None:
    # Rotated pictures are re-encoded although browsers rotate them: not all code honours the tag.
    # So are alpha, CMYK, palette and 16-bit pictures, whose reading here and in a browser can differ.
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as file:
            return _MEDIA_TYPES.get(file.format or "") if _is_plain(file, image) else None
    except (OSError, Image.DecompressionBombError):
        return None


def _is_plain(file: Image.Image, image: SmearImage) -> bool:
    plain = file.mode in {"RGB", "L"} and file.size == (image.width, image.height)
    upright = file.getexif().get(_EXIF_ORIENTATION, 1) in {0, 1}
    return plain and upright and getattr(file, "n_frames", 1) == 1


def _thumbnail(pixels: RgbPixels) -> bytes:
    picture = Image.fromarray(pixels)
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX, reducing_gap=None)
    return _encoded_picture(picture, "JPEG", quality=82)


def _encoded(pixels: RgbPixels, kind: str, **options: int) -> bytes:
    return _encoded_picture(Image.fromarray(pixels), kind, **options)


def _encoded_picture(picture: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format=kind, **options)
    return buffer.getvalue()
