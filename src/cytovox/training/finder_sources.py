"""Reading the finder's training fields: boxes and white-cell masks become outlines at one physical scale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.geometry import FloatArray, polygon_box
from cytovox.domain.reference_sizes import RED_CELL_BOX_PER_DIAMETER, RED_CELL_DIAMETER_UM
from cytovox.io.cut_outs import read_mask
from cytovox.io.index_csv import read_index
from cytovox.io.labelled_fields import COARSE_CLASSES, LabelledField, read_labelled_fields
from cytovox.training.cell_pictures import read_rgb
from cytovox.training.map_targets import map_from_outlines
from cytovox.training.outlines import ANGLES, outlines_from_boxes, star_outline
from cytovox.training.smear_fields import OutlinedField, shrink_to_scale

STORED_UM_PER_PX = 0.1
_RED, _WHITE = COARSE_CLASSES.index("red_cell"), COARSE_CLASSES.index("white_cell")
_RED_CELL_BOX_UM = RED_CELL_BOX_PER_DIAMETER * RED_CELL_DIAMETER_UM
_FEWEST_RED_CELLS = 4
_BORDER_PX = 3.0
# The strongest edge of a white cell may be its nucleus's, that of a platelet its granulomere's: boxes know
# better. Measured on detection/bccd, a free search (8) shrinks platelets to 0.77 of what annotators box.
_STIFFNESS = np.array([8.0, 30.0, 60.0], np.float32)


@dataclass(frozen=True, slots=True)
class FieldSource:
    """One index of training fields.

    Attributes:
        index: CSV of pictures.
        kind: "boxes" (a boxes.csv beside it) or "masks" (white-cell masks, nothing else marked).
        um_per_px: Scale of fields with fewer than four whole red cells.
        licence: Licence of the pictures.
        where: Column values a row must have ("masks") or the origin it must have ("boxes", key `origin`).
        weight: Share of an epoch's draws.
        masks: White-cell mask index whose outlines replace those made from boxes, or None.
        marked: "all" where every cell is boxed, "countable" where only whole, lone ones are; see `score_fit`.
    """

    index: Path
    kind: str
    um_per_px: float
    licence: str
    where: Mapping[str, str] = field(default_factory=dict)
    weight: float = 1.0
    masks: Path | None = None
    marked: str = "all"


def read_fields(sources: Iterable[FieldSource], held_out: frozenset[str]) -> list[OutlinedField]:
    """All training fields of the sources.

    Args:
        sources: Where they lie.
        held_out: File names of pictures kept for validation; copies are left out whatever their split.

    Raises:
        TrainingDataError: An index is missing or wrong, or a source's kind is unknown.
    """
    fields: list[OutlinedField] = []
    for source in sources:
        if source.kind == "boxes":
            fields += _boxed_fields(source, held_out)
        elif source.kind == "masks":
            fields += _masked_fields(source)
        else:
            raise TrainingDataError(f"recipe: source kind should be 'boxes' or 'masks', got '{source.kind}'")
    return fields


def training_boxes(source: FieldSource, held_out: frozenset[str]) -> list[LabelledField]:
    """The training fields of a source with boxes, as its annotators marked them."""
    return [
        labelled
        for labelled in read_labelled_fields(source.index)
        if labelled.split == "train"
        and labelled.origin_image not in held_out
        and source.where.get("origin", labelled.origin) == labelled.origin
    ]


def red_cell_scale(boxes: FloatArray, classes: np.ndarray, width: int, height: int) -> float | None:
    """Micrometres per pixel from the whole red cells of a labelled field, or None with fewer than four.

    Annotators leave a margin: see `RED_CELL_BOX_PER_DIAMETER`.
    """
    red = boxes[classes == _RED]
    whole = (red[:, :2] > _BORDER_PX).all(axis=1) & (red[:, 2:] < np.array([width, height]) - _BORDER_PX).all(
        axis=1
    )
    sides = np.sqrt((red[whole, 2:] - red[whole, :2]).prod(axis=1))
    if len(sides) < _FEWEST_RED_CELLS:
        return None
    return _RED_CELL_BOX_UM / float(np.median(sides))


def _boxed_fields(source: FieldSource, held_out: frozenset[str]) -> list[OutlinedField]:
    masks = {} if source.masks is None else _mask_paths(source.masks)
    return [
        _outline(labelled, source, masks.get(labelled.path.name))
        for labelled in training_boxes(source, held_out)
    ]


def _outline(labelled: LabelledField, source: FieldSource, mask: Path | None) -> OutlinedField:
    pixels = read_rgb(labelled.path)
    height, width = pixels.shape[:2]
    scale = red_cell_scale(labelled.boxes, labelled.classes, width, height) or source.um_per_px
    red_px = _RED_CELL_BOX_UM / scale
    full = _complete_cut_boxes(labelled.boxes, width, height, red_px)
    outlines = outlines_from_boxes(pixels, full, _STIFFNESS[labelled.classes])
    if mask is not None:
        _replace_white_outlines(outlines, labelled, mask)
    pixels, zoom = shrink_to_scale(pixels, scale, STORED_UM_PER_PX)
    outlines = outlines * np.float32(zoom)
    classes = map_from_outlines(pixels, outlines, labelled.classes, scale / zoom)
    return OutlinedField(
        pixels, scale / zoom, outlines, labelled.classes, weight=source.weight, classes=classes
    )


def _complete_cut_boxes(boxes: FloatArray, width: int, height: int, red_px: float) -> FloatArray:
    """Boxes of cells that the picture's border cuts, grown beyond it to a round cell's extent."""
    full = boxes.copy()
    for axis, limit in ((0, width), (1, height)):
        low, high = boxes[:, axis], boxes[:, axis + 2]
        side, other = high - low, boxes[:, 3 - axis] - boxes[:, 1 - axis]
        missing = np.maximum(np.maximum(other, red_px * 0.9 * (other > red_px * 0.5)) - side, 0)
        at_low, at_high = low <= _BORDER_PX, high >= limit - _BORDER_PX
        full[:, axis] -= np.where(at_low & ~at_high, missing, 0)
        full[:, axis + 2] += np.where(at_high & ~at_low, missing, 0)
    return full


def _replace_white_outlines(outlines: FloatArray, labelled: LabelledField, mask_path: Path) -> None:
    drawn = _mask_outlines(read_mask(mask_path))
    for i in np.flatnonzero(labelled.classes == _WHITE):
        for points in drawn:
            box = polygon_box(points)
            apart = (
                np.abs(box - labelled.boxes[i]).max() / (labelled.boxes[i, 2:] - labelled.boxes[i, :2]).max()
            )
            if apart < 0.15:
                outlines[i] = points


def _masked_fields(source: FieldSource) -> list[OutlinedField]:
    fields = []
    for row in read_index(source.index):
        if row["split"] != "train" or any(row.get(k) != v for k, v in source.where.items()):
            continue
        picture = read_rgb(source.index.parent / row["file"])
        pixels, zoom = shrink_to_scale(picture, source.um_per_px, STORED_UM_PER_PX)
        drawn = _mask_outlines(read_mask(source.index.parent / row["mask"]))
        outlines: FloatArray = np.array(drawn, np.float32).reshape(-1, ANGLES, 2)
        fields.append(
            OutlinedField(
                pixels,
                source.um_per_px / zoom,
                outlines * np.float32(zoom),
                np.full(len(outlines), _WHITE, np.int64),
                supervised=(False, True, False),
                weight=source.weight,
            )
        )
    return fields


def _mask_outlines(mask: np.ndarray) -> list[FloatArray]:
    """Star-shaped outlines of the white cells of a mask (1 cytoplasm, 2 nucleus), crumbs left out."""
    contours, _ = cv2.findContours((mask > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outlines = []
    for contour in contours:
        points = np.asarray(contour[:, 0], np.float32) + np.float32(0.5)
        if cv2.contourArea(contour) >= 0.01 * mask.size:
            outlines.append(star_outline(points))
    return outlines


def _mask_paths(index: Path) -> dict[str, Path]:
    return {Path(row["file"]).name: index.parent / row["mask"] for row in read_index(index)}
