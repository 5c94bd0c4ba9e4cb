"""Cells as COCO JSON (object detection with instance masks), for training and for comparing models elsewhere.

The format is that of https://cocodataset.org/#format-data: boxes are x, y, width, height; polygons and boxes
are in pixels from the top left corner, and end where the picture ends.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import FloatArray, clip_to_half_plane, polygon_area, polygon_box
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import Taxonomy
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE

JsonObject = dict[str, Any]
DECIMALS = 2


def write_coco(findings: SmearFindings, path: Path) -> None:
    """Write one picture's cells to a COCO file (UTF-8), whole or not at all."""
    write_whole(path, coco_bytes([findings]))


def coco_bytes(pictures: Iterable[SmearFindings]) -> bytes:
    """The cells of some pictures as COCO text, UTF-8."""
    text = json.dumps(findings_to_coco(pictures), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def findings_to_coco(pictures: Iterable[SmearFindings]) -> JsonObject:
    """The cells of some pictures as one COCO data set of plain values.

    Category ids are places in the taxonomy of what the smears were made of, from 1, so that files of
    different runs agree. A cell whose outline lies wholly beyond the picture is left out.

    Raises:
        InputError: Some of the pictures are of blood and some of marrow.
    """
    pictures = list(pictures)
    document: JsonObject = {
        "info": {"description": f"Cells found by Cytovox. {NOTICE}"},
        "licenses": [],
        "images": [],
        "categories": coco_categories(_taxonomy_of(pictures)),
        "annotations": [],
    }
    for image_id, findings in enumerate(pictures, start=1):
        document["images"].append(_image(findings, image_id))
        first = len(document["annotations"]) + 1
        for annotation_id, annotation in enumerate(_annotations(findings), start=first):
            document["annotations"].append({"id": annotation_id, "image_id": image_id, **annotation})
    return document


def coco_categories(taxonomy: Taxonomy) -> list[JsonObject]:
    """All classes of a taxonomy; ids are their places in it, from 1."""
    return [
        {"id": place, "name": c.key, "supercategory": taxonomy.coarse(c.key)}
        for place, c in enumerate(taxonomy, start=1)
    ]


def _taxonomy_of(pictures: Sequence[SmearFindings]) -> Taxonomy:
    materials = sorted({findings.material for findings in pictures})
    if len(materials) > 1:
        raise InputError(f"COCO: expected pictures of one material, got {' and '.join(materials)}")
    return pictures[0].cells.taxonomy if pictures else load_taxonomy("blood")


def _image(findings: SmearFindings, image_id: int) -> JsonObject:
    return {
        "id": image_id,
        "file_name": findings.source,
        "width": findings.width,
        "height": findings.height,
        "date_captured": "",
    }


def _annotations(findings: SmearFindings) -> Iterator[JsonObject]:
    cells = findings.cells
    category = {key: place for place, key in enumerate(cells.taxonomy.keys, start=1)}
    for index, label in enumerate(cells.label.tolist()):
        outline = _within(cells.polygon(index), findings.width, findings.height)
        if len(outline) < 3:
            continue
        xmin, ymin, xmax, ymax = polygon_box(outline).tolist()
        yield {
            "category_id": category[label],
            "segmentation": [np.round(outline.astype(np.float64), DECIMALS).ravel().tolist()],
            "bbox": [round(edge, DECIMALS) for edge in (xmin, ymin, xmax - xmin, ymax - ymin)],
            "area": round(polygon_area(outline), DECIMALS),
            "iscrowd": 0,
            "score": round(float(cells.score[index]), 4),
        }


def _within(outline: FloatArray, width: int, height: int) -> FloatArray:
    """The part of an outline that lies in the picture."""
    for normal, offset in (((-1, 0), 0), ((0, -1), 0), ((1, 0), width), ((0, 1), height)):
        outline = clip_to_half_plane(outline, np.array(normal, np.float32), offset)
        if not len(outline):
            break
    return outline
