import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO

from cytovox.domain.findings import SmearFindings
from cytovox.report.coco import findings_to_coco, write_coco


def read_back(findings: SmearFindings, folder: Path) -> COCO:
    write_coco(findings, folder / "a.coco.json")
    return COCO(folder / "a.coco.json")


def test_cocos_own_reader_finds_every_cell_in_its_class(measured: SmearFindings, tmp_path: Path) -> None:
    coco = read_back(measured, tmp_path)
    (image,) = coco.loadImgs(coco.getImgIds())
    assert (image["file_name"], image["width"], image["height"]) == ("smear.png", 160, 120)
    annotations = coco.loadAnns(coco.getAnnIds())
    categories = coco.loadCats([annotation["category_id"] for annotation in annotations])
    assert [c["name"] for c in categories] == ["red_cell", "neutrophil", "platelet"]
    assert [c["supercategory"] for c in categories] == ["red_cell", "white_cell", "platelet"]
    assert [a["score"] for a in annotations] == pytest.approx([0.9, 0.75, 0.6])
    assert "Not a medical device" in coco.dataset["info"]["description"]


# Of pycocotools itself, with NumPy 2.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_masks_are_the_cells(measured: SmearFindings, tmp_path: Path) -> None:
    coco = read_back(measured, tmp_path)
    y, x = np.mgrid[: measured.height, : measured.width] + 0.5
    circles = [(40, 40, 15), (90, 60, 22), (20, 90, 6)]
    for annotation, (cx, cy, radius) in zip(coco.loadAnns(coco.getAnnIds()), circles, strict=True):
        mask = coco.annToMask(annotation).astype(bool)
        truth = np.hypot(x - cx, y - cy) <= radius
        # COCO's rasteriser works on a grid of a fifth of a pixel.
        assert (mask & truth).sum() / (mask | truth).sum() > 0.95
        assert annotation["area"] == pytest.approx(truth.sum(), rel=0.02)
        assert annotation["bbox"] == pytest.approx(
            [cx - radius, cy - radius, 2 * radius, 2 * radius], abs=0.05
        )


def test_what_the_border_cuts_ends_there_and_keeps_the_area_it_shows(make_findings: Any) -> None:
    findings = make_findings(
        [("red_cell", 0, 60, 20), ("neutrophil", 160, 120, 20), ("platelet", -30, 60, 5)]
    )
    half, quarter = findings_to_coco([findings])["annotations"]
    # A regular 64-gon of radius r has area 32 r^2 sin(2 pi / 64).
    whole = 32 * 20**2 * np.sin(2 * np.pi / 64)
    assert half["bbox"] == pytest.approx([0, 40, 20, 40], abs=0.02)
    assert half["area"] == pytest.approx(whole / 2, abs=0.02)
    assert quarter["bbox"] == pytest.approx([140, 100, 20, 20], abs=0.02)
    assert quarter["area"] == pytest.approx(whole / 4, abs=0.02)


def test_infected_cells_and_clumps_are_categories(infected: SmearFindings) -> None:
    document = findings_to_coco([infected])
    name = {c["id"]: c["name"] for c in document["categories"]}
    assert [name[a["category_id"]] for a in document["annotations"]] == [
        *["red_cell"] * 3,
        "infected_red_cell",
        "platelet_clump",
    ]


def test_several_pictures_make_one_data_set(make_findings: Any) -> None:
    document = findings_to_coco(
        [make_findings(source="a.png"), make_findings((), source="b.png"), make_findings()]
    )
    assert [image["id"] for image in document["images"]] == [1, 2, 3]
    assert [a["id"] for a in document["annotations"]] == [1, 2, 3, 4, 5, 6]
    assert [a["image_id"] for a in document["annotations"]] == [1, 1, 1, 3, 3, 3]
    json.dumps(document, allow_nan=False)
