import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cytovox.app.stored_findings import stored_findings
from cytovox.domain.cells import CellTable
from cytovox.domain.findings import ModelUse, SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.domain.morphometry import MEASURES, Morphometry
from cytovox.domain.reviewed import EditKind, Reviewed
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.findings_json import findings_to_dict

BLOOD = (
    "red_cell", "infected_red_cell", "platelet", "platelet_clump", "white_cell", "neutrophil_band",
    "neutrophil_segmented", "promyelocyte", "myelocyte", "metamyelocyte", "eosinophil", "basophil",
    "lymphocyte", "monocyte", "erythroblast",
)  # fmt: skip


def written(findings: SmearFindings) -> dict:
    return json.loads(json.dumps(findings_to_dict(findings)))


@pytest.fixture
def three_cells(example_findings: Callable) -> SmearFindings:
    return example_findings(SmearImage(np.zeros((60, 80, 3), np.uint8), 0.08, source="a.png"))


def crowd(findings: SmearFindings, cells: int, seed: int) -> SmearFindings:
    """Findings of many cells of which everything is told, none of it round."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    centres = rng.uniform(-3, 63, (cells, 2))
    outlines = tuple(
        (c + rng.uniform(2, 9) * np.stack([np.cos(angle), np.sin(angle)], 1)).astype(np.float32)
        for c in centres
    )
    probabilities = rng.dirichlet(np.full(len(BLOOD), 0.2), cells)
    probabilities[::5] = rng.dirichlet(np.full(len(BLOOD), 3.0), len(probabilities[::5]))
    table = CellTable.from_outlines(
        outlines,
        classes=BLOOD,
        score=rng.uniform(0, 1, cells).astype(np.float32),
        probabilities=probabilities.astype(np.float32),
        picture_size=(60, 80),
        mpp_um=0.08,
    )
    measures = rng.uniform(0, 3, (len(MEASURES), cells)).astype(np.float32)
    measures[rng.random(measures.shape) < 0.2] = np.nan
    unfamiliarity = rng.normal(0, 1, cells).astype(np.float32)
    unfamiliarity[::3] = np.nan
    spoken = (Reviewed("a", EditKind.CLASSIFY, "monocyte"), Reviewed("b", EditKind.ADD, None), None)
    table = replace(
        table,
        box=(table.box + rng.uniform(0, 0.5, table.box.shape)).astype(np.float32),
        prediction_sets=rng.random((cells, len(BLOOD))) < 0.2,
        unfamiliarity=unfamiliarity,
        unidentified=rng.random(cells) < 0.1,
        nucleus_outlines=tuple((o * 0.5, o * 0.3) if i % 2 else () for i, o in enumerate(outlines)),
        morphometry=Morphometry(**dict(zip(MEASURES, measures, strict=True))),
        ids=np.cumsum(rng.integers(1, 4, cells)),
        reviewed=tuple(spoken[i % 3] for i in range(cells)),
    )
    uses = (*findings.provenance.models, ModelUse("blood", "2", "f" * 64))
    return replace(findings, cells=table, level=0.9, provenance=replace(findings.provenance, models=uses))


@pytest.mark.parametrize("seed", range(4))
def test_the_same_document_comes_out_when_it_is_written_again(three_cells: SmearFindings, seed: int) -> None:
    findings = crowd(three_cells, 500, seed)
    document = written(findings)
    back = stored_findings(document)
    assert written(back) == document
    assert back.cells.label.tolist() == findings.cells.label.tolist()
    assert back.parasitaemia == findings.parasitaemia
    assert (back.level, back.scale, back.warnings) == (0.9, findings.scale, findings.warnings)
    assert back.provenance == findings.provenance
    # What the file leaves out is less than it rounds to.
    np.testing.assert_allclose(back.cells.probabilities, findings.cells.probabilities, atol=0.0101)


def test_the_document_of_an_ordinary_case_comes_back(three_cells: SmearFindings) -> None:
    assert three_cells.smear_map is not None
    document = written(three_cells)
    back = stored_findings(document)
    assert written(back) == document
    assert back.smear_map is None
    assert back.map_pixels == three_cells.smear_map.pixels


def test_the_best_class_stays_where_classes_are_as_probable(three_cells: SmearFindings) -> None:
    crowded = crowd(three_cells, 500, 7)
    steps = np.random.default_rng(3).multinomial(20, np.full(len(BLOOD), 1 / len(BLOOD)), 500) / 20
    findings = replace(crowded, cells=replace(crowded.cells, probabilities=steps.astype(np.float32)))
    assert stored_findings(written(findings)).cells.best.tolist() == findings.cells.best.tolist()


def test_what_was_written_is_read_back(three_cells: SmearFindings) -> None:
    nucleus = three_cells.cells.outlines[1] * 0.9
    cells = replace(
        three_cells.cells,
        nucleus_outlines=((), (nucleus,), ()),
        unidentified=np.array([False, True, False]),
    )
    back = stored_findings(written(replace(three_cells, cells=cells)))
    assert (back.width, back.height, back.source) == (80, 60, "a.png")
    assert back.cells.best.tolist() == three_cells.cells.best.tolist()
    assert back.cells.label.tolist() == ["red_cell", "unidentified", "platelet"]
    for there, here in zip(back.cells.outlines, three_cells.cells.outlines, strict=True):
        np.testing.assert_allclose(there, here, atol=0.051)
    np.testing.assert_allclose(back.cells.nucleus_outlines[1][0], nucleus, atol=0.051)
    assert [len(parts) for parts in back.cells.nucleus_outlines] == [0, 1, 0]


def test_earlier_files_lack_what_came_later(three_cells: SmearFindings) -> None:
    document = written(three_cells)
    for cell in document["cells"]:
        for later in (
            "best", "unidentified", "nucleus_polygons", "morphometry", "reviewed", "prediction_set",
            "unfamiliarity",
        ):  # fmt: skip
            del cell[later]
    for later in ("level", "parasitaemia", "map_pixels"):
        del document[later]
    back = stored_findings(document)
    assert back.cells.best.tolist() == ["red_cell", "neutrophil", "platelet"]
    assert back.cells.reviewed == (None, None, None)
    assert back.cells.ids.tolist() == [1, 2, 3]
    assert not any(back.cells.nucleus_outlines)


def test_a_picture_without_cells(three_cells: SmearFindings) -> None:
    document = written(three_cells) | {"cells": []}
    assert len(stored_findings(document).cells) == 0


def test_a_smear_of_marrow_stays_one(three_cells: SmearFindings) -> None:
    """Promyelocytes and myelocytes, one group in blood, are two in marrow: the best class differs."""
    classes = ("promyelocyte", "myelocyte", "blast")
    table = CellTable.from_outlines(
        three_cells.cells.outlines,
        classes=classes,
        score=three_cells.cells.score,
        probabilities=np.array([[0.3, 0.3, 0.4], [0.4, 0.35, 0.25], [0.0, 0.1, 0.9]], np.float32),
        picture_size=(60, 80),
        mpp_um=0.08,
    )
    assert table.best.tolist() == ["promyelocyte", "promyelocyte", "blast"]
    marrow = replace(three_cells, cells=replace(table, taxonomy=load_taxonomy("marrow")), smear_map=None)
    back = stored_findings(written(marrow))
    assert back.material == written(marrow)["material"] == "marrow"
    assert back.cells.best.tolist() == ["blast", "promyelocyte", "blast"]
    assert written(back) == written(marrow)
