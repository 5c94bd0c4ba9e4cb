import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from cytovox.app.stored_findings import stored_findings
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.report.findings_json import findings_to_dict


def written(findings: SmearFindings) -> dict:
    return json.loads(json.dumps(findings_to_dict(findings)))


def test_what_was_written_is_read_back(example_findings: Callable) -> None:
    findings = example_findings(SmearImage(np.zeros((60, 80, 3), np.uint8), 0.08, source="a.png"))
    nucleus = findings.cells.outlines[1] * 0.9
    cells = replace(
        findings.cells,
        nucleus_outlines=((), (nucleus,), ()),
        unidentified=np.array([False, True, False]),
    )
    findings = replace(findings, cells=cells)
    back = stored_findings(written(findings))
    assert (back.width, back.height, back.source, back.scale) == (80, 60, "a.png", findings.scale)
    assert back.cells.best.tolist() == findings.cells.best.tolist()
    assert back.cells.label.tolist() == ["red_cell", "unidentified", "platelet"]
    for there, here in zip(back.cells.outlines, findings.cells.outlines, strict=True):
        np.testing.assert_allclose(there, here, atol=0.051)
    np.testing.assert_allclose(back.cells.nucleus_outlines[1][0], nucleus, atol=0.051)
    assert [len(parts) for parts in back.cells.nucleus_outlines] == [0, 1, 0]


def test_earlier_files_lack_what_came_later(example_findings: Callable) -> None:
    findings = example_findings(SmearImage(np.zeros((60, 80, 3), np.uint8), 0.08, source="a.png"))
    document = written(findings)
    for cell in document["cells"]:
        for later in ("best", "unidentified", "nucleus_polygons"):
            del cell[later]
    back = stored_findings(document)
    assert back.cells.best.tolist() == ["red_cell", "neutrophil", "platelet"]
    assert not any(back.cells.nucleus_outlines)


def test_a_picture_without_cells(example_findings: Callable) -> None:
    findings = example_findings(SmearImage(np.zeros((60, 80, 3), np.uint8), 0.08, source="a.png"))
    document = written(findings) | {"cells": []}
    assert len(stored_findings(document).cells) == 0
