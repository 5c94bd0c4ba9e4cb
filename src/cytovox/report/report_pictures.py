"""Pictures of a report on smears: the cells outlined, the map, and examples of each class."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.colour import rgb
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import RgbPixels
from cytovox.report.cell_crop import cell_crop
from cytovox.report.overlay import draw_overlay
from cytovox.report.report_document import Figure, Gallery

LONGEST_SIDE_PX = 1800
"""Of pictures in a report: 300 dots an inch over the width of a page is more than a printer shows."""
CROP_PX = 128
TYPICAL, DOUBTFUL = 4, 2
JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class SmearPicture:
    """A picture and what was found in it.

    Attributes:
        findings: Its cells, as reviewers left them.
        pixels: The picture, RGB, or None where only its findings are at hand.
        map_pixels: The map in its colours, RGB, or None where there is none.
        case_id: Id of its case, or None outside of the application.
    """

    findings: SmearFindings
    pixels: RgbPixels | None = field(default=None, repr=False)
    map_pixels: RgbPixels | None = field(default=None, repr=False)
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Example:
    pixels: RgbPixels
    findings: SmearFindings
    index: int
    number: int

    @property
    def confidence(self) -> float:
        return float(self.findings.cells.confidence[self.index])


def overlay_figure(picture: SmearPicture, number: int) -> Figure | None:
    """The picture with its cells outlined; None where it is not at hand."""
    if picture.pixels is None:
        return None
    drawn = _shrunk(draw_overlay(picture.pixels, picture.findings), cv2.INTER_AREA)
    cells = len(picture.findings.cells)
    return Figure(
        f"overlay_{number}",
        f"{picture.findings.source}: {cells} cells, each outlined in the colour of its class.",
        f"The picture with {cells} outlined cells",
        encoded(drawn, ".jpg"),
        "jpg",
    )


def map_figure(picture: SmearPicture, number: int) -> Figure | None:
    """The map in its ten colours; None where there is none."""
    if picture.map_pixels is None:
        return None
    return Figure(
        f"map_{number}",
        f"{picture.findings.source}: class of every pixel.",
        "Map of the picture in ten colours",
        encoded(_shrunk(picture.map_pixels, cv2.INTER_NEAREST), ".png"),
        "png",
    )


def map_colours(classes: NDArray[np.uint8], colours: Sequence[str]) -> RgbPixels:
    """A map of class indices in its colours, RGB.

    Args:
        classes: Shape (H, W).
        colours: Of each index, "#rrggbb".
    """
    return np.array([rgb(colour) for colour in colours], np.uint8)[classes]


def galleries(pictures: Sequence[SmearPicture]) -> tuple[Gallery, ...]:
    """Examples of each class found: the most typical, and the most doubtful; in the order of the classes."""
    taxonomy = pictures[0].findings.cells.taxonomy
    by_class: dict[str, list[_Example]] = {}
    for number, picture in enumerate(pictures, start=1):
        if picture.pixels is None:
            continue
        for index, label in enumerate(picture.findings.cells.label.tolist()):
            example = _Example(picture.pixels, picture.findings, index, number)
            by_class.setdefault(label, []).append(example)
    return tuple(
        Gallery(
            f"cells_{key}",
            f"{taxonomy[key].name} ({len(by_class[key])})",
            tuple(_figure(example, several=len(pictures) > 1) for example in _chosen(by_class[key])),
            taxonomy[key].colour,
        )
        for key in taxonomy.keys
        if key in by_class
    )


def _chosen(examples: Sequence[_Example]) -> list[_Example]:
    whole = [example for example in examples if _is_whole(example)] or list(examples)
    ordered = sorted(whole, key=lambda example: -example.confidence)
    if len(ordered) <= TYPICAL + DOUBTFUL:
        return ordered
    return ordered[:TYPICAL] + ordered[-DOUBTFUL:]


def _is_whole(example: _Example) -> bool:
    findings = example.findings
    xmin, ymin, xmax, ymax = findings.cells.box[example.index]
    return bool(xmin > 0 and ymin > 0 and xmax < findings.width and ymax < findings.height)


def _figure(example: _Example, *, several: bool) -> Figure:
    cells, index = example.findings.cells, example.index
    number = int(cells.ids[index])
    reviewed = cells.reviewed[index]
    sure = f"{100 * example.confidence:.0f} %" if reviewed is None else f"by {reviewed.by}"
    where = f"picture {example.number}, " if several else ""
    xmin, ymin, xmax, ymax = (float(edge) for edge in cells.box[index])
    crop = cell_crop(example.pixels, (xmin, ymin, xmax, ymax), CROP_PX)
    return Figure(
        f"cell_{example.number}_{number}",
        f"{where}no. {number}, {sure}",
        f"Cell {number}, {cells.taxonomy.name_of(str(cells.label[index]))}",
        encoded(crop, ".jpg"),
        "jpg",
    )


def _shrunk(pixels: RgbPixels, method: int) -> RgbPixels:
    height, width = pixels.shape[:2]
    scale = LONGEST_SIDE_PX / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)


def encoded(pixels: RgbPixels, ending: str) -> bytes:
    """A picture file's bytes.

    Args:
        pixels: RGB.
        ending: ".jpg" or ".png".

    Raises:
        InputError: It is too large for such a file.
    """
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if ending == ".jpg" else []
    done, data = cv2.imencode(ending, np.ascontiguousarray(pixels[..., ::-1]), options)
    if not done:
        raise InputError(f"report: a picture of {pixels.shape[1]} x {pixels.shape[0]} px cannot be encoded")
    return data.tobytes()
