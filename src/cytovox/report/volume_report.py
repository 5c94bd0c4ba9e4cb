"""The report on a stack: organs, volumes, views of three planes, models; built once for every writer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.colour import rgb
from cytovox.domain.findings import Provenance, QualityWarning
from cytovox.domain.image import RgbPixels
from cytovox.report.findings_json import JsonObject, provenance_to_dict
from cytovox.report.lettering import text_width, write
from cytovox.report.report_assembly import OwnPart, whole_report
from cytovox.report.report_document import (
    Block,
    Cell,
    Column,
    Figure,
    ReportDocument,
    Row,
    Section,
    Sentence,
    Table,
    Tone,
)
from cytovox.report.report_pictures import encoded
from cytovox.report.report_sections import ReportCase, case_facts, warning_sentences

SCHEMA = "cytovox.volume-report/1"
_VIEW_PX = 900
"""Longer side of a view."""
_LINE_PX = 2
_LETTER_PX = 22
_LETTERS_COLOUR = (255, 214, 90)
_ORIGINS = {"model": "models", "imported": "another program or person (imported)"}


@dataclass(frozen=True, slots=True)
class ReportedOrgan:
    """One organ.

    Attributes:
        label: Its value in the views.
        key: Key of its class.
        name: What a person reads.
        colour: "#rrggbb".
        volume_ml: Its volume.
        voxels: How many it has.
        slices: First and last of the stack's own slices that hold it, from 1.
        cut: Whether it reaches the stack's end, so that its volume may be too small.
        codes: Terminology codes, "SNOMED CT 69695003".
    """

    label: int
    key: str
    name: str
    colour: str
    volume_ml: float
    voxels: int
    slices: tuple[int, int]
    cut: bool
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StackView:
    """One plane of a stack.

    Attributes:
        name: "axial", "coronal" or "sagittal".
        index: Which plane, from 1.
        count: How many there are.
        grey: As it is shown, 0 black to 255 white, shape (H, W).
        labels: Organs, shape (H, W), or None without organs.
        pixel_mm: Width and height of a pixel.
        letters: Sides of the patient at the left, right, top and bottom.
    """

    name: str
    index: int
    count: int
    grey: NDArray[np.uint8] = field(repr=False)
    labels: NDArray[np.generic] | None = field(repr=False)
    pixel_mm: tuple[float, float]
    letters: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class ReportedStack:
    """A stack and what was found in it.

    Attributes:
        source: What it was called.
        modality: "CT", "MR" or "other".
        shape: Slices, rows and columns.
        spacing_mm: Of slices, rows and columns.
        label_origin: "model" or "imported".
        organs: Those that are present.
        views: Planes to show.
        warnings: What makes the results less trustworthy.
        provenance: How the result came about.
        notice: Words of the models, or "".
    """

    source: str
    modality: str
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    label_origin: str
    organs: tuple[ReportedOrgan, ...]
    views: tuple[StackView, ...]
    warnings: tuple[QualityWarning, ...]
    provenance: Provenance
    notice: str = ""


def volume_report(stack: ReportedStack, case: ReportCase) -> ReportDocument:
    """The report on a stack.

    Args:
        stack: With what was found in it.
        case: What people said of it, models, signatures.
    """
    sections = (
        _head(stack, case),
        *(
            (Section("warnings", "Warnings", warning_sentences([("", w) for w in stack.warnings])),)
            if stack.warnings
            else ()
        ),
        _organs(stack),
        _views(stack),
    )
    title = f"{stack.modality if stack.modality != 'other' else 'Image'} stack: organs"
    provenances = [(stack.source, stack.provenance)]
    return whole_report(OwnPart(SCHEMA, title, sections, provenances, _data(stack), stack.notice), case)


def _head(stack: ReportedStack, case: ReportCase) -> Section:
    slices, rows, columns = stack.shape
    about = [
        ("Stack", stack.source),
        ("Modality", stack.modality),
        ("Size", f"{slices} slices of {columns} x {rows} voxels"),
        ("Voxel", " x ".join(f"{mm:.3g}" for mm in stack.spacing_mm) + " mm (slice, row, column)"),
        ("Organs drawn by", _ORIGINS.get(stack.label_origin, stack.label_origin)),
    ]
    return Section("case", "Case", (case_facts(case, about, stack.provenance.created_utc),))


def _organs(stack: ReportedStack) -> Section:
    if not stack.organs:
        return Section("organs", "Organs", (Sentence("No organ was found in this stack.", Tone.NOTE),))
    columns = (
        Column("organ", "Organ"),
        Column("volume_ml", "Volume", numeric=True),
        Column("slices", "Slices", numeric=True),
        Column("voxels", "Voxels", numeric=True),
        Column("remark", "Remark", wide=True),
        Column("codes", "Codes"),
    )
    table = Table("organs", "Organs and their volumes.", columns, tuple(map(_organ, stack.organs)))
    blocks: list[Block] = [table]
    if stack.label_origin == "model":
        text = "Volumes are of what models drew. Hold them against the views before they are used."
        blocks.append(Sentence(text, Tone.NOTE))
    return Section("organs", "Organs", tuple(blocks))


def _organ(organ: ReportedOrgan) -> Row:
    cells = (
        Cell(organ.name, colour=organ.colour),
        Cell(f"{organ.volume_ml:.1f} mL", round(organ.volume_ml, 3)),
        Cell(f"{organ.slices[0]}-{organ.slices[1]}"),
        Cell(str(organ.voxels), organ.voxels),
        Cell("reaches the end of the stack: its volume may be too small" if organ.cut else "–"),
        Cell(", ".join(organ.codes) or "–"),
    )
    return Row(organ.key, cells)


def _views(stack: ReportedStack) -> Section:
    organs = {organ.label: organ for organ in stack.organs}
    figures = tuple(_view(view, organs) for view in stack.views)
    none = Sentence("No views: the voxels were not at hand.", Tone.NOTE)
    return Section("views", "Views", figures or (none,))


def _view(view: StackView, organs: dict[int, ReportedOrgan]) -> Figure:
    pixels, labels = _isotropic(view)
    shown = []
    if labels is not None:
        for label in np.unique(labels)[np.unique(labels) > 0].tolist():
            if label in organs:
                _outline(pixels, labels == label, organs[label].colour)
                shown.append(organs[label].name)
    _letter(pixels, view.letters)
    named = ", ".join(shown) or "no organ"
    return Figure(
        f"view_{view.name}",
        f"{view.name.capitalize()} plane {view.index} of {view.count}: {named}.",
        f"{view.name.capitalize()} plane with outlines of: {named}",
        encoded(pixels, ".jpg"),
        "jpg",
    )


def _isotropic(view: StackView) -> tuple[RgbPixels, NDArray[np.generic] | None]:
    """Grey values as RGB and labels, with pixels as high as they are wide."""
    height, width = view.grey.shape
    across, down = width * view.pixel_mm[0], height * view.pixel_mm[1]
    scale = _VIEW_PX / max(across, down)
    size = (max(1, round(across * scale)), max(1, round(down * scale)))
    grey = cv2.resize(view.grey, size, interpolation=cv2.INTER_CUBIC)
    pixels = np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=2)
    if view.labels is None:
        return pixels, None
    labels = cv2.resize(view.labels.astype(np.float32), size, interpolation=cv2.INTER_NEAREST)
    return pixels, np.asarray(labels).astype(np.int32)


def _outline(pixels: RgbPixels, inside: NDArray[np.bool_], colour: str) -> None:
    lines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(pixels, lines, -1, rgb(colour), _LINE_PX, cv2.LINE_AA)


def _letter(pixels: RgbPixels, letters: Sequence[str]) -> None:
    height, width = pixels.shape[:2]
    left, right, top, bottom = letters
    middle, edge = height // 2, 6
    write(pixels, left, (edge, middle), _LETTERS_COLOUR, _LETTER_PX)
    write(pixels, right, (width - edge - text_width(right, _LETTER_PX), middle), _LETTERS_COLOUR, _LETTER_PX)
    write(pixels, top, (width // 2, _LETTER_PX + edge), _LETTERS_COLOUR, _LETTER_PX)
    write(pixels, bottom, (width // 2, height - edge), _LETTERS_COLOUR, _LETTER_PX)


def _data(stack: ReportedStack) -> JsonObject:
    return {
        "stack": {
            "source": stack.source,
            "modality": stack.modality,
            "shape": list(stack.shape),
            "spacing_mm": list(stack.spacing_mm),
            "label_origin": stack.label_origin,
        },
        "organs": [
            {
                "key": organ.key,
                "name": organ.name,
                "volume_ml": round(organ.volume_ml, 3),
                "voxels": organ.voxels,
                "first_slice": organ.slices[0],
                "last_slice": organ.slices[1],
                "cut": organ.cut,
                "codes": list(organ.codes),
            }
            for organ in stack.organs
        ],
        "warnings": [{"key": w.key, "message": w.message} for w in stack.warnings],
        "provenance": provenance_to_dict(stack.provenance),
    }
