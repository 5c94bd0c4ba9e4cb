"""Pictures of a report on smears: the cells outlined, the map, and examples of each class."""

from collections.abc import Callable, Sequence
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
LONGEST_OF_SEVERAL_PX = 1000
"""Of each of several pictures, which stand two side by side on paper."""
CROP_PX = 128
TYPICAL, DOUBTFUL = 4, 2
JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Layers:
    """A picture, decoded.

    Attributes:
        pixels: The picture, RGB.
        map_pixels: The map in its colours, RGB, or None where there is none.
    """

    pixels: RgbPixels = field(repr=False)
    map_pixels: RgbPixels | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SmearPicture:
    """A picture and what was found in it.

    Attributes:
        findings: Its cells, as reviewers left them.
        layers: Decodes it; None where only its findings are at hand. Asked once a report, one picture after
            another: fifty decoded pictures would not fit into memory.
        case_id: Id of its case, or None outside of the application.
    """

    findings: SmearFindings
    layers: Callable[[], Layers] | None = None
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class DrawnPictures:
    """What is to be seen of pictures.

    Attributes:
        figures: Of each picture, itself with its cells outlined and its map, as far as they are at hand.
        galleries: Examples of each class found: the most typical, and the most doubtful; in the order of the
            classes.
    """

    figures: tuple[tuple[Figure, ...], ...]
    galleries: tuple[Gallery, ...]


@dataclass(frozen=True, slots=True)
class _Example:
    findings: SmearFindings
    index: int
    number: int

    @property
    def key(self) -> str:
        return f"cell_{self.number}_{int(self.findings.cells.ids[self.index])}"

    @property
    def confidence(self) -> float:
        return float(self.findings.cells.confidence[self.index])


def draw_pictures(pictures: Sequence[SmearPicture]) -> DrawnPictures:
    """Pictures and examples of their cells, for a report."""
    by_class = _examples(pictures)
    chosen = {key: _chosen(examples) for key, examples in by_class.items()}
    crops: dict[str, Figure] = {}
    figures = []
    for number, picture in enumerate(pictures, start=1):
        own = [example for examples in chosen.values() for example in examples if example.number == number]
        drawn, cut = _draw(picture, number, own, several=len(pictures) > 1)
        figures.append(drawn)
        crops |= cut
    taxonomy = pictures[0].findings.cells.taxonomy
    galleries = tuple(
        Gallery(
            f"cells_{key}",
            f"{taxonomy[key].name} ({len(by_class[key])})",
            tuple(crops[example.key] for example in chosen[key]),
            taxonomy[key].colour,
        )
        for key in taxonomy.keys
        if key in by_class
    )
    return DrawnPictures(tuple(figures), galleries)


def _draw(
    picture: SmearPicture, number: int, examples: Sequence[_Example], *, several: bool
) -> tuple[tuple[Figure, ...], dict[str, Figure]]:
    """The figures of one picture, and crops by the key of their example."""
    if picture.layers is None:
        return (), {}
    layers = picture.layers()
    longest_px = LONGEST_OF_SEVERAL_PX if several else LONGEST_SIDE_PX
    overlay = _overlay_figure(picture.findings, layers.pixels, number, longest_px)
    drawn = (
        () if layers.map_pixels is None else (_map_figure(picture, layers.map_pixels, number, longest_px),)
    )
    crops = {example.key: _crop(example, layers.pixels, several=several) for example in examples}
    return (overlay, *drawn), crops


def _overlay_figure(findings: SmearFindings, pixels: RgbPixels, number: int, longest_px: int) -> Figure:
    drawn = _shrunk(draw_overlay(pixels, findings), longest_px, cv2.INTER_AREA)
    cells = len(findings.cells)
    return Figure(
        f"overlay_{number}",
        f"{findings.source}: {cells} cells, each outlined in the colour of its class.",
        f"The picture with {cells} outlined cells",
        encoded(drawn, ".jpg"),
        "jpg",
    )


def _map_figure(picture: SmearPicture, map_pixels: RgbPixels, number: int, longest_px: int) -> Figure:
    return Figure(
        f"map_{number}",
        f"{picture.findings.source}: class of every pixel.",
        "Map of the picture in ten colours",
        encoded(_shrunk(map_pixels, longest_px, cv2.INTER_NEAREST), ".png"),
        "png",
    )


def map_colours(classes: NDArray[np.uint8], colours: Sequence[str]) -> RgbPixels:
    """A map of class indices in its colours, RGB.

    Args:
        classes: Shape (H, W).
        colours: Of each index, "#rrggbb".
    """
    return np.array([rgb(colour) for colour in colours], np.uint8)[classes]


def _examples(pictures: Sequence[SmearPicture]) -> dict[str, list[_Example]]:
    by_class: dict[str, list[_Example]] = {}
    for number, picture in enumerate(pictures, start=1):
        if picture.layers is None:
            continue
        for index, label in enumerate(picture.findings.cells.label.tolist()):
            by_class.setdefault(label, []).append(_Example(picture.findings, index, number))
    return by_class


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


def _crop(example: _Example, pixels: RgbPixels, *, several: bool) -> Figure:
    cells, index = example.findings.cells, example.index
    number = int(cells.ids[index])
    reviewed = cells.reviewed[index]
    sure = f"{100 * example.confidence:.0f} %" if reviewed is None else f"by {reviewed.by}"
    where = f"picture {example.number}, " if several else ""
    xmin, ymin, xmax, ymax = (float(edge) for edge in cells.box[index])
    crop = cell_crop(pixels, (xmin, ymin, xmax, ymax), CROP_PX)
    return Figure(
        example.key,
        f"{where}no. {number}, {sure}",
        f"Cell {number}, {cells.taxonomy.name_of(str(cells.label[index]))}",
        encoded(crop, ".jpg"),
        "jpg",
    )


def _shrunk(pixels: RgbPixels, longest_px: int, method: int) -> RgbPixels:
    height, width = pixels.shape[:2]
    scale = longest_px / max(height, width)
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
