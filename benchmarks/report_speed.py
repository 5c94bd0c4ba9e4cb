"""Writing the findings of a field of 60 cells, against encoding the bare picture as PNG."""

import json

import cv2
import numpy as np

from benchmarks.measuring import Comparison, compare
from cytovox.domain.cells import CellTable
from cytovox.domain.findings import Provenance, SmearFindings
from cytovox.domain.image import RgbPixels, Scale, ScaleOrigin
from cytovox.domain.smear_map import SmearMap
from cytovox.report.cells_csv import cells_to_csv
from cytovox.report.coco import coco_bytes
from cytovox.report.findings_json import findings_to_dict
from cytovox.report.geojson import geojson_bytes
from cytovox.report.overlay import draw_overlay, overlay_png
from cytovox.report.smear_map_png import map_png

CLASSES = ("red_cell", "platelet", "neutrophil")
WIDTH, HEIGHT, RADIUS = 640, 480, 28


def run() -> list[Comparison]:
    """Each writer against the floor that any picture output has."""
    findings, pixels = example_field(60)
    floor = "PNG of the picture"

    def bare_png() -> None:
        cv2.imencode(".png", pixels)

    return [
        compare("findings as JSON", lambda: json.dumps(findings_to_dict(findings)), floor, bare_png),
        compare("cells as CSV", lambda: cells_to_csv(findings), floor, bare_png),
        compare("overlay drawn", lambda: draw_overlay(pixels, findings), floor, bare_png),
        compare("overlay as PNG", lambda: overlay_png(pixels, findings), floor, bare_png),
        compare("map as PNG", lambda: map_png(findings, legend=False), floor, bare_png),
        compare("map with legend", lambda: map_png(findings), floor, bare_png),
        compare("cells as GeoJSON", lambda: geojson_bytes(findings), floor, bare_png),
        compare("cells as COCO", lambda: coco_bytes([findings]), floor, bare_png),
    ]


def example_field(cells: int) -> tuple[SmearFindings, RgbPixels]:
    """Findings of that many discs, and a picture."""
    random = np.random.default_rng(0)
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    centres = random.uniform((0, 0), (WIDTH, HEIGHT), (cells, 2))
    outlines = tuple(
        (centre + RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype(np.float32)
        for centre in centres
    )
    table = CellTable.from_outlines(
        outlines,
        classes=CLASSES,
        score=np.ones(cells, np.float32),
        probabilities=random.dirichlet((8, 1, 1), cells).astype(np.float32),
        picture_size=(HEIGHT, WIDTH),
        mpp_um=0.1,
    )
    provenance = Provenance("0", "2026-01-01T00:00:00+00:00", (), {}, "0" * 64)
    scale = Scale(0.1, ScaleOrigin.GIVEN)
    pixels = cv2.GaussianBlur(random.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8), (0, 0), 3)
    classes = np.zeros((HEIGHT, WIDTH), np.uint8)
    for place, outline in enumerate(outlines):
        cv2.fillPoly(classes, [outline.astype(np.int32)], 1 + place % 9)
    smear_map = SmearMap(classes, classes)
    findings = SmearFindings("field", WIDTH, HEIGHT, table, scale, (), provenance, smear_map=smear_map)
    return findings, np.asarray(pixels, np.uint8)
